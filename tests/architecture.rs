//! The floors of the crate header, held against the code: a folder uses only lower floors, and the pure ones are pure.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// From the ground up; rooms of one floor may not use each other.
const FLOORS: [&[&str]; 6] = [
    &["book", "config"],
    &["search", "exchange", "plan", "webex"],
    &["app", "store"],
    &["ui", "sync"],
    &["runtime", "cli"],
    &["main", "lib"],
];

const PURE: [&str; 6] = ["book", "search", "exchange", "plan", "app", "ui"];

/// What a pure room must not touch.
const IMPURE: [&str; 12] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "SystemTime",
    "Instant::now",
    "now_v7",
    "now_v4",
    "tokio::",
    "rusqlite",
    "crossterm::",
];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn all_sources() -> Vec<(String, String, PathBuf)> {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&house)
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&house).unwrap();
            let room =
                inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
            (room, fs::read_to_string(&path).unwrap(), path)
        })
        .collect()
}

fn floor(room: &str) -> usize {
    FLOORS.iter().position(|rooms| rooms.contains(&room)).unwrap_or_else(|| panic!("{room} has no floor"))
}

/// The rooms that a source speaks of: `crate::room` and the members of `use crate::{…}`.
fn used_rooms(source: &str) -> Vec<&str> {
    let mut rooms: Vec<&str> = FLOORS
        .iter()
        .flat_map(|rooms| rooms.iter().copied())
        .filter(|r| source.contains(&format!("crate::{r}::")))
        .collect();
    for (start, _) in source.match_indices("use crate::{") {
        let mut depth = 0;
        let mut before = ' ';
        let mut word = String::new();
        for c in source[start + "use crate::".len()..].chars() {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            // A room stands first in its path, on the outermost level.
            if depth == 1 && matches!(before, '{' | ',') {
                rooms.extend(FLOORS.iter().flat_map(|rooms| rooms.iter()).find(|room| **room == word));
            }
            word.clear();
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            if !c.is_whitespace() {
                before = c;
            }
        }
    }
    rooms
}

#[test]
fn rooms_use_only_lower_floors() {
    for (room, source, path) in all_sources() {
        let own = floor(&room);
        for used in used_rooms(&source) {
            let allowed = used == room || floor(used) < own;
            assert!(allowed, "{} uses {used}, which is not below {room}", path.display());
        }
    }
}

#[test]
fn pure_rooms_touch_nothing_outside() {
    for (room, source, path) in all_sources() {
        // Tests may do what they like.
        let code = source.split("#[cfg(test)]").next().unwrap();
        if PURE.contains(&room.as_str()) && !path.ends_with("tests.rs") {
            for word in IMPURE {
                assert!(!code.contains(word), "{} speaks of {word}", path.display());
            }
        }
    }
}

#[test]
fn files_are_small_enough_to_read() {
    for (_, source, path) in all_sources() {
        let lines = source.lines().count();
        assert!(lines <= 600, "{} has {lines} lines; think, or say in its header why", path.display());
    }
}

#[test]
fn the_check_itself_sees_what_it_shall_see() {
    assert_eq!(used_rooms("use crate::{\n    book::{Row, ui},\n    store::Book,\n};"), ["book", "store"]);
    assert_eq!(used_rooms("let x = crate::search::fold(y);"), ["search"]);
}
