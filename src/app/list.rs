//! Where a list stands: the line under the cursor and the first line on the screen.

use super::action::Motion;

/// A cursor and a scroll offset over lines that are kept elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The selected line.
    pub cursor: usize,
    /// The first line shown.
    pub offset: usize,
}

/// How far a motion goes on a page of `page` lines; `None` for motions between panes.
fn step(motion: Motion, page: usize) -> Option<isize> {
    let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
    match motion {
        Motion::Up => Some(-1),
        Motion::Down => Some(1),
        Motion::PageUp => Some(-page),
        Motion::PageDown => Some(page),
        Motion::HalfUp => Some(-(page / 2).max(1)),
        Motion::HalfDown => Some((page / 2).max(1)),
        Motion::First => Some(isize::MIN),
        Motion::Last => Some(isize::MAX),
        Motion::Left | Motion::Right | Motion::Into | Motion::NextPane | Motion::PreviousPane => None,
    }
}

/// Moves a scroll offset over `len` lines of which `page` are shown.
pub fn scroll(offset: usize, motion: Motion, len: usize, page: usize) -> usize {
    let last = len.saturating_sub(page);
    step(motion, page).map_or(offset, |by| offset.saturating_add_signed(by)).min(last)
}

impl List {
    /// Moves the cursor over `len` lines.
    pub fn go(&mut self, motion: Motion, len: usize, page: usize) {
        if let Some(by) = step(motion, page) {
            self.cursor = self.cursor.saturating_add_signed(by).min(len.saturating_sub(1));
        }
    }

    /// Scrolls by lines; the cursor comes along where it would leave the page.
    pub fn scroll(&mut self, by: isize, len: usize, page: usize) {
        self.offset = self.offset.saturating_add_signed(by).min(len.saturating_sub(page));
        self.cursor = self.cursor.clamp(self.offset, self.offset + page.max(1) - 1);
    }

    /// Puts the cursor on another line without moving it on the screen, as far as that goes.
    pub fn carry_to(&mut self, cursor: usize) {
        let height = self.cursor.saturating_sub(self.offset);
        self.cursor = cursor;
        self.offset = cursor.saturating_sub(height);
    }

    /// Makes the offset show the cursor and no emptiness that could be filled.
    pub fn settle(&mut self, len: usize, page: usize) {
        let page = page.max(1);
        self.cursor = self.cursor.min(len.saturating_sub(1));
        self.offset =
            self.offset.clamp((self.cursor + 1).saturating_sub(page), self.cursor).min(len.saturating_sub(page));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn motions_stop_at_both_ends() {
        let mut list = List::default();
        for (motion, cursor) in [
            (Motion::Up, 0),
            (Motion::Down, 1),
            (Motion::PageDown, 6),
            (Motion::Last, 9),
            (Motion::HalfUp, 7),
            (Motion::First, 0),
        ] {
            list.go(motion, 10, 5);
            assert_eq!(list.cursor, cursor);
        }
        list.go(Motion::Last, 0, 5);
        assert_eq!(list.cursor, 0);
    }

    #[test]
    fn the_cursor_is_shown_and_the_page_is_full() {
        let mut list = List { cursor: 9, offset: 0 };
        list.settle(10, 4);
        assert_eq!(list, List { cursor: 9, offset: 6 });
        list.settle(5, 4);
        assert_eq!(list, List { cursor: 4, offset: 1 });
        list.settle(0, 4);
        assert_eq!(list, List::default());
    }

    #[test]
    fn a_line_that_moves_in_the_list_stays_on_its_line_of_the_screen() {
        let mut list = List { cursor: 9, offset: 6 };
        list.carry_to(20);
        assert_eq!(list, List { cursor: 20, offset: 17 });
    }

    #[test]
    fn scrolling_ends_with_the_last_page() {
        assert_eq!(scroll(0, Motion::Last, 30, 10), 20);
        assert_eq!(scroll(3, Motion::PageDown, 8, 10), 0);
    }
}
