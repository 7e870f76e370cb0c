//! How a form becomes a command, and what happens when somebody else was faster.

use super::{Cell, Form, cell, cells};
use crate::book::{Command, Contact, Draft, Field, patch};

impl Form {
    /// The command that saves the form; `None` when something is wrong, which then stands under its field.
    pub fn command(&mut self) -> Option<Command> {
        self.settle_type(self.focus);
        let draft = self.typed_so_far();
        let valid = match &self.before {
            None => draft.validate(),
            Some(before) => draft.validate_edit(before),
        };
        let mut problems = self.words_without_values();
        problems.extend(valid.err().unwrap_or_default());
        if !problems.is_empty() {
            self.refuse(problems);
            return None;
        }
        Some(match (&self.before, &draft.person) {
            (None, Some(person)) => Command::AddPerson { who: person.who.clone(), draft: Box::new(draft) },
            (None, None) => Command::CreateContact(Box::new(draft)),
            (Some(before), _) => Command::EditContact { before: before.clone(), after: Box::new(draft) },
        })
    }

    /// Puts what was typed here over the contact as it stands now.
    pub fn rebase(&mut self, theirs: Box<Contact>) {
        let Some(before) = &self.before else { return };
        let mine = self.draft.clone().tidied();
        let mut wanted = (**before).clone();
        mine.clone().apply(&mut wanted);
        let mut merged = patch::document(&*theirs);
        for (key, (_, mine)) in patch::Patch::between(&patch::document(&**before), &patch::document(&wanted)).0 {
            if mine.is_null() {
                merged.shift_remove(&key);
            } else {
                merged.insert(key, mine);
            }
        }
        if let Ok(merged) = patch::record::<Contact>(merged) {
            self.draft = Draft { group_names: mine.group_names, ..Draft::of(&merged) };
            cell::pad(&mut self.draft);
            self.before = Some(theirs);
            let focus = if cells(&self.draft).contains(&self.focus) { self.focus } else { Cell::Text(Field::Notes) };
            self.focus_on(focus);
        }
    }
}
