//! The help screen: every action by context, with its keys, straight from the table.

use std::collections::HashSet;

use ratatui::layout::{Rect, Size};
use tui_input::Input;

use super::{
    Key, Keymap,
    action::{Context, OnFilter},
    input::{self, Edit},
    layout, text,
};
use crate::search::{Query, rank};

/// Around the two columns of a line.
const MARGINS: usize = 6;

/// The help screen.
#[derive(Clone, Debug)]
pub struct Help {
    /// The context it was asked for in, which comes first.
    pub context: Context,
    /// The first line shown.
    pub scroll: usize,
    /// What is looked for in it.
    pub input: Input,
    /// Whether that is being typed.
    pub editing: bool,
}

/// A line of the help screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A gap.
    Gap,
    /// A heading.
    Heading(&'static str),
    /// The keys of an action and what it does; without keys on the further lines of a long title.
    Keys {
        /// The keys.
        keys: String,
        /// What they do.
        title: &'static str,
    },
}

impl Help {
    /// How wide it is, frame included, where the screen allows.
    pub const WIDTH: u16 = 76;

    /// The help for a context.
    pub fn of(context: Context) -> Self {
        Self { context, scroll: 0, input: Input::default(), editing: false }
    }

    /// Where its lines stand.
    pub fn inside(size: Size) -> Rect {
        layout::inside(layout::modal(size, Self::WIDTH, u16::MAX))
    }

    /// What keys mean in it.
    pub fn keys_mean(&self) -> Context {
        if self.editing { Context::Filter } else { Context::Help }
    }

    /// What is looked for.
    pub fn query(&self) -> Query {
        Query::parse(self.input.value())
    }

    /// Looks for something, or no longer.
    pub(super) fn on_filter(&mut self, action: OnFilter) {
        self.editing = action == OnFilter::Start;
        if action == OnFilter::Clear {
            self.input.reset();
            self.scroll = 0;
        }
    }

    /// Types a key into what is looked for.
    pub(super) fn type_key(&mut self, key: Key) {
        if self.editing && input::edit(&mut self.input, key) == Edit::Text {
            self.scroll = 0;
        }
    }

    /// Pastes into what is looked for.
    pub(super) fn paste(&mut self, text: &str) {
        if self.editing {
            input::paste(&mut self.input, text, false);
            self.scroll = 0;
        }
    }

    /// The lines in a frame that is `inside` columns wide: the present context first, then what else the others know.
    /// Only those that match what is looked for.
    pub fn lines(&self, keymap: &Keymap, inside: u16) -> Vec<HelpLine> {
        let query = self.query();
        let mut said = HashSet::new();
        let mut sections = Vec::new();
        let others = Context::ALL.into_iter().filter(|context| *context != self.context);
        for context in std::iter::once(self.context).chain(others) {
            let specs = super::TABLE.iter().filter(|spec| spec.contexts.contains(&context));
            let keys = specs.map(|spec| (keymap.keys(spec.action, context).join(", "), spec.title));
            let wanted = keys.filter(|(keys, title)| rank(&query, &[title, keys, context.title()]).is_some());
            let news: Vec<_> =
                wanted.filter(|(keys, title)| !keys.is_empty() && said.insert((keys.clone(), *title))).collect();
            if !news.is_empty() {
                sections.push((context.title(), news));
            }
        }
        let widest = sections.iter().flat_map(|(_, keys)| keys).map(|(keys, _)| text::width(keys)).max();
        let room = usize::from(inside).saturating_sub(Self::key_column(widest.unwrap_or_default(), inside) + MARGINS);
        let mut lines = Vec::new();
        for (heading, keys) in sections {
            if !lines.is_empty() {
                lines.push(HelpLine::Gap);
            }
            lines.push(HelpLine::Heading(heading));
            for (keys, title) in keys {
                for (number, range) in text::wrap(title, room).into_iter().enumerate() {
                    let keys = if number == 0 { keys.clone() } else { String::new() };
                    lines.push(HelpLine::Keys { keys, title: title[range].trim_end() });
                }
            }
        }
        lines
    }

    /// How wide the column of keys is.
    pub fn key_width(lines: &[HelpLine], inside: u16) -> usize {
        let keys = lines
            .iter()
            .filter_map(|line| if let HelpLine::Keys { keys, .. } = line { Some(text::width(keys)) } else { None });
        Self::key_column(keys.max().unwrap_or_default(), inside)
    }

    fn key_column(widest: usize, inside: u16) -> usize {
        widest.min(usize::from(inside) / 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::TABLE;

    #[test]
    fn every_action_is_named_and_the_present_context_is_told_whole() {
        let keymap = Keymap::default();
        for context in Context::ALL {
            let lines = Help::of(context).lines(&keymap, 200);
            let says = |title: &str| lines.iter().any(|l| matches!(l, HelpLine::Keys { title: t, .. } if *t == title));
            assert!(TABLE.iter().all(|spec| says(spec.title)));
            let section = lines.iter().take_while(|line| **line != HelpLine::Gap).count();
            let bound = TABLE.iter().filter(|spec| !keymap.keys(spec.action, context).is_empty());
            assert_eq!(section, 1 + bound.filter(|spec| spec.contexts.contains(&context)).count());
        }
    }

    #[test]
    fn only_what_is_looked_for_is_shown() {
        let help = Help { input: Input::new("delete".to_owned()), ..Help::of(Context::Contacts) };
        let titles: Vec<_> = help
            .lines(&Keymap::default(), 200)
            .into_iter()
            .filter_map(|line| if let HelpLine::Keys { title, .. } = line { Some(title) } else { None })
            .collect();
        assert!(titles.iter().all(|title| title.contains("elete")), "{titles:?}");
        assert!(titles.len() > 1);
    }
}
