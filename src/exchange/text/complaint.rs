//! What is wrong with a text, pointed out in it.

use super::super::visible;

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Its line, from 1; 0 when it concerns the text as a whole.
    pub line: usize,
    /// The field, or what else is to blame.
    pub field: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// How a line begins that points something out. Such lines are no part of the text.
pub(super) const MARK: &str = "#!!";

/// The text with each complaint in a line of its own above the line that it is about.
pub fn point_out(text: &str, complaints: &[Complaint]) -> String {
    let text = without(text);
    let said = |complaint: &Complaint| {
        let Complaint { field, reason, .. } = complaint;
        let sentence = if field.is_empty() { reason.clone() } else { format!("{field}: {reason}") };
        format!("{MARK} {}\n", visible(&sentence))
    };
    let count =
        if complaints.len() == 1 { "One mistake is".to_owned() } else { format!("{} mistakes are", complaints.len()) };
    let mut out = format!("{MARK} {count} pointed out below. Mend, or close unchanged to give up.\n");
    let last = text.lines().count();
    // What concerns no line, or one that is not there, stands on top.
    out.extend(complaints.iter().filter(|c| c.line == 0 || c.line > last).map(said));
    for (number, line) in text.lines().enumerate() {
        out.extend(complaints.iter().filter(|c| c.line == number + 1).map(said));
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The text without what was pointed out in it.
pub(super) fn without(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(MARK)).collect()
}
