//! Importing: the prompt for paths and the report of what was done.

use tui_input::Input;

use super::{
    Key,
    input::{self, Edit},
    text::wrap,
};
use crate::book::ImportReport;

/// The frame and what is left free within it.
const MARGINS: usize = 6;

/// The prompt.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    /// The paths as typed.
    pub input: Input,
    /// What is wrong with them.
    pub problem: Option<String>,
}

impl Prompt {
    /// How wide the prompt is, frame included, where the screen allows.
    pub const WIDTH: u16 = 68;

    /// The lines of what is wrong, in a prompt on a screen of this width.
    pub fn problem_lines(&self, screen: u16) -> Vec<&str> {
        let room = usize::from(Self::WIDTH.min(screen)).saturating_sub(MARGINS);
        let problem = self.problem.as_deref().into_iter();
        problem.flat_map(|text| wrap(text, room).into_iter().map(move |range| &text[range])).collect()
    }

    /// Types a key.
    pub fn type_key(&mut self, key: Key) {
        if input::edit(&mut self.input, key) == Edit::Text {
            self.problem = None;
        }
    }

    /// Pastes, for example a file dropped on the terminal.
    pub fn paste(&mut self, text: &str) {
        input::paste(&mut self.input, text, false);
        self.problem = None;
    }

    /// The paths; `None` when there is none, which the prompt then says.
    pub fn paths(&mut self) -> Option<Vec<String>> {
        match split(self.input.value()) {
            Ok(paths) if paths.is_empty() => self.problem = Some("type the path of a file or a directory".to_owned()),
            Ok(paths) => return Some(paths),
            Err(reason) => self.problem = Some(reason),
        }
        None
    }
}

/// Splits paths at spaces, as a shell does: quotes and backslashes keep spaces in a path.
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut paths = Vec::new();
    let mut path: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                path.get_or_insert_default();
            }
            ('\\', None | Some('"')) => path.get_or_insert_default().extend(chars.next()),
            (c, None) if c.is_whitespace() => paths.extend(path.take()),
            (c, _) => path.get_or_insert_default().push(c),
        }
    }
    if let Some(open) = quote {
        return Err(format!("a closing {open} is missing"));
    }
    paths.extend(path);
    Ok(paths)
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was imported, as typed.
    pub paths: Vec<String>,
    /// What was done.
    pub report: ImportReport,
    /// The first line shown.
    pub scroll: usize,
}

impl Report {
    /// How wide the report is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;

    /// The lines of the report on a screen of this width: first the sum, then what needs attention.
    pub fn lines(&self, screen: u16) -> Vec<String> {
        let report = &self.report;
        let room = usize::from(Self::WIDTH.min(screen)).saturating_sub(MARGINS);
        let mut lines = Vec::new();
        let mut say = |indent: usize, text: &str| {
            // What a sentence needs beyond its first line stands further in.
            for (number, range) in wrap(text, room.saturating_sub(indent + 2)).into_iter().enumerate() {
                let indent = indent + if number == 0 { 0 } else { 2 };
                lines.push(format!("{:indent$}{}", "", text[range].trim_end()));
            }
        };
        say(0, &self.sum());
        if !report.groups.is_empty() {
            say(0, &format!("New groups: {}", report.groups.join(", ")));
        }
        if !report.in_trash.is_empty() {
            say(0, "");
            let count = report.in_trash.len();
            say(0, &format!("{count} {} in the trash, left there:", if count == 1 { "lies" } else { "lie" }));
            for (_, name) in &report.in_trash {
                say(2, name);
            }
        }
        for faults in report.faults.chunk_by(|(one, _), (other, _)| one == other) {
            say(0, "");
            say(0, &format!("Not everything of {} could be read:", faults[0].0));
            for (_, fault) in faults {
                say(2, &fault.to_string());
            }
        }
        lines
    }

    /// The sum in one line: `12 new · 3 changed · 40 unchanged`, without what there is none of.
    pub fn sum(&self) -> String {
        let report = &self.report;
        let counts = [(report.new.len(), "new"), (report.changed.len(), "changed"), (report.unchanged, "unchanged")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let sum = counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(" · ");
        if sum.is_empty() { "no contacts".to_owned() } else { sum }
    }

    /// Whether the book is as it was, so that there is nothing to undo.
    pub fn wrote_nothing(&self) -> bool {
        let report = &self.report;
        report.new.is_empty() && report.changed.is_empty() && report.groups.is_empty()
    }

    /// Whether the sum says it all.
    pub fn is_plain(&self) -> bool {
        self.report.in_trash.is_empty() && self.report.faults.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_as_a_shell_splits_them() {
        assert_eq!(split(r#"~/a.vcf 'b c.vcf'  "d e"/f g\ h"#).unwrap(), ["~/a.vcf", "b c.vcf", "d e/f", "g h"]);
        assert_eq!(split("  ").unwrap(), Vec::<String>::new());
        assert!(split("'open").unwrap_err().contains('\''));
    }
}
