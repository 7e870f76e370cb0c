//! What the system refuses.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::json;

use crate::{card, home::Home};

/// Has work done while a path has this mode.
fn with_mode<T>(path: &Path, mode: u32, work: impl FnOnce() -> T) -> T {
    let before = fs::metadata(path).unwrap().permissions();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let done = work();
    fs::set_permissions(path, before).unwrap();
    done
}

#[test]
fn files_that_may_not_be_read_are_named_and_the_others_are_in() {
    let home = Home::of_nobody();
    let secret = home.file("secret.vcf", &card(1));
    let good = home.file("good.vcf", &card(2));
    home.file("cards/inner.vcf", &card(3));
    let cards = home.path("cards").display().to_string();
    for (path, mode, what) in [
        (&secret, 0o000, "secret.vcf: cannot read it: Permission denied"),
        (&cards, 0o000, "cards: cannot read it: Permission denied"),
        (&cards, 0o444, "cards/inner.vcf: cannot read it: Permission denied"),
    ] {
        with_mode(Path::new(path), mode, || {
            home.run(&["import", path]).fails(2, what);
            let done = home.run(&["import", path, &good]);
            assert_eq!(done.code, 7, "{done:?}");
            assert!(done.err.contains(what), "{done:?}");
        });
        assert_eq!(home.names(), ["Person 2"]);
    }
    home.ok(&["import", &cards, &secret]);
    assert_eq!(home.names().len(), 3);
}

#[test]
fn a_data_directory_that_may_not_be_written_is_named_with_the_remedy() {
    let home = Home::of_nobody();
    let (data, book) = (home.path("data"), home.path("data/callbook/book.db"));
    let run = |arguments: &[&str], input: &str| {
        let arguments = [&["--book", book.to_str().unwrap()], arguments].concat();
        home.feed(&arguments, input)
    };
    let ada = json!({"displayName": "Ada Lovelace"}).to_string();
    fs::create_dir(&data).unwrap();
    with_mode(&data, 0o555, || {
        let done = run(&["add"], &ada);
        assert!(done.err.contains("Mend its permissions, or choose another book with --book FILE"), "{done:?}");
        done.fails(4, &format!("cannot write in {}: Permission denied", data.join("callbook").display()));
        assert_eq!(fs::read_dir(&data).unwrap().count(), 0);
    });
    with_mode(&data, 0o777, || run(&["add"], &ada).ok());
    let listed = run(&["list", "--json"], "").ok();
    let (directory, bytes) = (data.join("callbook"), fs::read(&book).unwrap());
    with_mode(&directory, 0o555, || {
        for arguments in [&["list"][..], &["add"]] {
            let done = run(arguments, &ada);
            assert!(done.err.contains(book.to_str().unwrap()) && done.err.contains("its directory"), "{done:?}");
            done.fails(4, "permissions");
        }
    });
    for mode in [0o000, 0o444] {
        with_mode(&book, mode, || {
            for arguments in [&["list"][..], &["add"]] {
                // Who owns the file may do more than others: it is root's here where root was dropped.
                run(arguments, &ada).fails(4, &format!("cannot open {}: Permission denied", book.display()));
            }
        });
    }
    assert_eq!(fs::read(&book).unwrap(), bytes);
    assert_eq!(run(&["list", "--json"], "").ok(), listed);
}

#[test]
fn an_export_that_may_not_be_written_leaves_what_was_there() {
    let home = Home::of_nobody();
    home.add(&json!({"displayName": "Ada Lovelace"}));
    let target = home.file("out/cards.vcf", "yesterday's");
    with_mode(&home.path("out"), 0o555, || {
        home.run(&["export", "-o", &target]).fails(4, &format!("cannot write {target}: Permission denied"));
    });
    assert_eq!(fs::read_to_string(&target).unwrap(), "yesterday's");
    assert_eq!(fs::read_dir(home.path("out")).unwrap().count(), 1);
}

#[test]
fn a_configuration_that_may_not_be_read_is_not_taken_for_none() {
    let home = Home::of_nobody();
    let file = home.file("config/callbook/config.toml", "trash_days = 3\n");
    with_mode(Path::new(&file), 0o000, || {
        home.run(&["list"]).fails(3, &format!("{file}: the configuration cannot be read: Permission denied"));
    });
    assert!(!home.path("book.db").exists());
    home.ok(&["list"]);
}
