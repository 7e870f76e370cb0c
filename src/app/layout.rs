//! Where everything stands. The same areas serve `update` (how long is a page?) and `draw`.
//!
//! ```text
//!   80 columns and more        60 to 79                 below 60             below 20x5
//!   header                     header                   breadcrumb
//!   groups contacts details    contacts details         the focused pane     one line
//!   footer                     footer                   footer
//! ```
//! From 60 to 79 columns the groups lie over the contacts while they have the focus. A person may want other widths
//! ([`Widths`]); they are kept as wished and cut to what the screen allows.

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

/// A pane of another width than its own is never narrower than this.
const GROUPS_LEAST: u16 = 12;
const OTHERS_LEAST: u16 = 20;
/// How wide the groups are where they lie over the contacts.
const GROUPS_OVER: u16 = 24;
/// By how many columns a key moves a divider.
const STEP: u16 = 2;

/// The widths of the panes that a person wants, frames included; `None` is the pane's own. The contacts have the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widths {
    /// Of the groups.
    pub groups: Option<u16>,
    /// Of the details.
    pub details: Option<u16>,
}

/// What stands between two panes and can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divider {
    /// Right of the groups.
    Groups,
    /// Left of the details.
    Details,
}

impl Widths {
    /// The focused pane a step wider or narrower; the same widths where that is not possible.
    #[must_use]
    pub fn stepped(self, size: Size, focus: Pane, wider: bool) -> Self {
        let now = areas(size, focus, self);
        let moved = |width: u16, wider: bool| if wider { width + STEP } else { width.saturating_sub(STEP) };
        let wish = match focus {
            _ if matches!(now.shape, Shape::OneLine | Shape::OnePane) => self,
            Pane::Groups => Self { groups: Some(moved(now.groups.width, wider)), ..self },
            Pane::Contacts => Self { details: Some(moved(now.details.width, !wider)), ..self },
            Pane::Details => Self { details: Some(moved(now.details.width, wider)), ..self },
        };
        self.or_unchanged(wish, size, focus)
    }

    /// The divider where the pointer has dragged it: its right-hand column of a pair is at `column`.
    #[must_use]
    pub fn dragged(self, size: Size, focus: Pane, divider: Divider, column: u16) -> Self {
        let wish = match divider {
            Divider::Groups => Self { groups: Some(column), ..self },
            Divider::Details => Self { details: Some(size.width.saturating_sub(column)), ..self },
        };
        self.or_unchanged(wish, size, focus)
    }

    /// A wish as far as the screen grants it, so that the next step starts from what is seen.
    fn or_unchanged(self, wish: Self, size: Size, focus: Pane) -> Self {
        let (before, after) = (areas(size, focus, self), areas(size, focus, wish));
        if before == after {
            return self;
        }
        Self {
            groups: wish.groups.map(|wished| if after.groups.is_empty() { wished } else { after.groups.width }),
            details: wish.details.map(|wished| if after.details.is_empty() { wished } else { after.details.width }),
        }
    }
}

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

impl Areas {
    /// The divider that a cell belongs to: the frames of two panes that touch.
    pub fn divider_at(&self, column: u16, line: u16) -> Option<Divider> {
        let touches = |x: u16| x > 0 && (column == x || column + 1 == x);
        if line < self.contacts.top() || line >= self.contacts.bottom() {
            return None;
        }
        let lies_over = self.shape == Shape::TwoPanes && !self.groups.is_empty();
        if lies_over && column < self.groups.right() {
            return (column + 1 == self.groups.right()).then_some(Divider::Groups);
        }
        if !self.groups.is_empty() && !lies_over && touches(self.groups.right()) {
            return Some(Divider::Groups);
        }
        (self.shape != Shape::OnePane && touches(self.details.x)).then_some(Divider::Details)
    }
}

