//! Importing: the prompt for paths and the report of what was done.

use tui_input::Input;

use super::{
    Key,
    input::{self, Edit},
};
use crate::book::ImportReport;

/// The prompt.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    /// The paths as typed.
    pub input: Input,
    /// What is wrong with them.
    pub problem: Option<String>,
}

impl Prompt {
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
    /// The lines of the report: first the sum, then what needs attention.
    pub fn lines(&self) -> Vec<String> {
        let report = &self.report;
        let mut lines = vec![self.sum()];
        if !report.groups.is_empty() {
            lines.push(format!("New groups: {}", report.groups.join(", ")));
        }
        if !report.in_trash.is_empty() {
            lines.push(String::new());
            let count = report.in_trash.len();
            lines.push(format!("{count} {} in the trash, left there:", if count == 1 { "lies" } else { "lie" }));
            lines.extend(report.in_trash.iter().map(|(_, name)| format!("  {name}")));
        }
        if !report.faults.is_empty() {
            lines.push(String::new());
            lines.push("Could not be read; the rest is in:".to_owned());
            lines.extend(report.faults.iter().map(|(file, fault)| format!("  {file}: {fault}")));
        }
        lines
    }

    /// The sum in one line: `12 new · 3 changed · 40 unchanged`.
    pub fn sum(&self) -> String {
        let report = &self.report;
        format!("{} new · {} changed · {} unchanged", report.new.len(), report.changed.len(), report.unchanged)
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
