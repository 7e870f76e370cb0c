//! The form in which a group is made or renamed.

use tui_input::Input;

use super::{
    Code, Key, RequestId,
    action::{Context, OnForm},
    input::{self, Edit},
    roster::Roster,
};
use crate::book::{AccountId, Command, Group, GroupType, group};

/// A place of the form that can have the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupCell {
    /// Its name.
    #[default]
    Name,
    /// NORMAL or EXTERNAL.
    Type,
}

/// A group being typed.
#[derive(Clone, Debug, Default)]
pub struct GroupForm {
    /// The group as it was; `None` for a new one.
    pub before: Option<Box<Group>>,
    /// Its name.
    pub name: Input,
    /// Its type.
    pub group_type: GroupType,
    /// The cell with the focus.
    pub focus: GroupCell,
    /// What is wrong with the name, or why it could not be saved.
    pub problem: Option<String>,
    /// The request that saves it.
    pub saving: Option<RequestId>,
}

impl GroupForm {
    /// A form for a group that exists.
    pub fn edit(group: Group) -> Self {
        Self {
            name: Input::new(group.name.clone()),
            group_type: group.group_type,
            before: Some(Box::new(group)),
            ..Self::default()
        }
    }

    /// What keys mean in the focused cell.
    pub fn context(&self) -> Context {
        match self.focus {
            GroupCell::Name => Context::Line,
            GroupCell::Type => Context::Choice,
        }
    }

    /// Whether something was typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        match &self.before {
            Some(group) => group.name != self.name.value().trim() || group.group_type != self.group_type,
            None => !self.name.value().trim().is_empty(),
        }
    }

    /// Types a key into the focused cell.
    pub fn type_key(&mut self, key: Key) {
        match self.focus {
            GroupCell::Name => {
                if input::edit(&mut self.name, key) == Edit::Text {
                    self.problem = None;
                }
            }
            GroupCell::Type if key == Key::plain(Code::Char(' ')) => self.other_type(),
            GroupCell::Type => {}
        }
    }

    /// Pastes into the name.
    pub fn paste(&mut self, text: &str) {
        if self.focus == GroupCell::Name {
            input::paste(&mut self.name, text, false);
            self.problem = None;
        }
    }

    /// Does what a key of the form asks for, saving aside.
    pub fn act(&mut self, action: OnForm) {
        match action {
            OnForm::Next | OnForm::Previous | OnForm::Up | OnForm::Down => {
                self.focus = match self.focus {
                    GroupCell::Name => GroupCell::Type,
                    GroupCell::Type => GroupCell::Name,
                };
            }
            OnForm::NextChoice | OnForm::PreviousChoice => self.other_type(),
            _ => {}
        }
    }

    fn other_type(&mut self) {
        self.group_type = match self.group_type {
            GroupType::Normal => GroupType::External,
            GroupType::External => GroupType::Normal,
        };
    }

    /// The command that saves the form; `None` when something is wrong, which then stands under the name.
    pub fn command(&mut self, roster: &Roster) -> Option<Command> {
        let own = self.before.as_ref().map(|group| group.id);
        let others = roster.groups.iter().filter(|row| Some(row.group.id) != own).map(|row| row.group.name.as_str());
        let name = self.name.value().trim().to_owned();
        if let Err(reason) = group::check_name(&name, others) {
            self.problem = Some(reason);
            self.focus = GroupCell::Name;
            return None;
        }
        let group_type = self.group_type;
        Some(match &self.before {
            None => Command::CreateGroup { account: AccountId::local(), name, group_type },
            Some(before) => Command::EditGroup { before: before.clone(), name, group_type },
        })
    }

    /// The title of the form.
    pub fn title(&self) -> String {
        self.before.as_ref().map_or_else(|| "New group".to_owned(), |group| format!("Rename {}", group.name))
    }
}
