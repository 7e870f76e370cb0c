//! The loop of the screen without a terminal: what `app::update` and `ui::draw` take for each event, and a book that answers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use callbook::{
    app::{Effect, Event, Keymap, Opening, State, update},
    book::port::Clock as _,
    runtime::SystemClock,
    search::{self, Index, Query},
    store::Book,
    ui::{Theme, draw},
};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

/// The terminal.
pub const SIZE: Size = Size { width: 160, height: 50 };
/// A frame at 60 Hz.
pub const FRAME: Duration = Duration::from_millis(16);
/// The upper ends of the bars of the histogram, in microseconds.
const BARS: [u128; 9] = [125, 250, 500, 1000, 2000, 4000, 8000, 16_000, u128::MAX];

/// What held the loop for how long.
pub type Held = Vec<(Duration, String)>;

/// The loop, with a clock beside it.
pub struct Screen {
    /// What it knows.
    pub state: State,
    theme: Theme,
    buffer: Buffer,
    /// What it took so far.
    pub held: Held,
}

impl Screen {
    /// Without a book.
    pub fn new() -> Self {
        Self {
            state: State::new(SIZE, jiff::tz::TimeZone::UTC, Keymap::default()),
            theme: Theme::default(),
            buffer: Buffer::empty(Rect::from((Position::ORIGIN, SIZE))),
            held: Vec::new(),
        }
    }

    /// Takes an event in and draws; returns what is asked for.
    pub fn take_in(&mut self, event: Event, what: &str) -> Vec<Effect> {
        let start = Instant::now();
        let effects = update(&mut self.state, event, SystemClock.now());
        self.buffer.reset();
        draw(&self.state, &self.theme, self.buffer.area, &mut self.buffer);
        self.held.push((start.elapsed(), what.to_owned()));
        effects
    }
}

/// What the screen begins with.
pub fn opening(book: &Book) -> Opening {
    Opening {
        rows: book.rows(Some(100)).expect("rows"),
        groups: book.groups().expect("groups"),
        total: book.total().expect("a total"),
        tally: book.tally().expect("a tally"),
        ..Opening::default()
    }
}

/// The answer of a book, if it has one.
pub fn answer(book: &mut Book, effect: Effect) -> Option<Event> {
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

/// What people call an event.
pub fn name_of(event: &Event) -> &'static str {
    match event {
        Event::RowsLoaded { .. } => "every row is here",
        Event::ContactLoaded { .. } => "the contact is here",
        Event::Sorted { .. } => "the order is here",
        Event::Filtered { .. } => "the hits are here",
        Event::Committed { .. } => "the change is done",
        Event::BookChanged(_) => "the book has changed",
        _ => "an answer",
    }
}

fn histogram(held: &Held) {
    let mut from = 0;
    for until in BARS {
        let count = held.iter().filter(|(time, _)| (from..until).contains(&time.as_micros())).count();
        let label = if until == u128::MAX { format!("over {from:>6} µs") } else { format!("     {until:>6} µs") };
        println!("  {label}  {count:>5}  {}", "#".repeat((count * 60).div_ceil(held.len())));
        from = until;
    }
}

/// Says how long the loop was held.
pub fn report(mut held: Held) {
    histogram(&held);
    held.sort_unstable_by_key(|(time, _)| std::cmp::Reverse(*time));
    println!("the slowest:");
    list(&held[..held.len().min(12)]);
    if cfg!(debug_assertions) {
        println!("an unoptimised build says nothing about the goal");
    } else {
        // Machines are noisy: a number for people, not a test.
        let over = held.iter().filter(|(time, _)| *time > FRAME).count();
        println!("{over} of {} held the loop longer than a frame of {FRAME:?} (goal: none)", held.len());
    }
}

/// Says each with its time.
pub fn list(times: &[(Duration, String)]) {
    for (time, what) in times {
        println!("  {time:>10.2?}  {what}");
    }
}
