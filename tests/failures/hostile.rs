//! Text that would drive the terminal of whoever reads it.

use serde_json::json;

use crate::{card, home::Home};

/// Clears the screen, retitles the window, turns the writing round, ends the line.
const EVIL: &str = "Eve\u{1b}[2J\u{1b}]0;pwned\u{7}\u{9b}31m\u{202e}txt\u{2066}\u{200f}\r\u{85}\u{2028}\u{8}root";

#[track_caller]
fn harmless(text: &str) {
    let harmful = |c: char| {
        let turns =
            matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}');
        turns || (c.is_control() && c != '\n' && c != '\t')
    };
    assert!(!text.contains(harmful), "{text:?}");
}

#[test]
fn names_from_outside_are_harmless_wherever_they_are_printed() {
    let home = Home::new();
    home.add(&json!({
        "displayName": EVIL, "companyName": format!("{EVIL}\tx"), "notes": format!("{EVIL}\n{EVIL}"), "groupNames": [EVIL],
        "emails": [{"type": "work", "label": EVIL, "value": "eve@x.example"}],
        "phoneNumbers": [{"type": "other", "label": EVIL, "value": "+1"}], "addressInfo": {"street": EVIL},
    }));
    home.add(&json!({"displayName": EVIL}));
    let vcard = home.file("evil.vcf", &format!("BEGIN:VCARD\nVERSION:4.0\nFN:\u{1b}[31m{EVIL}\nUID:u1\nEND:VCARD\n"));
    for (arguments, code, lines) in [
        (&["list"][..], 0, 2),
        (&["show", "eve@x.example"], 0, 0),
        (&["show", EVIL], 2, 0),
        (&["query", "eve"], 0, 2),
        (&["history"], 0, 2),
        (&["group", "list"], 0, 2),
        (&["group", "rm", EVIL, "-x"], 2, 0),
        (&["group", "create", EVIL], 2, 0),
        (&["list", "\u{1b}[2Jnobody"], 1, 0),
        (&["show", "\u{1b}[2Jnobody"], 1, 0),
        (&["directory", "search", "\u{1b}[2Jnobody"], 1, 0),
        (&["import", "--dry-run", &vcard], 7, 1),
        (&["rm", "eve@x.example"], 0, 0),
        (&["trash"], 0, 1),
        (&["undo"], 0, 0),
    ] {
        let done = home.run(arguments);
        assert_eq!(done.code, code, "{arguments:?}: {done:?}");
        harmless(&done.out);
        harmless(&done.err);
        assert!(lines == 0 || done.out.lines().count() == lines, "{arguments:?}: {done:?}");
    }
}

#[test]
fn files_cannot_speak_through_the_messages_about_them() {
    let home = Home::new();
    let name = format!("{}.vcf", EVIL.replace('/', ""));
    for contents in [
        EVIL.to_owned(),
        format!("BEGIN:VCARD\nVERSION:{EVIL}\nFN:x\nEND:VCARD\n"),
        format!("{}BEGIN:VCARD\nVERSION:4.0\nFN:x\n\u{1b}[2J{EVIL}\nEND:VCARD\n", card(1)),
        format!("{}\n{EVIL}\n", card(1)),
        format!("First Name,Last Name,Birthday\nAda,L,{EVIL}\n"),
        format!("version: 1\n\ndn: cn={EVIL}\nobjectClass: person\n{EVIL}\n"),
    ] {
        let file = home.file(&name, &contents);
        for arguments in [&["import", "--dry-run", &file][..], &["directory", "import", &file], &["import", &file]] {
            let done = home.run(arguments);
            harmless(&done.out);
            harmless(&done.err);
            assert!(!done.err.is_empty(), "{arguments:?}");
        }
    }
    home.file("config/callbook/config.toml", &format!("{} = 1\n", json!(EVIL)));
    harmless(&home.run(&["list"]).err);
}
