//! The command palette: every action of the table, what it is called, its keys, and why it cannot be done now.

use ratatui::layout::Size;
use tui_input::Input;

use super::{
    Key, List, State,
    action::{Action, Context, Motion, Spec, TABLE},
    input::{self, Edit},
    layout,
};
use crate::search::{Query, rank};

/// How many commands are remembered as run lately.
const REMEMBERED: usize = 5;

/// The palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What was typed to find a command.
    pub input: Input,
    /// The commands that match it, best first; with nothing typed those run lately, then the order of the table.
    pub commands: Vec<Entry>,
    /// The selected command and the first one shown.
    pub list: List,
}

/// A command of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its line of the table.
    pub spec: &'static Spec,
    /// Its keys where it applies.
    pub keys: String,
    /// Why it cannot be done now; `None` when it can.
    pub reason: Option<String>,
    /// Whether it applies here at all.
    pub here: bool,
}

/// What is known of an action, whether or not it matches.
fn entry(state: &State, spec: &'static Spec) -> Entry {
    let context = state.context();
    let here = spec.contexts.contains(&context);
    let reason = if here {
        state.blocked(spec.action).map(str::to_owned)
    } else {
        let titles: Vec<_> = spec.contexts.iter().map(|context| context.title()).collect();
        Some(format!("only in: {}", titles.join(", ")))
    };
    let place = if here { Some(context) } else { spec.contexts.first().copied() };
    let keys = place.map_or_else(Vec::new, |place| state.keyboard.keymap.keys(spec.action, place));
    Entry { spec, keys: keys.join(", "), reason, here }
}

impl Palette {
    /// How wide it is, frame included, where the screen allows.
    pub const WIDTH: u16 = 106;
    /// How high, so that it stands still while one types.
    pub const HEIGHT: u16 = 24;
    /// The lines within the frame that hold no commands: the query, a gap, a gap and what is said of the selected one.
    pub const AROUND: usize = 5;
    /// Those of them that stand above the commands.
    pub const ABOVE: usize = 2;

    /// How many commands are shown at once.
    pub fn page(size: Size) -> usize {
        let frame = layout::modal(size, Self::WIDTH, Self::HEIGHT);
        usize::from(layout::inside(frame).height).saturating_sub(Self::AROUND)
    }

    /// What was typed, taken apart.
    pub fn query(&self) -> Query {
        Query::parse(self.input.value())
    }

    /// The selected command.
    pub fn selected(&self) -> Option<&Entry> {
        self.commands.get(self.list.cursor)
    }

    /// Looks at the state below anew. The selected command stays selected, unless the query differs.
    pub(super) fn follow(&mut self, below: &State, page: usize) {
        let selected = self.selected().map(|entry| entry.spec.action);
        let query = self.query();
        let recent = |spec: &Spec| below.keyboard.recent.iter().position(|action| *action == spec.action);
        let mut ranked: Vec<_> = TABLE
            .iter()
            // What applies in the palette alone is no command of it.
            .filter(|spec| spec.contexts != [Context::Palette])
            .filter_map(|spec| Some((rank(&query, &[spec.title, spec.name])?, entry(below, spec))))
            .collect();
        ranked.sort_by_key(|(score, entry)| {
            let recent = if query.is_empty() { recent(entry.spec) } else { None };
            (recent.unwrap_or(usize::MAX), std::cmp::Reverse(*score), entry.reason.is_some(), !entry.here)
        });
        self.commands = ranked.into_iter().map(|(_, entry)| entry).collect();
        let place = |action| self.commands.iter().position(|entry| entry.spec.action == action);
        if let Some(place) = selected.and_then(place) {
            self.list.carry_to(place);
        }
        self.list.settle(self.commands.len(), page);
    }

    /// Types a key; a query that differs begins with its best match.
    pub(super) fn type_key(&mut self, key: Key) {
        if input::edit(&mut self.input, key) == Edit::Text {
            self.typed();
        }
    }

    /// Pastes.
    pub(super) fn paste(&mut self, text: &str) {
        input::paste(&mut self.input, text, false);
        self.typed();
    }

    fn typed(&mut self) {
        self.list = List::default();
        self.commands.clear();
    }

    /// Moves the selection.
    pub(super) fn go(&mut self, motion: Motion, page: usize) {
        self.list.go(motion, self.commands.len(), page);
    }
}

/// Remembers what was run, the latest first.
pub(super) fn remember(recent: &mut Vec<Action>, action: Action) {
    recent.retain(|other| *other != action);
    recent.insert(0, action);
    recent.truncate(REMEMBERED);
}
