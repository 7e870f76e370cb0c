//! The screen in motion: terminal events, answers of tasks and signals become events for [`app::update`]; its effects
//! are carried out on threads of their own, which answer with events. Nothing here decides.
//!
//! ```text
//!  keyboard ─┐                                         ┌─► librarian (owns the book) ─┐
//!  answers  ─┼─► Event ─► app::update ─► Vec<Effect> ──┼─► searcher (newest only) ────┼─► Event
//!  signals  ─┘                │                        ├─► people   (newest only) ────┤
//!                             │                        └─► accounts (where there are) ┘
//!                             ▼
//!                          ui::draw
//! ```
//!
//! There is no tick: without an event nothing runs.

mod accounts;
mod away;
mod clipboard;
mod clock;
mod demo;
mod editor;
mod kept;
mod keyboard;
mod keys;
mod librarian;
mod lister;
pub mod logging;
mod looks;
mod mouse;
mod opener;
mod panic_report;
mod people;
mod plain;
mod porter;
mod replies;
mod searcher;
mod settings;
mod signals;
mod terminal;
mod words;

use std::{
    io::{self, IsTerminal as _, Write as _, stdout},
    time::{Duration, Instant},
};

use rustix::io::Errno;
use tokio::sync::mpsc;

pub use clock::SystemClock;
pub use demo::{open as open_demo, open_at as open_demo_at};
pub use looks::Looks;
pub use opener::open_page;
pub use settings::settings;

use crate::{
    app::{self, Effect, Event, Keymap, Opening, Settings, State},
    book::{Failure, port::Clock as _},
    config::{CommandLine, Commands},
    store::Book,
    ui,
};
use keyboard::Keyboard;
use librarian::Librarian;
use plain::Teller;
use settings::SettingsWatch;
use signals::{Signal, Signals};
use terminal::Screen;

/// After so long a frame is drawn, whatever else waits to be taken in.
const BURST: Duration = Duration::from_millis(4);
/// So many rows fill any screen; the rest is read after the first frame.
const FIRST_ROWS: usize = 100;

/// Shows a book on the terminal until the user leaves; `chosen` says where the settings are, which it reads again when
/// they are written. What was asked for is done when this returns.
///
/// # Errors
/// The terminal or the book cannot be read; nothing was changed then.
pub fn run(book: Book, label: String, chosen: CommandLine, settings: Settings, looks: Looks) -> anyhow::Result<()> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        anyhow::bail!("the screen needs a terminal; see callbook --help for what works without one");
    }
    let demo = book.is_scratch();
    let opening = Opening { label, demo, ..opening(&book)? };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(Loop::enter(book, opening, chosen, settings, looks)?.run())
}

/// Whether a debug build was told to fail here, so that tests see what that looks like.
fn fails(name: &str) -> bool {
    cfg!(debug_assertions) && std::env::var_os("CALLBOOK_FAILPOINT").is_some_and(|wanted| wanted == *name)
}

/// Enough of a book for the first frame.
pub(crate) fn opening(book: &Book) -> Result<Opening, Failure> {
    Ok(Opening {
        label: if book.is_scratch() { "demo book".to_owned() } else { String::new() },
        demo: book.is_scratch(),
        rows: book.rows(Some(FIRST_ROWS))?,
        groups: book.groups()?,
        total: book.total()?,
        tally: book.tally()?,
        accounts: accounts::of_book(book)?,
        kept: if book.is_scratch() { None } else { kept::find(book.path()) },
    })
}

/// The loop and all it owns. The screen is given back before the librarian is waited for.
struct Loop {
    state: State,
    looks: Looks,
    screen: Screen,
    /// Where the loop's own answers go.
    sender: mpsc::UnboundedSender<Event>,
    answers: mpsc::UnboundedReceiver<Event>,
    typed: mpsc::UnboundedSender<Event>,
    input: mpsc::UnboundedReceiver<Event>,
    signals: Signals,
    /// There while the program has the terminal.
    keyboard: Option<Keyboard>,
    librarian: Librarian,
    /// What opens pages, mails and calls.
    commands: Commands,
    /// Tells the screen in lines, where it is not drawn.
    teller: Option<Teller>,
    /// Somebody asked to end while another program had the terminal.
    ending: bool,
    /// What is said once the terminal is given back.
    parting: Option<String>,
    /// Held for as long as the settings are watched.
    _watch: Option<SettingsWatch>,
}

impl Loop {
    /// Takes the terminal over and shows the first frame.
    fn enter(
        book: Book,
        opening: Opening,
        chosen: CommandLine,
        settings: Settings,
        looks: Looks,
    ) -> anyhow::Result<Self> {
        let signals = Signals::listen()?;
        let screen = Screen::enter(looks.plain)?;
        let teller = looks.plain.then(Teller::default);
        let (sender, answers) = mpsc::unbounded_channel();
        let size = screen.terminal.size()?;
        let size = if looks.plain { plain::size(size) } else { size };
        let mut state = State::new(size, jiff::tz::TimeZone::system(), Keymap::default());
        state.take_settings(settings.clone());
        let settings_of_webex = settings.config.webex.clone();
        state.has_shell = terminal::has_shell();
        let librarian = Librarian::start(book, settings_of_webex, sender.clone())?;
        let (typed, input) = mpsc::unbounded_channel();
        let keyboard = Some(Keyboard::start(typed.clone(), looks.asks)?);
        let commands = settings.config.commands.clone();
        let keeping = settings.config.keeping;
        let watch = SettingsWatch::start(chosen, settings, sender.clone());
        let mut this = Self {
            state,
            looks,
            screen,
            sender,
            answers,
            typed,
            input,
            signals,
            keyboard,
            librarian,
            commands,
            teller,
            ending: false,
            parting: None,
            _watch: watch,
        };
        // Nothing competes with the first frame.
        let effects = app::update(&mut this.state, Event::BookOpened { request: None, opening }, SystemClock.now());
        this.draw()?;
        if this.looks.asks {
            terminal::ask_for_ground()?;
        }
        if this.state.look.mouse {
            mouse::capture(true)?;
        }
        this.carry_out(effects)?;
        this.librarian.keep_house(keeping);
        this.librarian.look_after_accounts();
        Ok(this)
    }

