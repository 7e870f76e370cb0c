//! Settings that are wrong: all mistakes at once, each with file and line, and no book is opened.

use crate::home::Home;

#[test]
fn every_mistake_is_reported_with_file_and_line() {
    let home = Home::new();
    let text = "history_dys = 9\ntrash_days = \"ten\"\n\n[keys]\ncontacts.delete = \"e\"\ncontacts.destroy = \"x\"\n\
                contacts.create = 5\nbook = = 3\n";
    let file = home.file("config/callbook/config.toml", text);
    for arguments in [&["list"][..], &["add"], &["keys"], &[]] {
        let done = home.run(arguments);
        for mistake in [
            "1: history_dys: there is no such setting; did you mean history_days?",
            "2: trash_days: must be a number of days",
            "5: e: means both",
            "6: contacts.destroy: there is no such action",
            "7: contacts.create: must be a key",
            "8: syntax: ",
        ] {
            assert!(done.err.contains(&format!("{file}:{mistake}")), "{mistake:?} is not in: {}", done.err);
        }
        done.fails(3, &file);
    }
    assert!(!home.path("book.db").exists(), "wrong settings open no book");
}

#[test]
fn settings_that_cannot_be_read_are_not_taken_for_none() {
    let home = Home::new();
    let directory = home.path("config").display().to_string();
    std::fs::create_dir(&directory).unwrap();
    let binary = home.file("binary.toml", &[0xff, 0xfe, 0x00]);
    for file in ["/nowhere/config.toml", &directory, &binary] {
        home.run(&["--config", file, "list"]).fails(3, &format!("{file}: the configuration cannot be read: "));
    }
    assert!(!home.path("book.db").exists());
}
