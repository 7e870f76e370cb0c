//! A question to be answered with yes or no. It carries what is to be done as data.

use ratatui::layout::{Rect, Size};

use super::{
    Kept, Roster, layout,
    text::{width, wrap},
};
use crate::book::{AccountId, Command, GroupRow, Row};

/// What happens upon a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// The book is changed.
    Perform(Command),
    /// The form below is saved by this.
    SaveGroup(Command),
    /// The form below goes, with what was typed.
    DropForm,
    /// The program ends, with what was typed.
    Quit,
    /// The export below is written over the file that is there.
    Replace,
    /// A form that was kept opens again.
    GoOn(Kept),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question, which names the thing.
    pub text: String,
    /// What a yes means, a sentence each.
    pub consequences: Vec<String>,
    /// What happens upon a yes.
    pub then: Then,
}

impl Question {
    /// How wide it is, frame included, where the screen allows.
    const WIDTH: u16 = 64;
    /// What stands left and right of its lines.
    const MARGINS: u16 = 3;
    /// A name of any length takes no more lines than this.
    const TEXT_LINES: usize = 2;
    /// What a yes means takes no more lines than this.
    const MEANING_LINES: usize = 10;

    /// Where it stands, frame included.
    pub fn area(&self, size: Size) -> Rect {
        let inside = layout::inside(layout::modal(size, Self::WIDTH, u16::MAX));
        let (text, meaning) = self.lines(inside.width);
        let gap = usize::from(!meaning.is_empty());
        layout::modal(size, Self::WIDTH, u16::try_from(3 + text.len() + meaning.len() + gap).unwrap_or(u16::MAX))
    }

    /// The lines of the question, and those of what a yes means, in a frame that is `inside` columns wide. What finds no
    /// room stays in the last line, where drawing cuts it.
    pub fn lines(&self, inside: u16) -> (Vec<&str>, Vec<&str>) {
        let room = usize::from(inside.saturating_sub(Self::MARGINS));
        let text = fold(&self.text, room, Self::TEXT_LINES);
        let meaning = self.consequences.iter().flat_map(|sentence| fold(sentence, room, Self::MEANING_LINES));
        (text, meaning.take(Self::MEANING_LINES).collect())
    }

    /// Whether to delete contacts. Of many it says how many and who, since a filter may hide some of them.
    pub fn delete_contacts(rows: &[&Row]) -> Self {
        let then = Then::Perform(Command::DeleteContacts(rows.iter().map(|row| row.id).collect()));
        match rows {
            [row] => Self {
                text: format!("Delete {}?", row.name),
                consequences: vec!["It goes to the trash and can be restored from there.".to_owned()],
                then,
            },
            rows => Self {
                text: format!("Delete {}?", people(rows.len())),
                consequences: vec![names(rows), "They go to the trash and can be restored from there.".to_owned()],
                then,
            },
        }
    }

    /// Whether to move contacts to an account.
    pub fn move_contacts(rows: &[&Row], account: AccountId, name: &str) -> Self {
        let then = Then::Perform(Command::MoveContacts { contacts: rows.iter().map(|row| row.id).collect(), account });
        match rows {
            [row] => Self {
                text: format!("Move {} to {name}?", row.name),
                consequences: vec!["A copy is made there, and the contact itself goes to the trash.".to_owned()],
                then,
            },
            rows => Self {
                text: format!("Move {} to {name}?", people(rows.len())),
                consequences: vec![
                    names(rows),
                    "Copies are made there, and the contacts themselves go to the trash.".to_owned(),
                ],
                then,
            },
        }
    }

    /// Whether to delete a group. Says what becomes of its members.
    pub fn delete_group(group: &GroupRow, roster: &Roster) -> Self {
        let id = group.group.id;
        let known = |other: &crate::book::GroupId| *other != id && roster.group(*other).is_some();
        let members = roster.rows.iter().filter(|row| !row.trashed && row.groups.contains(&id));
        let (stay, moved): (Vec<&Row>, Vec<&Row>) = members.partition(|row| row.groups.iter().any(known));
        let mut consequences = Vec::new();
        if !stay.is_empty() {
            let (count, verb) = (people(stay.len()), if stay.len() == 1 { "stays" } else { "stay" });
            consequences.push(format!("{count} in other groups {verb} there."));
        }
        if !moved.is_empty() {
            let verb = if moved.len() == 1 { "moves" } else { "move" };
            consequences.push(format!("{} {verb} to {}.", people(moved.len()), crate::book::OTHER_CONTACTS));
        }
        consequences.push("No contact is deleted.".to_owned());
        Self {
            text: format!("Delete the group {}?", group.group.name),
            consequences,
            then: Then::Perform(Command::DeleteGroup(id)),
        }
    }

    /// Whether to drop what was typed.
    pub fn drop_form() -> Self {
        Self { text: "Drop what you typed?".to_owned(), consequences: Vec::new(), then: Then::DropForm }
    }

    /// Whether to write over a file.
    pub fn replace_file(path: &str, facts: &str) -> Self {
        let consequences = vec![format!("What is there goes: {facts}.")];
        Self { text: format!("Replace {path}?"), consequences, then: Then::Replace }
    }

    /// Whether to leave while an import or an export is under way.
    pub fn stop_and_quit() -> Self {
        let consequences = vec!["What is under way is stopped, and leaves nothing.".to_owned()];
        Self { text: "Quit before it is done?".to_owned(), consequences, then: Then::Quit }
    }

    /// Whether to leave with a form open.
    pub fn quit() -> Self {
        Self { text: "Quit and drop what you typed?".to_owned(), consequences: Vec::new(), then: Then::Quit }
    }
}

/// The lines of a text; the last of `most` holds the rest.
fn fold(text: &str, room: usize, most: usize) -> Vec<&str> {
    let mut ranges = wrap(text, room);
    if ranges.len() > most {
        ranges.truncate(most);
        ranges[most - 1].end = text.len();
    }
    ranges.into_iter().map(|range| text[range].trim_end()).collect()
}

/// As many names as a line holds, and how many more there are.
fn names(rows: &[&Row]) -> String {
    const ROOM: usize = 56;
    let mut line = String::new();
    for (place, row) in rows.iter().enumerate() {
        let separator = if place == 0 { "" } else { ", " };
        let more = format!(" and {} more", rows.len() - place);
        if place > 0 && width(&line) + width(&row.name) + separator.len() + more.len() > ROOM {
            return line + &more;
        }
        line = line + separator + &row.name;
    }
    line
}

pub(super) fn people(count: usize) -> String {
    if count == 1 { "1 contact".to_owned() } else { format!("{count} contacts") }
}
