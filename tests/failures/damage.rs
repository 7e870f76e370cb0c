//! Books that are damaged or not ours: they stay as they are, byte for byte, and the way back is said and works.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use crate::{cards, home::Home, home_of_ada};

const PAGE: usize = 4096;

/// Where a table begins in the file.
fn root_of(table: &str, book: &Path) -> usize {
    let connection = rusqlite::Connection::open(book).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?";
    let page: usize = connection.query_row(sql, [table], |row| row.get(0)).unwrap();
    (page - 1) * PAGE
}

/// Every way in which a file gets damaged.
fn damages(book: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let sound = fs::read(book).unwrap();
    let contacts = root_of("contact", book);
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = sound.clone();
        change(&mut bytes);
        bytes
    };
    vec![
        ("its header overwritten", changed(&|bytes| bytes[..100].fill(b'#'))),
        ("only its first bytes intact", changed(&|bytes| bytes[16..PAGE].fill(0))),
        ("a page of zeros", changed(&|bytes| bytes[contacts..contacts + PAGE].fill(0))),
        ("cut in two", changed(&|bytes| bytes.truncate(bytes.len() / 2))),
        ("cut to a few bytes", changed(&|bytes| bytes.truncate(40))),
    ]
}

/// The files of a book with their contents.
fn files(book: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", book.display()));
    let files = ["", "-wal"].map(beside).into_iter();
    files.filter_map(|file| fs::read(&file).ok().map(|bytes| (file, bytes))).collect()
}

/// A book in a place whose name a shell would take apart.
fn filled(home: &Home) -> PathBuf {
    let book = home.path("Ada's $HOME & more/book 1.db");
    let at = |arguments: &[&str]| home.ok(&[&["--book", book.to_str().unwrap()], arguments].concat());
    at(&["import", &home.file("many.vcf", &cards(50))]);
    at(&["group", "create", "Friends"]);
    book
}

#[test]
fn a_damaged_book_is_left_alone_and_the_command_that_is_named_restores_it() {
    let home = Home::new();
    let book = filled(&home);
    let with_book = |arguments: &[&str]| home.run(&[&["--book", book.to_str().unwrap()], arguments].concat());
    let backups = book.with_file_name("book 1.db.backups");
    // The backup of the day came after the import; what happened since is lost with the book.
    let listed = with_book(&["list", "--json"]).ok();
    let sound = fs::read(&book).unwrap();
    for (how, damaged) in damages(&book) {
        fs::write(&book, &damaged).unwrap();
        let before = files(&book);
        let mut said = String::new();
        for arguments in [&["list"][..], &["rm", "Person 1"], &["import", &home.path("many.vcf").display().to_string()]]
        {
            let done = with_book(arguments);
            said.clone_from(&done.err);
            done.fails(4, "is damaged; it was left untouched");
            assert_eq!(files(&book), before, "{how}: {arguments:?}");
        }
        let (_, command) = said.trim_end().split_once("beside it: ").unwrap_or_else(|| panic!("{how}: {said}"));
        let restored = home.shell(command);
        assert_eq!(restored.code, 0, "{how}: {command}: {restored:?}");
        assert_eq!(with_book(&["list", "--json"]).ok(), listed, "{how}");
        let (_, kept) = restored.err.trim_end().split_once("is now ").unwrap();
        assert_eq!(fs::read(kept).unwrap(), damaged, "{how}: the damaged file is kept");
    }

    fs::remove_dir_all(&backups).unwrap();
    for (how, damaged) in damages(&book) {
        fs::write(&book, &damaged).unwrap();
        let done = with_book(&["list"]);
        assert!(
            done.err.contains("it was left untouched") || done.err.contains("It was left untouched"),
            "{how}: {done:?}"
        );
        assert!(!done.err.contains("backup restore"), "{how}: {done:?}");
        done.fails(4, book.to_str().unwrap());
        assert_eq!(fs::read(&book).unwrap(), damaged, "{how}");
        fs::write(&book, &sound).unwrap();
    }
    assert_eq!(with_book(&["list", "--json"]).ok(), listed);
}

/// What was committed last may stand in the log of writes alone: an empty book beside it is not taken for a new one.
#[test]
fn a_book_cut_to_nothing_is_not_made_anew_over_its_log() {
    let home = home_of_ada();
    let book = home.path("book.db");
    fs::remove_dir_all(home.path("book.db.backups")).unwrap();
    fs::write(&book, "").unwrap();
    fs::write(home.path("book.db-wal"), vec![7; PAGE]).unwrap();
    let before = files(&book);
    home.run(&["list"]).fails(4, "is damaged; it was left untouched");
    assert_eq!(files(&book), before);
}

#[test]
fn what_is_no_book_of_ours_is_left_alone() {
    let home = Home::new();
    let at = |name: &str| home.path(name);
    let songs = rusqlite::Connection::open(at("songs.db")).unwrap();
    songs.execute_batch("CREATE TABLE song (title); INSERT INTO song VALUES ('Daisy Bell')").unwrap();
    drop(songs);
    home.ok(&["--book", at("newer.db").to_str().unwrap(), "list"]);
    let newer = rusqlite::Connection::open(at("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    home.file("letter.db", "Dear Ada");
    for (name, what) in [
        ("songs.db", "is not a callbook book: it is another program's SQLite file. It was left untouched"),
        (
            "newer.db",
            "was written by a newer callbook (schema 99, this one knows 5). It was left untouched. Update callbook",
        ),
        ("letter.db", "is not a callbook book: it is no SQLite file"),
    ] {
        let (path, before) = (at(name), fs::read(at(name)).unwrap());
        for arguments in [&["list"][..], &["add"], &["import", "/nowhere"]] {
            let arguments = [&["--book", path.to_str().unwrap()], arguments].concat();
            let done = home.feed(&arguments, &json!({"displayName": "Ada"}).to_string());
            assert!(done.err.contains(path.to_str().unwrap()), "{done:?}");
            done.fails(4, what);
        }
        assert_eq!(fs::read(&path).unwrap(), before, "{name}");
        let log = fs::metadata(path.with_extension("db-wal"));
        assert!(log.map_or(0, |log| log.len()) == 0, "{name}: something was written to a log beside it");
    }
    let directory = home.path("directory").display().to_string();
    fs::create_dir(&directory).unwrap();
    home.run(&["--book", &directory, "list"])
        .fails(4, &format!("cannot open {directory}: it is a directory; name a file in it"));
    let beneath = home.path("letter.db/book.db").display().to_string();
    home.run(&["--book", &beneath, "list"]).fails(4, "letter.db: ");
}

#[test]
fn a_backup_that_is_none_restores_nothing() {
    let home = home_of_ada();
    let before = home.json(&["list", "--json"]);
    let songs = home.path("songs.db");
    rusqlite::Connection::open(&songs).unwrap().execute_batch("CREATE TABLE song (title)").unwrap();
    let letter = home.file("letter", "Dear Ada");
    for backup in ["/nowhere.db", &letter, songs.to_str().unwrap()] {
        home.run(&["backup", "restore", backup]).fails(4, "nothing was changed");
        assert_eq!(home.json(&["list", "--json"]), before, "{backup}");
    }
    let left = fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let unexpected: Vec<_> = left.filter(|name| name.contains("restoring") || name.contains("damaged")).collect();
    assert_eq!(unexpected, [""; 0]);
}
