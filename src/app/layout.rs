//! Where everything stands. The same areas serve `update` (how long is a page?) and `draw`.
//!
//! ```text
//!   80 columns and more        60 to 79                 below 60             below 20x5
//!   header                     header                   breadcrumb
//!   groups contacts details    contacts details         the focused pane     one line
//!   footer                     footer                   footer
//! ```
//! From 60 to 79 columns the groups lie over the contacts while they have the focus.

use ratatui::layout::{Rect, Size};

use super::Pane;

/// From here on three panes stand side by side.
pub const THREE_PANES: u16 = 80;
/// From here on contacts and details stand side by side.
pub const TWO_PANES: u16 = 60;
/// Below this the screen is one line.
pub const SMALLEST: Size = Size { width: 20, height: 5 };
/// Below this many lines the header goes.
const HEADER_FROM: u16 = 8;

/// How many panes stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No pane at all, one line of text.
    OneLine,
    /// The focused pane under a breadcrumb.
    OnePane,
    /// Contacts and details.
    TwoPanes,
    /// All three.
    ThreePanes,
}

/// The areas of the screen; empty where something is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// How many panes.
    pub shape: Shape,
    /// The line on top.
    pub header: Rect,
    /// The groups pane with its frame.
    pub groups: Rect,
    /// The contacts pane with its frame.
    pub contacts: Rect,
    /// The details pane with its frame.
    pub details: Rect,
    /// The line at the bottom.
    pub footer: Rect,
}

/// Divides the screen.
pub fn areas(size: Size, focus: Pane) -> Areas {
    let Size { width, height } = size;
    let none = Rect::ZERO;
    if width < SMALLEST.width || height < SMALLEST.height {
        let line = Rect::new(0, 0, width, height.min(1));
        return Areas {
            shape: Shape::OneLine,
            header: none,
            groups: none,
            contacts: none,
            details: none,
            footer: line,
        };
    }
    let top = u16::from(height >= HEADER_FROM);
    let body = |x: u16, width: u16| Rect::new(x, top, width, height - top - 1);
    let mut areas = Areas {
        shape: Shape::ThreePanes,
        header: Rect::new(0, 0, width, top),
        groups: none,
        contacts: none,
        details: none,
        footer: Rect::new(0, height - 1, width, 1),
    };
    if width >= THREE_PANES {
        // 16/26/38 at 80 columns, 26/54/40 at 120; beyond that the names have room enough and details get half.
        let groups = 16 + (width - THREE_PANES).min(40) / 4;
        let details = 38 + (width - THREE_PANES).min(40) / 20 + (width.saturating_sub(120) / 2).min(32);
        areas.groups = body(0, groups);
        areas.contacts = body(groups, width - groups - details);
        areas.details = body(width - details, details);
    } else if width >= TWO_PANES {
        areas.shape = Shape::TwoPanes;
        let contacts = 26 + (width - TWO_PANES) / 2;
        areas.contacts = body(0, contacts);
        areas.details = body(contacts, width - contacts);
        if focus == Pane::Groups {
            areas.groups = body(0, 24);
        }
    } else {
        areas.shape = Shape::OnePane;
        let pane = match focus {
            Pane::Groups => &mut areas.groups,
            Pane::Contacts => &mut areas.contacts,
            Pane::Details => &mut areas.details,
        };
        *pane = body(0, width);
    }
    areas
}

/// What is left within a frame of one cell.
pub fn inside(frame: Rect) -> Rect {
    let shrunk = |length: u16| length.saturating_sub(2);
    Rect::new(
        frame.x + u16::from(frame.width > 0),
        frame.y + u16::from(frame.height > 0),
        shrunk(frame.width),
        shrunk(frame.height),
    )
}

/// A modal of at most this size, frame included, in the middle of what lies between header and footer. Where next to
/// nothing would show beside it, it takes that too.
pub fn modal(size: Size, width: u16, height: u16) -> Rect {
    /// Less than this on both sides together is no picture of a pane but a sliver.
    const SLIVER: u16 = 8;
    let top = u16::from(size.height >= HEADER_FROM);
    let body = Size { width: size.width, height: size.height.saturating_sub(top + 1) };
    let width = if width + SLIVER > body.width { body.width } else { width };
    let height = height.min(body.height);
    Rect::new((body.width - width) / 2, top + (body.height - height) / 2, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_breakpoints_are_those_of_the_design() {
        let widths = |width| {
            let a = areas(Size { width, height: 24 }, Pane::Contacts);
            (a.shape, a.groups.width, a.contacts.width, a.details.width)
        };
        assert_eq!(widths(80), (Shape::ThreePanes, 16, 26, 38));
        assert_eq!(widths(120), (Shape::ThreePanes, 26, 54, 40));
        assert_eq!(widths(79), (Shape::TwoPanes, 0, 35, 44));
        assert_eq!(widths(59), (Shape::OnePane, 0, 59, 0));
        assert_eq!(widths(19).0, Shape::OneLine);
    }

    #[test]
    fn panes_fill_the_screen_and_never_leave_it() {
        for width in 1..300 {
            for height in 1..100 {
                for focus in Pane::ALL {
                    let a = areas(Size { width, height }, focus);
                    let screen = Rect::new(0, 0, width, height);
                    for area in [a.header, a.groups, a.contacts, a.details, a.footer, modal(screen.as_size(), 72, 50)] {
                        assert_eq!(area.intersection(screen).area(), area.area());
                    }
                    let side_by_side = a.contacts.width
                        + a.details.width
                        + if a.shape == Shape::TwoPanes { 0 } else { a.groups.width };
                    assert!(a.shape == Shape::OneLine || side_by_side == width);
                }
            }
        }
    }
}
