//! The mouse: what a press, a drag and the wheel mean where they happen. A press on a hint is its key; a press on a line
//! selects it, a second one acts on it; the wheel scrolls what is under the pointer; a frame between panes is dragged.

use ratatui::layout::{Position, Rect};

use super::{
    Code, Effect, GroupCell, GroupLine, Groups, Key, Modal, Palette, Pane, Section, State,
    action::{Action, Answer, OnContacts, OnFilter, OnGroups, OnPicker, OnSettle, OnValue},
    layout::{self, Divider},
};
use crate::book::Timestamp;

/// A second press this soon after the first, in milliseconds, makes a double click.
const DOUBLE: i64 = 400;
/// So many lines one notch of the wheel scrolls.
const NOTCH: isize = 3;

/// What the mouse did in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub gesture: Gesture,
    /// The cell.
    pub at: Position,
}

/// What a mouse does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The left button goes down.
    Press,
    /// It moves with the button down.
    Drag,
    /// The button goes up.
    Release,
    /// The wheel turns, away from the user.
    WheelUp,
    /// The wheel turns, towards the user.
    WheelDown,
}

/// A press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pressed {
    when: Timestamp,
    at: Position,
    /// How much lay over the panes.
    modals: usize,
}

/// What is remembered from one gesture to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pointer {
    /// The latest press, as long as a second one would make a double click.
    pressed: Option<Pressed>,
    /// The divider that is dragged, and how far right of the pointer it stands.
    grip: Option<(Divider, u16)>,
}

impl State {
    /// Does what a gesture means.
    pub(super) fn on_mouse(&mut self, Mouse { gesture, at }: Mouse, effects: &mut Vec<Effect>) {
        match gesture {
            Gesture::Press => self.on_press(at, effects),
            Gesture::Drag => {
                if let Some((divider, right)) = self.pointer.grip {
                    self.widths = self.widths.dragged(self.size, self.focus, divider, at.x.saturating_add(right));
                }
            }
            Gesture::Release => self.pointer.grip = None,
            Gesture::WheelUp => self.on_wheel(at, -NOTCH, effects),
            Gesture::WheelDown => self.on_wheel(at, NOTCH, effects),
        }
    }

    fn on_press(&mut self, at: Position, effects: &mut Vec<Effect>) {
        let modals = self.modals.len();
        let earlier = self.pointer.pressed.replace(Pressed { when: self.now, at, modals });
        let earlier = earlier.filter(|earlier| earlier.at == at && self.now.0 - earlier.when.0 <= DOUBLE);
        let is_double = earlier.is_some();
        if is_double {
            self.pointer.pressed = None;
        }
        if earlier.is_some_and(|earlier| earlier.modals != modals) {
            // Meant for what the first press opened or closed, not for what is there instead.
            return;
        }
        if let Some(keys) = self.hint_at(at) {
            self.keyboard.begun.clear();
            for key in keys {
                self.press(key, effects);
            }
            return;
        }
        self.keyboard.begun.clear();
        match self.modals.last() {
            Some(modal) => {
                let inside = layout::inside(modal.area(self.size));
                if inside.contains(at) {
                    let line = usize::from(at.y - inside.y);
                    self.press_in_modal(at, line, usize::from(inside.height), is_double, effects);
                }
            }
            None if self.greets() => {}
            None => self.press_on_panes(at, is_double, effects),
        }
    }

    fn press_on_panes(&mut self, at: Position, is_double: bool, effects: &mut Vec<Effect>) {
        let areas = self.areas();
        if let Some(divider) = areas.divider_at(at.x, at.y) {
            let place = match divider {
                Divider::Groups => areas.groups.right(),
                Divider::Details => areas.details.x,
            };
            self.pointer.grip = Some((divider, place.saturating_sub(at.x)));
            return;
        }
        let Some((pane, area)) = self.pane_at(at) else { return };
        if self.contacts.filter.editing {
            self.act(Action::Filter(OnFilter::Keep), effects);
        }
        self.focus = pane;
        let inside = layout::inside(area);
        if !inside.contains(at) {
            return;
        }
        let line = usize::from(at.y - inside.y);
        match pane {
            Pane::Groups => {
                let before = self.groups.section;
                let place = self.groups.list.offset + line;
                let Some(Some(chosen)) = Groups::lines(&self.roster).into_iter().nth(place) else { return };
                self.groups.section = chosen.section;
                self.section_may_differ(before, effects);
                if is_double && matches!(chosen.section, Section::Group(_)) {
                    self.act(Action::Groups(OnGroups::Edit), effects);
                }
            }
            Pane::Contacts => {
                let Some(place) = self.contacts.row_at(line, usize::from(inside.height)) else { return };
                self.contacts.list.cursor = place;
                self.contacts.choose_selected(&self.roster);
                if is_double {
                    self.act(Action::Contacts(OnContacts::Edit), effects);
                }
            }
            Pane::Details => {
                let sheet = self.sheet();
                let Some(place) = sheet.lines.get(self.details.scroll + line).and_then(|line| line.item) else {
                    return;
                };
                self.details.select(place, &sheet);
                if is_double {
                    self.act(Action::Value(OnValue::Act), effects);
                }
            }
        }
    }

