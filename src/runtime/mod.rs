//! The screen in motion: terminal events, answers of tasks and signals become events for [`app::update`]; its effects
//! are carried out on threads of their own, which answer with events. Nothing here decides.
//!
//! ```text
//!  keyboard ─┐                                         ┌─► librarian (owns the book) ─┐
//!  answers  ─┼─► Event ─► app::update ─► Vec<Effect> ──┤                              ├─► Event
//!  signals  ─┘                │                        └─► searcher (newest only) ────┘
//!                             ▼
//!                          ui::draw
//! ```
//!
//! There is no tick: without an event nothing runs.

mod clipboard;
mod clock;
mod demo;
mod keyboard;
mod keys;
mod librarian;
mod opener;
mod searcher;
mod terminal;

use std::io::{self, IsTerminal as _, stdout};

use ratatui::layout::Size;
use rustix::io::Errno;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

pub use clock::SystemClock;
pub use demo::{open as open_demo, open_at as open_demo_at};

use crate::{
    app::{self, Effect, Event, Keymap, Opening, State},
    book::{Failure, port::Clock as _},
    config::{Commands, Config},
    store::Book,
    ui::{self, Theme},
};
use keyboard::Keyboard;
use librarian::Librarian;
use terminal::Screen;

/// So many rows fill any screen; the rest is read after the first frame.
const FIRST_ROWS: usize = 100;

/// Shows a book on the terminal until the user leaves. What was asked for is done when this returns.
///
/// # Errors
/// The terminal or the book cannot be read; nothing was changed then.
pub fn run(book: Book, label: String, keymap: Keymap, theme: &Theme, config: &Config) -> anyhow::Result<()> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        anyhow::bail!("the screen needs a terminal; see callbook --help for what works without one");
    }
    let demo = book.is_scratch();
    let opening = Opening { label, demo, ..opening(&book)? };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(Loop::enter(book, opening, keymap, theme, config)?.run())
}

/// Enough of a book for the first frame.
pub(crate) fn opening(book: &Book) -> Result<Opening, Failure> {
    Ok(Opening {
        label: if book.is_scratch() { "demo book".to_owned() } else { String::new() },
        demo: book.is_scratch(),
        rows: book.rows(Some(FIRST_ROWS))?,
        groups: book.groups()?,
        total: book.total()?,
    })
}

/// The loop and all it owns. The screen is given back before the librarian is waited for.
struct Loop<'theme> {
    state: State,
    theme: &'theme Theme,
    screen: Screen,
    answers: mpsc::UnboundedReceiver<Event>,
    input: mpsc::UnboundedReceiver<Event>,
    _keyboard: Keyboard,
    librarian: Librarian,
    /// What opens pages, mails and calls.
    commands: Commands,
    /// For the answers of programs that were started.
    events: mpsc::UnboundedSender<Event>,
}

impl<'theme> Loop<'theme> {
    /// Takes the terminal over and shows the first frame.
    fn enter(
        book: Book,
        opening: Opening,
        keymap: Keymap,
        theme: &'theme Theme,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let screen = Screen::enter()?;
        let (sender, answers) = mpsc::unbounded_channel();
        let state = State::new(screen.terminal.size()?, jiff::tz::TimeZone::system(), keymap);
        let librarian = Librarian::start(book, sender.clone())?;
        let (events, commands) = (sender, config.commands.clone());
        let (sender, input) = mpsc::unbounded_channel();
        let keyboard = Keyboard::start(sender)?;
        let mut this = Self { state, theme, screen, answers, input, _keyboard: keyboard, librarian, commands, events };
        // Nothing competes with the first frame.
        let effects = app::update(&mut this.state, Event::BookOpened { request: None, opening }, SystemClock.now());
        this.draw()?;
        this.carry_out(effects);
        this.librarian.keep_house(config.keeping);
        Ok(this)
    }

    async fn run(mut self) -> anyhow::Result<()> {
        let mut resize = signal(SignalKind::window_change())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let mut terminate = signal(SignalKind::terminate())?;
        loop {
            // Answers first: a key typed after a save shall see what was saved.
            let event = tokio::select! { biased;
                Some(answer) = self.answers.recv() => answer,
                Some(input) = self.input.recv() => input,
                _ = resize.recv() => self.resized()?,
                _ = hangup.recv() => Event::QuitRequested,
                _ = terminate.recv() => Event::QuitRequested,
            };
            if !self.apply(event) || !self.drain() {
                return Ok(());
            }
            self.draw()?;
        }
    }

    /// Applies what is there already, so that a burst of events makes one frame. `false` to leave.
    fn drain(&mut self) -> bool {
        while let Ok(event) = self.answers.try_recv().or_else(|_| self.input.try_recv()) {
            if !self.apply(event) {
                return false;
            }
        }
        true
    }

    fn resized(&self) -> io::Result<Event> {
        let Size { width, height } = self.screen.terminal.size()?;
        Ok(Event::Resized { width, height })
    }

    /// Updates the state and has the effects carried out. `false` to leave.
    fn apply(&mut self, event: Event) -> bool {
        let effects = app::update(&mut self.state, event, SystemClock.now());
        self.carry_out(effects)
    }

    fn carry_out(&self, effects: Vec<Effect>) -> bool {
        let mut going_on = true;
        for effect in effects {
            match effect {
                Effect::Quit => going_on = false,
                // A terminal that takes nothing any more says so by closing.
                Effect::Copy { text } => _ = clipboard::copy(&mut stdout(), &text),
                Effect::Open { request, link } => opener::open(request, &link, &self.commands, self.events.clone()),
                effect => self.librarian.send(effect),
            }
        }
        going_on
    }

    /// A terminal that was closed takes no frame; the keyboard asks to quit then, after what was typed before.
    fn draw(&mut self) -> io::Result<()> {
        const CLOSED: i32 = Errno::IO.raw_os_error();
        let Self { state, theme, screen, .. } = self;
        let drawn = screen.terminal.draw(|frame| {
            let area = frame.area();
            if let Some(cursor) = ui::draw(state, theme, area, frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        });
        match drawn {
            Err(error) if error.raw_os_error() != Some(CLOSED) => Err(error),
            _ => Ok(()),
        }
    }
}
