//! How long the loop is held by each key: a recorded story on 100,000 contacts through `app::update` and `ui::draw`, in
//! the program's own way: a thread that owns a real book answers, and each answer is measured as the keys are.
//!
//! `cargo bench --bench keys`; `CALLBOOK_CONTACTS=2000 cargo bench --profile dev --bench keys` only shows that it runs.
//!
//! No key and no answer may hold the loop longer than a frame of 16 ms. Reading the whole book at the start is printed,
//! but is no key: the first rows are on the screen before it.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use callbook::{
    app::{Effect, Event, Key, Keymap, Opening, State, update},
    book::{
        Draft, TypedValue,
        incoming::{Incoming, IncomingContact, Place},
        port::Clock as _,
    },
    runtime::SystemClock,
    search::{self, Index, Query},
    store::{Book, ImportOptions},
    ui::{Theme, draw},
};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

const CONTACTS: usize = 100_000;
const SIZE: Size = Size { width: 160, height: 50 };
/// A frame at 60 Hz.
const FRAME: Duration = Duration::from_millis(16);
/// The upper ends of the bars of the histogram, in microseconds.
const BARS: [u128; 9] = [125, 250, 500, 1000, 2000, 4000, 8000, 16_000, u128::MAX];

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

/// An ordinary contact: a name, a company, two numbers, an address, one of 40 groups or none of them.
fn contact(number: usize) -> Incoming {
    let mut draft = Draft::default();
    let (first, last) = (FIRST[number % FIRST.len()], LAST[number / FIRST.len() % LAST.len()]);
    draft.profile.display_name = format!("{first} {last} {number}");
    draft.profile.company_name = format!("{last} & Partners");
    draft.profile.emails.push(TypedValue::new("work", &format!("{first}.{number}@example.org").to_lowercase()));
    draft.profile.phone_numbers.push(TypedValue::new("mobile", &format!("+1 555 {number:07}")));
    draft.profile.phone_numbers.push(TypedValue::new("work", &format!("+44 20 7946 {:04}", number % 1000)));
    draft.extras.favourite = number.is_multiple_of(500);
    if !number.is_multiple_of(3) {
        draft.group_names.push(format!("Group {}", number % 40));
    }
    Incoming::Contact(Box::new(IncomingContact {
        place: Place::default(),
        draft,
        photo: None,
        revised: None,
        directory_key: String::new(),
        aliases: Vec::new(),
    }))
}

const FIRST: [&str; 8] = ["Zoë", "Łukasz", "Anna", "Péter", "Noor", "Ines", "Юрий", "有希"];
const LAST: [&str; 9] = ["Ångström", "Okafor", "Silva", "Novák", "Haddad", "Kim", "Moreau", "Brandt", "Sato"];

/// A thread that owns the book and answers one effect after the other.
fn librarian(mut book: Book, effects: mpsc::Receiver<Effect>, events: &mpsc::Sender<Option<Event>>) {
    for effect in effects {
        // Every effect gets an answer, if only that there is none.
        if events.send(answer(&mut book, effect)).is_err() {
            return;
        }
    }
}

fn answer(book: &mut Book, effect: Effect) -> Option<Event> {
    Some(match effect {
        Effect::LoadRows { request } => {
            let rows = book.rows(None).expect("rows");
            let index = Arc::new(Index::new(&rows));
            Event::RowsLoaded { request, rows, index }
        }
        Effect::LoadContact { request, id } => {
            Event::ContactLoaded { request, result: book.contact(id).map(|found| found.map(Box::new)) }
        }
        Effect::Sort { request, order } => Event::Sorted { request, ids: book.sorted(order).expect("an order") },
        Effect::Filter { request, query, scope, index, groups } => {
            let groups = groups.iter().map(|row| &row.group);
            let hits = search::filter(&Query::parse(&query), scope, &index, groups, &|_| false, &|| false);
            Event::Filtered { request, hits: hits.unwrap_or_default().into_iter().map(|hit| hit.id).collect() }
        }
        Effect::Perform { request, command } => Event::Committed { request, result: book.perform(command) },
        _ => return None,
    })
}