    /// A line of a list is selected, and acted on by a second press; a field gets the focus; a box is ticked.
    fn press_in_modal(&mut self, at: Position, line: usize, height: usize, is_double: bool, effects: &mut Vec<Effect>) {
        match self.modals.last_mut() {
            Some(Modal::Palette(palette)) => {
                let Some(place) = line.checked_sub(Palette::ABOVE).map(|line| palette.list.offset + line) else {
                    return;
                };
                if line < Palette::ABOVE + height.saturating_sub(Palette::AROUND) && place < palette.commands.len() {
                    palette.list.cursor = place;
                    if is_double {
                        self.press(Key::plain(Code::Enter), effects);
                    }
                }
            }
            Some(Modal::Menu(menu)) => {
                let place = menu.list.offset + line;
                if place < menu.len() {
                    menu.list.cursor = place;
                    self.act(Action::Answer(Answer::Select), effects);
                }
            }
            Some(Modal::People(picker)) => {
                let hit = picker.press(self.size, line);
                if hit && is_double {
                    self.press(Key::plain(Code::Enter), effects);
                }
            }
            Some(Modal::Queue(view)) => {
                let hit = view.press(line, &self.accounts, self.size);
                if hit && is_double {
                    self.act(Action::Settle(OnSettle::Show), effects);
                }
            }
            Some(Modal::Form(form)) => form.press(at, is_double, &self.roster, self.size),
            Some(Modal::Memberships(memberships)) => memberships.press(line),
            Some(Modal::Picker(picker)) => {
                let hit = picker.press(self.size.width, line);
                if hit && is_double {
                    self.act(Action::Picker(OnPicker::Choose), effects);
                }
            }
            Some(Modal::Exporter(form)) => form.press(line),
            Some(Modal::GroupForm(form)) => match form.lines(height).get(line) {
                Some(GroupLine::Name) => form.focus = GroupCell::Name,
                Some(GroupLine::Type) => form.focus = GroupCell::Type,
                Some(GroupLine::Query) => form.focus = GroupCell::Members,
                Some(GroupLine::Member(place)) => {
                    form.focus = GroupCell::Members;
                    form.members.list.cursor = *place;
                    form.members.toggle(&self.roster);
                }
                Some(GroupLine::Problem | GroupLine::Gap) | None => {}
            },
            _ => {}
        }
    }

    fn on_wheel(&mut self, at: Position, by: isize, effects: &mut Vec<Effect>) {
        let areas = self.areas();
        let page = |area| usize::from(layout::inside(area).height);
        if !self.modals.is_empty() {
            // What lies over the panes is scrolled by its keys, whatever they mean there.
            let key = Key::plain(if by < 0 { Code::Up } else { Code::Down });
            for _ in 0..by.unsigned_abs() {
                self.press(key, effects);
            }
            return;
        }
        match self.pane_at(at) {
            Some((Pane::Groups, area)) => {
                let before = self.groups.section;
                self.groups.scroll(by, &self.roster, page(area));
                self.section_may_differ(before, effects);
            }
            Some((Pane::Contacts, _)) => {
                self.contacts.scroll(by, &self.roster, page(areas.contacts));
            }
            Some((Pane::Details, area)) => {
                let sheet = self.sheet();
                self.details.scroll_by(by, &sheet, page(area));
            }
            None => {}
        }
    }

    /// The pane under a cell, the one on top first.
    fn pane_at(&self, at: Position) -> Option<(Pane, Rect)> {
        let areas = self.areas();
        let panes = [(Pane::Groups, areas.groups), (Pane::Contacts, areas.contacts), (Pane::Details, areas.details)];
        panes.into_iter().find(|(_, area)| area.contains(at))
    }

    /// The keys of the hint under a cell.
    fn hint_at(&self, at: Position) -> Option<Vec<Key>> {
        let lines = [Some(self.footer_line()), self.answer_line()].into_iter().flatten();
        let line = lines.into_iter().find(|line| line.area.contains(at))?;
        let hint = line.hints.into_iter().find(|hint| hint.columns.contains(&at.x))?;
        Key::parse_sequence(&hint.hint.key).ok()
    }

    /// Where a question lists its answers; the last line of its frame.
    pub fn answer_line(&self) -> Option<super::HintLine> {
        let modal = self.modals.last().filter(|modal| {
            use Modal::{Conflict, Dispute, Plan, Question, SignOut, Twins};
            matches!(modal, Question(_) | Conflict(_) | Dispute(_) | Twins(_) | Plan(_) | SignOut(_))
        })?;
        let inside = layout::inside(modal.area(self.size));
        let bottom = inside.bottom().saturating_sub(1).max(inside.y);
        let line = Rect {
            x: inside.x + 2.min(inside.width),
            width: inside.width.saturating_sub(2),
            y: bottom,
            height: inside.height.min(1),
        };
        let mut hints = self.hints();
        hints.retain(|hint| !matches!(&*hint.word, "help" | "all"));
        Some(super::HintLine::of(hints, line))
    }
}
