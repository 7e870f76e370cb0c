//! The form in which a group is made, renamed and filled.

use tui_input::Input;

use super::{
    Code, Key, RequestId,
    action::{Context, Motion, OnForm},
    input::{self, Edit},
    members::Members,
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
    /// Its members, and the query that narrows them.
    Members,
}

impl GroupCell {
    const ALL: [Self; 3] = [Self::Name, Self::Type, Self::Members];
}

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupLine {
    /// The name.
    Name,
    /// What is wrong with the name; a gap where nothing is.
    Problem,
    /// The type.
    Type,
    /// A gap.
    Gap,
    /// The query, and how many are members.
    Query,
    /// One of the contacts shown, by its place among them.
    Member(usize),
}

/// A group being typed.
#[derive(Clone, Debug, Default)]
pub struct GroupForm {
    /// The group as it was; `None` for a new one.
    pub before: Option<Box<Group>>,
    /// Its account; `None` for the local one.
    account: Option<AccountId>,
    /// What people call its account, where there are several.
    place: Option<String>,
    /// Its name.
    pub name: Input,
    /// Its type.
    pub group_type: GroupType,
    /// Its members.
    pub members: Members,
    /// The cell with the focus.
    pub focus: GroupCell,
    /// What is wrong with the name, or why it could not be saved.
    pub problem: Option<String>,
    /// The request that saves it.
    pub saving: Option<RequestId>,
}

impl GroupForm {
    /// How wide the form is, frame included, where the screen allows.
    pub const WIDTH: u16 = 66;
    /// The lines above the members.
    const HEAD: [GroupLine; 5] =
        [GroupLine::Name, GroupLine::Problem, GroupLine::Type, GroupLine::Gap, GroupLine::Query];
    /// With less than this many members in sight the head makes room: only what has the focus is shown.
    const FEW: usize = 2;

    /// A form for a new group of an account.
    pub fn create(account: AccountId, roster: &Roster) -> Self {
        Self {
            members: Members::of(None, &account, roster),
            place: place(&account, roster),
            account: Some(account),
            ..Self::default()
        }
    }

    /// A form for a group that exists.
    pub fn edit(group: Group, roster: &Roster) -> Self {
        Self {
            name: Input::new(group.name.clone()),
            group_type: group.group_type,
            members: Members::of(Some(group.id), &group.account, roster),
            place: place(&group.account, roster),
            account: Some(group.account.clone()),
            before: Some(Box::new(group)),
            ..Self::default()
        }
    }

    /// What keys mean in the focused cell.
    pub fn context(&self) -> Context {
        match self.focus {
            GroupCell::Name => Context::Line,
            GroupCell::Type => Context::Choice,
            GroupCell::Members => Context::Members,
        }
    }

    /// Whether something was typed that would be lost.
    pub fn is_dirty(&self) -> bool {
        let named = match &self.before {
            Some(group) => group.name != self.name.value().trim() || group.group_type != self.group_type,
            None => !self.name.value().trim().is_empty(),
        };
        named || self.members.differ()
    }

    /// Types a key into the focused cell. Returns whether the query differs.
    pub fn type_key(&mut self, key: Key) -> bool {
        match self.focus {
            GroupCell::Name => {
                if input::edit(&mut self.name, key) == Edit::Text {
                    self.problem = None;
                }
                false
            }
            GroupCell::Type => {
                if key == Key::plain(Code::Char(' ')) {
                    self.other_type();
                }
                false
            }
            GroupCell::Members => input::edit(&mut self.members.query, key) == Edit::Text,
        }
    }

    /// Pastes into the name or the query. Returns whether the query differs.
    pub fn paste(&mut self, text: &str) -> bool {
        match self.focus {
            GroupCell::Name => {
                input::paste(&mut self.name, text, false);
                self.problem = None;
                false
            }
            GroupCell::Type => false,
            GroupCell::Members => {
                input::paste(&mut self.members.query, text, false);
                true
            }
        }
    }

