//! What the README shows is what the program is: its table of keys and its picture. `UPDATE_DOCS=1 cargo test --test docs`
//! makes both anew.

mod support;

use std::{fmt::Write as _, fs, path::PathBuf, sync::Arc};

use callbook::{
    app::{Effect, Event, Key, Keymap, Opening, State, update},
    book::Timestamp,
    runtime::open_demo_at,
    search::Index,
    store::Book,
    ui::{Theme, draw},
};
use jiff::tz::TimeZone;
use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect, Size},
    style::{Color, Modifier},
};
use support::Counting;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Holds a file against what it should be, or makes it so.
fn fresh(name: &str, wanted: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(file(name), wanted).unwrap();
    }
    let found = fs::read_to_string(file(name)).unwrap();
    assert!(found == wanted, "{name} is stale; UPDATE_DOCS=1 cargo test --test docs makes it anew");
}

#[test]
fn the_readme_lists_every_key() {
    let readme = fs::read_to_string(file("README.md")).unwrap();
    let (start, end) = ("cargo test --test docs -->\n", "<!-- /keys -->");
    let (head, rest) = readme.split_once(start).unwrap();
    let (_, tail) = rest.split_once(end).unwrap();
    let mut table = "| keys | what they do | name in the settings |\n|---|---|---|\n".to_owned();
    for (spec, keys) in Keymap::default().listing() {
        let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
        writeln!(table, "| {} | {} | `{}` |", keys.join(" "), spec.title, spec.name).unwrap();
    }
    fresh("README.md", &[head, start, &table, end, tail].concat());
}

#[test]
fn the_readme_shows_the_screen_as_it_is() {
    let book = open_demo_at(Arc::new(Counting::default())).unwrap();
    let mut state = State::new(Size { width: 120, height: 32 }, TimeZone::UTC, Keymap::default());
    let opening = Opening {
        rows: book.rows(Some(100)).unwrap(),
        groups: book.groups().unwrap(),
        total: book.total().unwrap(),
        ..Opening::default()
    };
    happens(&mut state, &book, Event::BookOpened { request: None, opening });
    for _ in 0..3 {
        happens(&mut state, &book, Event::KeyPressed(Key::parse("j").unwrap()));
    }
    let area = Rect::from((Position::ORIGIN, state.size));
    let mut buffer = Buffer::empty(area);
    draw(&state, &Theme::dark(), area, &mut buffer);
    fresh("assets/screen.svg", &svg(&buffer));
}

/// Reads are answered at once; nothing else is asked for here.
fn happens(state: &mut State, book: &Book, event: Event) {
    let now = Timestamp(1_790_100_000_000);
    let mut effects = update(state, event, now);
    while let Some(effect) = effects.pop() {
        let answer = match effect {
            Effect::LoadRows { request } => {
                let rows = book.rows(None).unwrap();
                let index = Arc::new(Index::new(&rows));
                Event::RowsLoaded { request, rows, index }
            }
            Effect::LoadContact { request, id } => {
                Event::ContactLoaded { request, result: book.contact(id).map(|contact| contact.map(Box::new)) }
            }
            Effect::LoadHistory { request, id, limit } => {
                Event::HistoryLoaded { request, result: book.history(Some(id), limit) }
            }
            other => panic!("{other:?} was not expected"),
        };
        effects.extend(update(state, answer, now));
    }
}

const CELL: (f32, f32) = (8.4, 18.0);

/// Every monospaced font has the letters up to here.
const LATIN: char = '\u{24f}';

/// A screen as a drawing: cells that are alike and next to each other are one text, so that it stays small, and each
/// cluster that is not Latin stands at its own place, whatever the font makes of its width.
fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f32::from(buffer.area.width) * CELL.0 + 24.0, f32::from(buffer.area.height) * CELL.1 + 24.0);
    let mut drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1d2021\"/>\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let style = look(&buffer[(x, y)]);
            let mut start = x;
            let mut text = String::new();
            while x < buffer.area.width && look(&buffer[(x, y)]) == style {
                let symbol = buffer[(x, y)].symbol();
                let alone = symbol.chars().any(|c| c > LATIN);
                if alone && !text.is_empty() {
                    break;
                }
                text.push_str(symbol);
                x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol)).unwrap().max(1);
                if alone {
                    break;
                }
            }
            if let Color::Rgb(red, green, blue) = buffer[(start, y)].bg {
                let (left, top) = (12.0 + f32::from(start) * CELL.0, 12.0 + f32::from(y) * CELL.1);
                let length = f32::from(x - start) * CELL.0;
                writeln!(
                    drawing,
                    "<rect x=\"{left:.1}\" y=\"{top:.0}\" width=\"{length:.1}\" height=\"{:.0}\" fill=\"#{red:02x}{green:02x}{blue:02x}\"/>",
                    CELL.1
                )
                .unwrap();
            }
            if !text.trim().is_empty() {
                let base = 26.0 + f32::from(y) * CELL.1;
                start += u16::try_from(text.len() - text.trim_start().len()).unwrap();
                let text = text.trim_start();
                let left = 12.0 + f32::from(start) * CELL.0;
                // Spaced to the grid, however wide the reader's font is.
                let length = f32::from(x - start) * CELL.0;
                let text = text.replace('&', "&amp;").replace('<', "&lt;");
                writeln!(
                    drawing,
                    "<text x=\"{left:.1}\" y=\"{base:.0}\" textLength=\"{length:.1}\"{style} xml:space=\"preserve\">{text}</text>"
                )
                .unwrap();
            }
        }
    }
    drawing + "</svg>\n"
}

/// How a cell looks, as attributes.
fn look(cell: &Cell) -> String {
    let fill = match cell.fg {
        Color::Reset => "#d5c4a1".to_owned(),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        other => panic!("{other:?} has no place in the picture yet"),
    };
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let dim = if cell.modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    format!(" fill=\"{fill}\"{weight}{dim}")
}
