//! What the picker says of itself.

use super::People;

impl People {
    /// Why nobody can be chosen.
    pub fn blocked(&self) -> Option<&'static str> {
        match &self.found {
            None => Some("the directory is not read yet"),
            Some(found) if found.people.is_empty() && self.source.is_some() => {
                Some("nobody of the organisation matches")
            }
            Some(_) if self.source.is_some() => None,
            Some(found) if found.size == 0 => Some("there is no directory yet: callbook directory import FILE.ldif"),
            Some(found) if found.people.is_empty() => Some("nobody in the directory matches"),
            Some(_) => None,
        }
    }

    /// How many match, of how many: `3 of 2000 people`.
    pub fn count(&self) -> String {
        match &self.found {
            // How many people an organisation has is not known.
            Some(found) if self.source.is_some() => {
                let looks_on = if self.looks_on { "…" } else { "" };
                format!("{} found{looks_on}", found.total)
            }
            Some(found) if found.size > 0 && self.input.value().trim().is_empty() => format!("{} people", found.size),
            Some(found) if found.size > 0 => format!("{} of {}", found.total, found.size),
            _ => String::new(),
        }
    }

    /// The title of its frame.
    pub fn title(&self) -> String {
        match &self.source {
            Some((_, name)) => format!("People of the organisation · {name}"),
            None => "Add a person".to_owned(),
        }
    }

    /// What stands in the place of the list while it is empty, and the command that mends it.
    pub fn words(&self) -> (String, &'static str) {
        let query = self.input.value().trim();
        match (&self.problem, &self.found) {
            (Some(problem), _) => (problem.clone(), ""),
            (None, None) if self.source.is_some() => ("Looking for people of the organisation…".to_owned(), ""),
            (None, Some(found)) if found.people.is_empty() && self.source.is_some() => {
                let words = match (self.looks_on, query) {
                    (true, _) => "Looking for people of the organisation…".to_owned(),
                    (false, "") => "Nobody of the organisation is known here yet: type a name to find them.".to_owned(),
                    (false, query) => format!("Nobody of the organisation matches '{query}'."),
                };
                (words, "")
            }
            (None, None) => ("Looking into the directory…".to_owned(), ""),
            (None, Some(found)) if found.size == 0 => (
                "There is no directory yet. An export of your organisation's people (LDIF, CSV or vCard) fills it; \
                 then each of them can become a contact that follows the directory."
                    .to_owned(),
                "callbook directory import FILE.ldif",
            ),
            (None, Some(found)) if found.people.is_empty() => {
                (format!("Nobody of {} people matches '{query}'.", found.size), "")
            }
            (None, Some(_)) => (String::new(), ""),
        }
    }
}