    async fn run(mut self) -> anyhow::Result<()> {
        let ended = self.go_on().await;
        if ended.is_err() {
            // A terminal that fails is as good as closed: what is being typed is kept.
            let _ = self.apply(Event::QuitRequested);
        }
        self.leave();
        if let Some(parting) = &self.parting {
            // Nobody may be there to read it.
            let _ = writeln!(io::stderr(), "{parting}");
        }
        Ok(ended?)
    }

    /// Until the user leaves.
    async fn go_on(&mut self) -> io::Result<()> {
        loop {
            // Answers first: a key typed after a save shall see what was saved.
            let event = tokio::select! { biased;
                Some(answer) = self.answers.recv() => Some(answer),
                Some(input) = self.input.recv() => Some(input),
                Some(signal) = self.signals.next() => self.signalled(signal)?,
            };
            if event.map_or(Ok(true), |event| self.apply(event))? && self.drain()? {
                self.draw()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Applies what is there already, so that a burst of events makes one frame; of a long one, whoever types waits for a part.
    /// `false` to leave.
    fn drain(&mut self) -> io::Result<bool> {
        let begun = Instant::now();
        while let Ok(event) = self.answers.try_recv().or_else(|_| self.input.try_recv()) {
            if !self.apply(event)? {
                return Ok(false);
            }
            if begun.elapsed() >= BURST {
                return self.input.try_recv().map_or(Ok(true), |input| self.apply(input));
            }
        }
        Ok(true)
    }

    fn signalled(&mut self, signal: Signal) -> io::Result<Option<Event>> {
        match signal {
            Signal::Resize => self.resized().map(Some),
            Signal::End | Signal::Interrupt => Ok(Some(Event::QuitRequested)),
            Signal::Stop => self.suspend().map(|()| None),
            Signal::Continue => self.take_back().map(|()| None),
        }
    }

    /// Updates the state and has the effects carried out. `false` to leave.
    fn apply(&mut self, event: Event) -> io::Result<bool> {
        if let Some(teller) = &mut self.teller {
            teller.happened(&event);
        }
        if let Event::Configured(Ok(settings)) = &event
            && let Ok(looks) = Looks::of_process(&settings.config.looks)
        {
            self.looks = looks;
            self.commands.clone_from(&settings.config.commands);
            self.librarian.take_settings(settings.config.webex.clone());
        }
        let effects = app::update(&mut self.state, event, SystemClock.now());
        self.carry_out(effects)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<bool> {
        let mut going_on = true;
        for effect in effects {
            match effect {
                Effect::Quit => going_on = false,
                Effect::EditText { request, file, extension, text } => {
                    let result = self.edit_text(file, extension, &text);
                    let _ = self.sender.send(Event::TextEdited { request, result });
                    if self.ending {
                        // After the text, so that what was saved in the editor is saved here.
                        let _ = self.sender.send(Event::QuitRequested);
                    }
                }
                Effect::DropText { file } => {
                    if let Some(trouble) = editor::drop_file(&file) {
                        let _ = self.sender.send(Event::Alarmed(trouble));
                    }
                }
                // A terminal that is gone takes no clicks; its keyboard asks to quit.
                Effect::CaptureMouse { on } => _ = mouse::capture(on),
                Effect::Suspend => self.suspend()?,
                Effect::Redraw if fails("panic-on-redraw") => panic!("a panic that quotes Ada Lovelace"),
                Effect::Redraw => self.screen.wipe()?,
                Effect::Copy { .. } if terminal::is_dumb() => {
                    let sentence = "Nothing was copied: a dumb terminal has no clipboard".to_owned();
                    let _ = self.sender.send(Event::Alarmed(sentence));
                }
                // A terminal that takes nothing any more says so by closing.
                Effect::Copy { text } => _ = clipboard::copy(&mut stdout(), &text),
                Effect::Open { request, link } => opener::open(request, &link, &self.commands, self.sender.clone()),
                effect => self.librarian.send(effect),
            }
        }
        Ok(going_on)
    }

    /// A terminal that was closed takes no frame; the keyboard asks to quit then, after what was typed before.
    fn draw(&mut self) -> io::Result<()> {
        const CLOSED: i32 = Errno::IO.raw_os_error();
        if self.keyboard.is_none() {
            return Ok(());
        }
        let Self { state, looks, screen, teller, .. } = self;
        if let Some(teller) = teller {
            let columns = screen.terminal.size().map_or(0, |size| size.width);
            return teller.tell(state, columns);
        }
        let theme = looks.theme(&state.look);
        let drawn = screen.terminal.draw(|frame| {
            let area = frame.area();
            if let Some(cursor) = ui::draw(state, &theme, area, frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        });
        match drawn {
            Err(error) if error.raw_os_error() != Some(CLOSED) => Err(error),
            _ => Ok(()),
        }
    }
}
