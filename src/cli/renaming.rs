//! Another name for a group: on an account that cannot edit one it is made anew with all its members.

use super::{Exit, Session, Stop, ask::typed_yes};
use crate::book::{Command, Group, Replacing};

/// A group on its way to another name.
pub(super) struct Renaming {
    before: Group,
    name: String,
    replacing: Option<Replacing>,
}

impl Renaming {
    /// What renaming the group that is meant does.
    pub fn of(session: &Session<'_>, group: &str, name: String) -> Result<Self, Stop> {
        let before = session.group(group)?;
        let is_replaced = !before.account.is_local() && name.trim() != before.name;
        let replacing = if is_replaced { replacing(session, &before)? } else { None };
        Ok(Self { before, name, replacing })
    }

    /// Asks a person before much is made anew.
    ///
    /// # Errors
    /// The person does not want it, or there is nobody to ask.
    pub fn ask(&self) -> Result<(), Stop> {
        let Some(consequences) = self.consequences() else { return Ok(()) };
        let (before, after) = (&self.before.name, self.name.trim());
        let asked = typed_yes(&format!("{consequences}\nRename {before} to {after}? Type yes to do so:"))?;
        match asked {
            Some(true) => Ok(()),
            Some(false) => Err(Stop::new(Exit::Usage, "nothing was changed")),
            None => self.refuse_without("--yes"),
        }
    }

    /// Refuses to make much anew without a word.
    ///
    /// # Errors
    /// Much would be made anew; `word` is what to add if that is wanted.
    pub fn refuse_without(&self, word: &str) -> Result<(), Stop> {
        let refuse = |consequences| {
            let message = format!("{consequences}\nNothing was changed. If that is what you want: {word}");
            Err(Stop::new(Exit::Usage, message))
        };
        self.consequences().map_or(Ok(()), refuse)
    }

    fn consequences(&self) -> Option<String> {
        let replacing = self.replacing.filter(|replacing| replacing.is_much())?;
        Some(replacing.consequences(&self.before.account.0).join("\n"))
    }

    /// What it costs, in a sentence.
    pub fn cost(&self) -> Option<String> {
        self.replacing.map(|replacing| replacing.cost(&self.before.account.0))
    }

    /// The command that does it.
    pub fn command(self) -> Command {
        let Self { before, name, .. } = self;
        let group_type = before.group_type;
        Command::EditGroup { before: Box::new(before), name, group_type, join: Vec::new(), leave: Vec::new() }
    }
}

fn replacing(session: &Session<'_>, group: &Group) -> Result<Option<Replacing>, Stop> {
    let members = session.book.groups()?.into_iter().find(|row| row.group.id == group.id).map_or(0, |row| row.count);
    Ok(Replacing::of(group.id, members, session.book.queue(&group.account)?.iter()))
}
