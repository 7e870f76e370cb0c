//! How long the loop is held by each key: a recorded story on 100,000 contacts through `app::update` and `ui::draw`, in
//! the program's own way: a thread that owns a real book answers, and each answer is measured as the keys are.
//!
//! `cargo bench --bench keys`; `CALLBOOK_CONTACTS=2000 cargo bench --profile dev --bench keys` only shows that it runs.
//!
//! No key and no answer may hold the loop longer than a frame of 16 ms. Reading the whole book at the start is printed,
//! but is no key: the first rows are on the screen before it.

#[path = "support/people.rs"]
mod people;
#[path = "support/screen.rs"]
mod screen;

use std::{
    sync::{Arc, mpsc},
    thread,
};

use callbook::{
    app::{Effect, Event, Key},
    book::incoming::Incoming,
    runtime::SystemClock,
    store::{Book, ImportOptions},
};
use screen::{Held, SIZE, Screen, answer, list, name_of, opening, report};

const CONTACTS: usize = 100_000;

/// What a person types in some minutes. A key is pressed once everything that was asked for before has been answered.
const STORY: &[(&str, &str)] = &[
    ("down the list", "j j j j j j j j pagedown pagedown pagedown C-d C-u k k k G g g"),
    ("a filter, typed, narrowed and widened", "/ l u k a s z space s i l v a enter j j k esc"),
    ("a filter that finds nearly everybody", "/ a backspace o backspace n enter G g g esc"),
    ("a number, an abbreviation, nobody", "/ 5 5 5 backspace backspace backspace j k m o r q q q esc"),
    ("through the groups", "h j j j j j j j j j j j k k k G g g l"),
    ("marks and a range", "space space space j V j j j j j j V space esc"),
    ("everybody marked, and nobody", "* * * esc"),
    ("a favourite, undone, redone", "j f u C-r u"),
    ("thirty favourites", "V pagedown V f u C-r u esc"),
    ("three to another group", "space space space t F a m i l y enter enter u C-r u esc"),
    ("three deleted, brought back", "space space space d y u C-r u"),
    ("a new contact", "n Z o tab N e w C-s u C-r u"),
    ("another name for one", "j j e C-u A a r o n C-s u C-r u"),
    ("the other orders", "s j j G g g f u s j pagedown f u s j f u s"),
    ("a group made, and gone", "h n C h o i r enter d y u u l"),
    ("wider and narrower panes", "< < > > = ? j esc"),
];

/// An ordinary contact, in one of 40 groups or none of them.
fn contact(number: usize) -> Incoming {
    people::contact(number, |draft| {
        draft.extras.favourite = number.is_multiple_of(500);
        if !number.is_multiple_of(3) {
            draft.group_names.push(format!("Group {}", number % 40));
        }
    })
}

/// A thread that owns the book and answers one effect after the other.
fn librarian(mut book: Book, effects: mpsc::Receiver<Effect>, events: &mpsc::Sender<Option<Event>>) {
    for effect in effects {
        // Every effect gets an answer, if only that there is none.
        if events.send(answer(&mut book, effect)).is_err() {
            return;
        }
    }
}

/// The loop and the librarian.
struct Loop {
    screen: Screen,
    effects: mpsc::Sender<Effect>,
    events: mpsc::Receiver<Option<Event>>,
}

impl Loop {
    /// Takes an event in and draws, then does the same with everything that comes of it.
    fn happens(&mut self, event: Event, what: &str) {
        let mut awaited = self.take_in(event, what);
        while awaited > 0 {
            let event = self.events.recv().expect("the librarian lives");
            awaited -= 1;
            if let Some(event) = event {
                let name = format!("{what}: {}", name_of(&event));
                awaited += self.take_in(event, &name);
            }
        }
    }

    /// Returns how many effects were asked for.
    fn take_in(&mut self, event: Event, what: &str) -> usize {
        let effects = self.screen.take_in(event, what);
        let asked = effects.len();
        for effect in effects {
            self.effects.send(effect).expect("the librarian lives");
        }
        asked
    }
}

fn main() {
    let contacts = std::env::var("CALLBOOK_CONTACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(CONTACTS);
    let mut book = Book::scratch(Arc::new(SystemClock)).expect("a book");
    let mut items = (0..contacts).map(|number| Ok(contact(number)));
    book.import("bench", &mut items, &ImportOptions::default()).expect("an import");
    let opening = opening(&book);
    let (effects, asked) = mpsc::channel();
    let (answers, events) = mpsc::channel();
    let thread = thread::spawn(move || librarian(book, asked, &answers));
    let mut this = Loop { screen: Screen::new(), effects, events };
    this.happens(Event::BookOpened { request: None, opening }, "the book opens");
    let start: Held = this.screen.held.drain(..).collect();
    for (chapter, keys) in STORY {
        for key in Key::parse_sequence(keys).expect("keys") {
            this.happens(Event::KeyPressed(key), &format!("{chapter}: {key}"));
        }
        assert!(this.screen.state.modals.is_empty(), "{chapter} ends where it began");
    }
    let Loop { screen, effects, .. } = this;
    drop(effects);
    thread.join().expect("the librarian ends well");
    assert_eq!(screen.state.roster.total, contacts, "everything was taken back");

    println!("{contacts} contacts, {}x{}: {} keys and answers", SIZE.width, SIZE.height, screen.held.len());
    report(screen.held);
    println!("at the start, which is no key:");
    list(&start);
}
