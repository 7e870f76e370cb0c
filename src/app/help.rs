//! The help screen: every action by context, with its keys, straight from the table.

use super::{Keymap, action::Context, text};

/// The help screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    /// The context it was asked for in, which comes first.
    pub context: Context,
    /// The first line shown.
    pub scroll: usize,
}

/// A line of the help screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A gap.
    Gap,
    /// A heading.
    Heading(&'static str),
    /// The keys of an action and what it does.
    Keys {
        /// The keys.
        keys: String,
        /// What they do.
        title: &'static str,
    },
}

impl Help {
    /// The lines: the present context first, then the others.
    pub fn lines(&self, keymap: &Keymap) -> Vec<HelpLine> {
        let mut lines = Vec::new();
        let others = Context::ALL.into_iter().filter(|context| *context != self.context);
        for context in std::iter::once(self.context).chain(others) {
            if !lines.is_empty() {
                lines.push(HelpLine::Gap);
            }
            lines.push(HelpLine::Heading(context.title()));
            for spec in super::TABLE.iter().filter(|spec| spec.contexts.contains(&context)) {
                let keys = keymap.keys(spec.action, context);
                if !keys.is_empty() {
                    lines.push(HelpLine::Keys { keys: keys.join(", "), title: spec.title });
                }
            }
        }
        lines
    }

    /// How wide the column of keys is.
    pub fn key_width(lines: &[HelpLine]) -> usize {
        let keys = lines
            .iter()
            .filter_map(|line| if let HelpLine::Keys { keys, .. } = line { Some(text::width(keys)) } else { None });
        keys.max().unwrap_or_default()
    }
}
