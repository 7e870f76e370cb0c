//! No room left: `RLIMIT_FSIZE` says so at any write, whichever file it is for.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    card, cards,
    home::{Done, Home, fed},
    home_of_ada, losing_nothing,
};

const FULL: &str = "free some space";

fn with_room(home: &Home, kibibytes: u32, arguments: &[&str], input: &str) -> Done {
    fed(home.command_with_room(kibibytes, arguments), input)
}

#[test]
fn a_contact_for_which_there_is_no_room_is_not_half_there() {
    let home = home_of_ada();
    let long = json!({"displayName": "Grace", "notes": "a sea story ".repeat(100_000)}).to_string();
    losing_nothing(&home, || {
        let done = with_room(&home, 512, &["add"], &long);
        assert!(done.err.contains("nothing of this was saved"), "{done:?}");
        done.fails(4, FULL);
        let done = with_room(&home, 512, &["edit", "Ada Lovelace"], &long);
        done.fails(4, FULL);
    });
    home.feed(&["add"], &long).ok();
    assert_eq!(home.names(), ["Ada Lovelace", "Grace"]);
}

#[test]
fn a_book_for_which_there_is_no_room_is_made_later() {
    for kibibytes in [0, 4, 16, 40, 64] {
        let home = Home::new();
        with_room(&home, kibibytes, &["list"], "").fails(4, FULL);
        assert_eq!(home.ok(&["list"]), "");
        home.add(&json!({"displayName": "Ada"}));
    }
}

/// Wherever the room ends (while staging, in the backup, in the log of writes) all is in or nothing.
#[test]
fn an_import_is_in_or_not_however_much_room_there_is() {
    let home = home_of_ada();
    let count = 400;
    let file = home.file("many.vcf", &cards(count));
    let (mut refused, mut done_at_last) = (0, false);
    for kibibytes in [8, 32, 64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 32_768] {
        let before = home.json(&["list", "--json"]);
        let done = with_room(&home, kibibytes, &["import", &file], "");
        if done.code == 0 {
            assert_eq!(home.names().len(), count + 1, "{kibibytes} KiB: {done:?}");
            home.ok(&["undo"]);
            done_at_last = true;
        } else {
            refused += 1;
            done.fails(4, FULL);
        }
        assert_eq!(home.json(&["list", "--json"]), before, "{kibibytes} KiB");
    }
    assert!(refused > 3 && done_at_last, "{refused} were refused");
    home.ok(&["import", &file]);
    assert_eq!(home.names().len(), count + 1);
}

#[test]
fn an_export_without_room_leaves_the_file_that_was_there() {
    let home = home_of_ada();
    home.ok(&["import", &home.file("many.vcf", &cards(300))]);
    let target = home.file("out/cards.vcf", "yesterday's");
    losing_nothing(&home, || {
        for format in ["vcard3", "vcard4", "json"] {
            let done = with_room(&home, 32, &["export", "--format", format, "-o", &target], "");
            assert!(done.err.contains("File too large"), "{done:?}");
            done.fails(4, &target);
        }
    });
    assert_eq!(fs::read_to_string(&target).unwrap(), "yesterday's");
    assert_eq!(fs::read_dir(home.path("out")).unwrap().count(), 1, "an unfinished file is left");
    home.ok(&["export", "-o", &target]);
    assert_eq!(fs::read_to_string(&target).unwrap().matches("BEGIN:VCARD").count(), 301);
}

#[test]
fn output_that_finds_no_room_is_said() {
    let home = home_of_ada();
    for arguments in ["list", "list --json", "export", "show 'Ada Lovelace'", "history", "query ada", "keys"] {
        let done = home.shell(&format!("exec callbook {arguments} > /dev/full"));
        done.fails(4, "cannot write the output: No space left on device");
    }
}

#[test]
fn a_backup_without_room_does_not_make_a_saved_change_look_lost() {
    let home = home_of_ada();
    home.ok(&["import", &home.file("many.vcf", &cards(300))]);
    // The backup of the day is due again.
    fs::remove_dir_all(home.path("book.db.backups")).unwrap();
    let size = |path: &Path| u32::try_from(fs::metadata(path).unwrap().len() / 1024).unwrap();
    let room = size(&home.path("book.db")) / 2;
    let done = with_room(&home, room, &["add"], &json!({"displayName": "Grace"}).to_string());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.err.starts_with("Created Grace\ncallbook: the change is saved, but "), "{done:?}");
    assert!(done.err.contains("backup failed") && done.err.contains(FULL), "{done:?}");
    assert!(!done.err.contains("nothing of this was saved"), "{done:?}");
    assert_eq!(done.out.trim(), home.json(&["show", "Grace", "--json"])["contactId"].as_str().unwrap());
    assert_eq!(fs::read_dir(home.path("book.db.backups")).unwrap().count(), 0, "an unfinished backup is left");
    home.ok(&["import", &home.file("one.vcf", &card(1000))]);
    assert_eq!(fs::read_dir(home.path("book.db.backups")).unwrap().count(), 1);
}