/// Divides the screen.
pub fn areas(size: Size, focus: Pane, widths: Widths) -> Areas {
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
        let groups = widths.groups.unwrap_or(groups).clamp(GROUPS_LEAST, width - 2 * OTHERS_LEAST);
        let details = widths.details.unwrap_or(details).clamp(OTHERS_LEAST, width - groups - OTHERS_LEAST);
        areas.groups = body(0, groups);
        areas.contacts = body(groups, width - groups - details);
        areas.details = body(width - details, details);
    } else if width >= TWO_PANES {
        areas.shape = Shape::TwoPanes;
        let own = width - (26 + (width - TWO_PANES) / 2);
        let contacts = width - widths.details.unwrap_or(own).clamp(OTHERS_LEAST, width - OTHERS_LEAST);
        areas.contacts = body(0, contacts);
        areas.details = body(contacts, width - contacts);
        if focus == Pane::Groups {
            areas.groups = body(0, widths.groups.unwrap_or(GROUPS_OVER).clamp(GROUPS_LEAST, width - OTHERS_LEAST));
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
            let a = areas(Size { width, height: 24 }, Pane::Contacts, Widths::default());
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
        let wishes = [None, Some(0), Some(30), Some(u16::MAX)];
        let wishes = wishes.map(|groups| wishes.map(|details| Widths { groups, details })).concat();
        for width in 1..300 {
            for height in [1, 4, 5, 7, 8, 24, 99] {
                for (focus, widths) in Pane::ALL.into_iter().flat_map(|pane| wishes.iter().map(move |w| (pane, *w))) {
                    let a = areas(Size { width, height }, focus, widths);
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

    #[test]
    fn a_pane_grows_and_shrinks_as_far_as_the_others_allow() {
        let size = Size { width: 80, height: 24 };
        let mut widths = Widths::default();
        let width = |widths, pane| {
            let a = areas(size, Pane::Contacts, widths);
            [a.groups.width, a.contacts.width, a.details.width][pane as usize]
        };
        for (pane, wider, expected) in [
            (Pane::Groups, true, [18, 24, 38]),
            (Pane::Contacts, true, [18, 26, 36]),
            (Pane::Details, false, [18, 28, 34]),
            (Pane::Contacts, false, [18, 26, 36]),
        ] {
            widths = widths.stepped(size, pane, wider);
            assert_eq!(Pane::ALL.map(|pane| width(widths, pane)), expected);
        }
        while widths != widths.stepped(size, Pane::Groups, true) {
            widths = widths.stepped(size, Pane::Groups, true);
        }
        assert_eq!(Pane::ALL.map(|pane| width(widths, pane)), [40, 20, 20]);
        let one_pane = Size { width: 50, height: 24 };
        assert_eq!(widths.stepped(one_pane, Pane::Groups, false), widths, "there is nothing to divide");
    }

    #[test]
    fn a_divider_goes_where_it_is_dragged() {
        let size = Size { width: 120, height: 36 };
        let a = areas(size, Pane::Contacts, Widths::default());
        for (column, divider) in [(24, None), (25, Some(Divider::Groups)), (26, Some(Divider::Groups)), (27, None)] {
            assert_eq!(a.divider_at(column, 5), divider);
        }
        assert_eq!(a.divider_at(a.details.x, 5), Some(Divider::Details));
        assert_eq!(a.divider_at(25, 0), None, "the header is no frame");
        let over = areas(Size { width: 70, height: 20 }, Pane::Groups, Widths { groups: Some(40), details: None });
        assert_eq!([39, 40].map(|x| over.divider_at(x, 5)), [Some(Divider::Groups), None], "contacts begin there");
        assert_eq!(over.divider_at(over.details.x, 5), None, "it is hidden by the groups");
        let widths = Widths::default().dragged(size, Pane::Contacts, Divider::Groups, 40);
        let widths = widths.dragged(size, Pane::Contacts, Divider::Details, 70);
        let a = areas(size, Pane::Contacts, widths);
        assert_eq!((a.groups.width, a.contacts.width, a.details.width), (40, 30, 50));
    }
}