    /// Does what a key of the form asks for, saving aside.
    pub fn act(&mut self, action: OnForm, roster: &Roster) {
        let last = self.members.visible.len().saturating_sub(1);
        match (action, self.focus) {
            (OnForm::Down, GroupCell::Members) => self.members.list.cursor = (self.members.list.cursor + 1).min(last),
            (OnForm::Up, GroupCell::Members) if self.members.list.cursor > 0 => self.members.list.cursor -= 1,
            (OnForm::Next | OnForm::Down, _) => self.step(1),
            (OnForm::Previous | OnForm::Up, _) => self.step(GroupCell::ALL.len() - 1),
            (OnForm::NextChoice | OnForm::PreviousChoice, GroupCell::Type) => self.other_type(),
            (OnForm::Toggle, GroupCell::Members) => self.members.toggle(roster),
            _ => {}
        }
    }

    fn step(&mut self, by: usize) {
        let here = GroupCell::ALL.iter().position(|cell| *cell == self.focus).unwrap_or_default();
        self.focus = GroupCell::ALL[(here + by) % GroupCell::ALL.len()];
    }

    /// Moves the cursor by pages of the members, in a form that is `height` lines high within its frame.
    pub fn go(&mut self, motion: Motion, height: usize) {
        let page = self.page(height);
        self.members.list.go(motion, self.members.visible.len(), page);
    }

    fn other_type(&mut self) {
        self.group_type = match self.group_type {
            GroupType::Normal => GroupType::External,
            GroupType::External => GroupType::Normal,
        };
    }

    /// How many members are in sight.
    fn page(&self, height: usize) -> usize {
        self.lines(height).iter().filter(|line| matches!(line, GroupLine::Member(_))).count()
    }

    /// The lines shown in a form that is `height` lines high within its frame.
    pub fn lines(&self, height: usize) -> Vec<GroupLine> {
        let head = match self.focus {
            _ if height >= Self::HEAD.len() + Self::FEW => &Self::HEAD[..],
            GroupCell::Name => &[GroupLine::Name, GroupLine::Problem, GroupLine::Type][..],
            GroupCell::Type => &[GroupLine::Type, GroupLine::Query][..],
            GroupCell::Members => &[GroupLine::Query][..],
        };
        let members = (0..self.members.visible.len()).skip(self.members.list.offset).map(GroupLine::Member);
        head.iter().copied().chain(members).take(height).collect()
    }

    /// Scrolls so that the line under the cursor is shown.
    pub fn settle(&mut self, height: usize) {
        self.members.list.offset = self.members.list.offset.min(self.members.list.cursor);
        let head = self.lines(height).iter().filter(|line| !matches!(line, GroupLine::Member(_))).count();
        self.members.list.settle(self.members.visible.len(), height.saturating_sub(head));
    }

    /// How many lines it wants, frame included.
    pub fn height(&self) -> u16 {
        let lines = Self::HEAD.len() + self.members.total.max(1) + 2;
        u16::try_from(lines).unwrap_or(u16::MAX)
    }

    /// The command that saves the form; `None` when something is wrong, which then stands under the name.
    pub fn command(&mut self, roster: &Roster) -> Option<Command> {
        let own = self.before.as_ref().map(|group| group.id);
        let account = self.account.clone().unwrap_or_else(AccountId::local);
        let others = roster.groups_of(&account).filter(|row| Some(row.group.id) != own);
        let others = others.map(|row| row.group.name.as_str());
        let name = self.name.value().trim().to_owned();
        if let Err(reason) = group::check_name(&name, others) {
            self.problem = Some(reason);
            self.focus = GroupCell::Name;
            return None;
        }
        let group_type = self.group_type;
        let join = self.members.joining(roster);
        Some(match &self.before {
            None => Command::CreateGroup { account, name, group_type, members: join },
            Some(before) => {
                let leave = self.members.leaving(roster);
                Command::EditGroup { before: before.clone(), name, group_type, join, leave }
            }
        })
    }

    /// Whether the group itself becomes another, and not only its members.
    pub fn replaces(&self) -> bool {
        self.before.as_ref().is_some_and(|before| {
            (self.name.value().trim(), self.group_type) != (before.name.as_str(), before.group_type)
        })
    }

    /// The title of the form.
    pub fn title(&self) -> String {
        let title = self.before.as_ref().map_or_else(|| "New group".to_owned(), |group| format!("Edit {}", group.name));
        self.place.as_ref().map_or_else(|| title.clone(), |place| format!("{title} · {place}"))
    }
}

/// What people call an account, where there are several.
fn place(account: &AccountId, roster: &Roster) -> Option<String> {
    roster.homes.are_several().then(|| roster.homes.name(account).to_owned())
}