/// The loop, with a clock beside it.
struct Loop {
    state: State,
    theme: Theme,
    buffer: Buffer,
    effects: mpsc::Sender<Effect>,
    events: mpsc::Receiver<Option<Event>>,
    /// What held the loop for how long.
    held: Vec<(Duration, String)>,
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
        let start = Instant::now();
        let effects = update(&mut self.state, event, SystemClock.now());
        self.buffer.reset();
        draw(&self.state, &self.theme, self.buffer.area, &mut self.buffer);
        self.held.push((start.elapsed(), what.to_owned()));
        let asked = effects.len();
        for effect in effects {
            self.effects.send(effect).expect("the librarian lives");
        }
        asked
    }
}

fn name_of(event: &Event) -> &'static str {
    match event {
        Event::RowsLoaded { .. } => "every row is here",
        Event::ContactLoaded { .. } => "the contact is here",
        Event::Sorted { .. } => "the order is here",
        Event::Filtered { .. } => "the hits are here",
        Event::Committed { .. } => "the change is done",
        _ => "an answer",
    }
}

fn histogram(held: &[(Duration, String)]) {
    let mut from = 0;
    for until in BARS {
        let count = held.iter().filter(|(time, _)| (from..until).contains(&time.as_micros())).count();
        let label = if until == u128::MAX { format!("over {from:>6} µs") } else { format!("     {until:>6} µs") };
        println!("  {label}  {count:>5}  {}", "#".repeat((count * 60).div_ceil(held.len())));
        from = until;
    }
}

fn main() {
    let contacts = std::env::var("CALLBOOK_CONTACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(CONTACTS);
    let mut book = Book::scratch(Arc::new(SystemClock)).expect("a book");
    let mut items = (0..contacts).map(|number| Ok(contact(number)));
    book.import("bench", &mut items, &ImportOptions::default()).expect("an import");
    let opening = Opening {
        rows: book.rows(Some(100)).expect("rows"),
        groups: book.groups().expect("groups"),
        total: book.total().expect("a total"),
        tally: book.tally().expect("a tally"),
        ..Opening::default()
    };
    let (effects, asked) = mpsc::channel();
    let (answers, events) = mpsc::channel();
    let thread = thread::spawn(move || librarian(book, asked, &answers));
    let mut this = Loop {
        state: State::new(SIZE, jiff::tz::TimeZone::UTC, Keymap::default()),
        theme: Theme::default(),
        buffer: Buffer::empty(Rect::from((Position::ORIGIN, SIZE))),
        effects,
        events,
        held: Vec::new(),
    };
    this.happens(Event::BookOpened { request: None, opening }, "the book opens");
    let start: Vec<_> = this.held.drain(..).collect();
    for (chapter, keys) in STORY {
        for key in Key::parse_sequence(keys).expect("keys") {
            this.happens(Event::KeyPressed(key), &format!("{chapter}: {key}"));
        }
        assert!(this.state.modals.is_empty(), "{chapter} ends where it began");
    }
    let Loop { mut held, effects, state, .. } = this;
    drop(effects);
    thread.join().expect("the librarian ends well");
    assert_eq!(state.roster.total, contacts, "everything was taken back");

    println!("{contacts} contacts, {}x{}: {} keys and answers", SIZE.width, SIZE.height, held.len());
    histogram(&held);
    held.sort_unstable_by_key(|(time, _)| std::cmp::Reverse(*time));
    println!("the slowest:");
    let list = |times: &[(Duration, String)]| {
        for (time, what) in times {
            println!("  {time:>10.2?}  {what}");
        }
    };
    list(&held[..held.len().min(12)]);
    println!("at the start, which is no key:");
    list(&start);
    if cfg!(debug_assertions) {
        println!("an unoptimised build says nothing about the goal");
    } else {
        // Machines are noisy: a number for people, not a test.
        let over = held.iter().filter(|(time, _)| *time > FRAME).count();
        println!("{over} of {} held the loop longer than a frame of {FRAME:?} (goal: none)", held.len());
    }
}
