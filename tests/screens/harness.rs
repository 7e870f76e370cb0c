//! Keys in, picture out.

use std::fmt::Write as _;

use callbook::{
    app::{Effect, Event, Gesture, Key, Keymap, Mouse, State, update},
    ui::{Theme, draw},
};
use jiff::tz::TimeZone;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

use super::fake_book::{FakeBook, NOW};

/// A program whose book answers at once.
#[derive(Clone)]
pub struct Screen {
    pub state: State,
    pub book: FakeBook,
    pub theme: Theme,
    pub has_quit: bool,
    /// The names of all effects so far.
    pub asked: Vec<&'static str>,
}

impl Screen {
    pub fn open(book: FakeBook, width: u16, height: u16) -> Self {
        let state = State::new(Size { width, height }, TimeZone::UTC, Keymap::default());
        let mut screen = Self { state, book, theme: Theme::default(), has_quit: false, asked: Vec::new() };
        let opening = screen.book.opening("");
        screen.happens(Event::BookOpened { request: None, opening });
        let book = screen.book.clone();
        for status in &book.accounts {
            screen.happens(book.queue_event(&status.id));
        }
        if !book.accounts.is_empty() {
            screen.happens(Event::Disputes(book.disputes));
            screen.happens(Event::Twins(book.twins));
            screen.happens(Event::HeldBack(book.held));
            screen.happens(Event::Unread(book.unread));
            screen.happens(Event::Braked(book.brakes));
        }
        screen
    }

    pub fn happens(&mut self, event: Event) {
        let mut effects = update(&mut self.state, event, NOW);
        while !effects.is_empty() {
            let effect = effects.remove(0);
            self.has_quit |= effect == Effect::Quit;
            self.asked.push(effect.name());
            for answer in self.book.answer(effect) {
                effects.extend(update(&mut self.state, answer, NOW));
            }
        }
    }

    /// Presses keys written as the table of actions writes them: `g g`.
    pub fn press(&mut self, keys: &str) {
        for key in Key::parse_sequence(keys).expect("keys") {
            self.happens(Event::KeyPressed(key));
        }
    }

    /// Types: `jj<esc>Ada<C-s>`.
    pub fn types(mut self, text: &str) -> Self {
        for key in keys(text) {
            self.happens(Event::KeyPressed(key));
        }
        self
    }

    /// Where a text stands on the screen, the first one from the top.
    pub fn find(&self, text: &str) -> Position {
        let (buffer, _) = self.paint();
        let rows = 0..buffer.area.height;
        let starts = rows.flat_map(|y| (0..buffer.area.width).map(move |x| Position::new(x, y)));
        let here = |at: &Position| (at.x..buffer.area.width).map(|x| buffer[(x, at.y)].symbol()).collect::<String>();
        starts.into_iter().find(|at| here(at).starts_with(text)).unwrap_or_else(|| panic!("{text} is not shown"))
    }

    /// Does something with the mouse.
    pub fn points(mut self, gesture: Gesture, at: Position) -> Self {
        self.happens(Event::Pointed(Mouse { gesture, at }));
        self
    }

    /// Clicks on a text.
    pub fn clicks(self, text: &str) -> Self {
        let at = self.find(text);
        self.points(Gesture::Press, at).points(Gesture::Release, at)
    }

    pub fn paint(&self) -> (Buffer, Option<Position>) {
        let area = Rect::from((Position::ORIGIN, self.state.size));
        let mut buffer = Buffer::empty(area);
        let cursor = draw(&self.state, &self.theme, area, &mut buffer);
        (buffer, cursor)
    }

    /// The picture as text, with a hash of its styles, so that a change of style shows without an unreadable diff.
    pub fn picture(&self) -> String {
        let (buffer, cursor) = self.paint();
        let mut text = String::new();
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let cell = &buffer[(x, y)];
                line.push_str(cell.symbol());
                for byte in format!("{:?}{:?}{:?}", cell.fg, cell.bg, cell.modifier).bytes() {
                    hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
                }
                x += u16::try_from(unicode_width::UnicodeWidthStr::width(cell.symbol())).unwrap().max(1);
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let _ = write!(text, "cursor {:?} · styles {hash:016x}", cursor.map(|at| (at.x, at.y)));
        text
    }
}

/// The keys of `jj<esc>Ada<C-s>`.
pub fn keys(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (name, tail) = match rest.strip_prefix('<').and_then(|named| named.split_once('>')) {
            Some((name, tail)) => (name.to_owned(), tail),
            None if first == ' ' => ("space".to_owned(), &rest[1..]),
            None => (first.to_string(), &rest[first.len_utf8()..]),
        };
        keys.push(Key::parse(&name).expect("a key"));
        rest = tail;
    }
    keys
}
