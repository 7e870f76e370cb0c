//! Real vCards, written by the programs their names tell, through the whole program: imported, exported as vCard 3 and 4,
//! and imported again into a second book.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

fn cards() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vcards");
    let mut found: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "vcf"))
        .collect();
    found.sort();
    assert_eq!(found.len(), 9);
    found
}

/// Runs a command on the book and returns what it says on stdout.
fn callbook(book: &Path, arguments: &[&str], stdin: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_callbook"))
        .arg("--book")
        .arg(book)
        .args(arguments)
        .env("XDG_CONFIG_HOME", book.parent().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Everything in a book but ids and times.
fn content(book: &Path) -> Value {
    let mut contacts: Value = serde_json::from_str(&callbook(book, &["list", "--json"], "")).unwrap();
    for contact in contacts.as_array_mut().unwrap() {
        let members = contact.as_object_mut().unwrap();
        for id_or_time in ["contactId", "groups", "created", "lastModified"] {
            members.remove(id_or_time);
        }
        // A card without a UID of its own is exported with our id as one.
        if members.get("uid").and_then(Value::as_str).is_some_and(|uid| uid.starts_with("urn:uuid:")) {
            members.remove("uid");
        }
    }
    contacts
}

#[test]
fn every_card_comes_back_from_both_versions() {
    let directory = tempfile::tempdir().unwrap();
    for (number, card) in cards().iter().enumerate() {
        let first = directory.path().join(format!("{number}.db"));
        callbook(&first, &["import", card.to_str().unwrap()], "");
        assert_ne!(content(&first), json!([]), "{}", card.display());
        for format in ["vcard3", "vcard4"] {
            let exported = directory.path().join(format!("{number}-{format}.vcf"));
            let second = directory.path().join(format!("{number}-{format}.db"));
            callbook(&first, &["export", "--format", format, "-o", exported.to_str().unwrap()], "");
            callbook(&second, &["import", exported.to_str().unwrap()], "");
            assert_eq!(content(&first), content(&second), "{} as {format}", card.display());
            // Back into the first book nothing is new.
            let history = callbook(&first, &["history"], "");
            callbook(&first, &["import", exported.to_str().unwrap()], "");
            assert_eq!(history, callbook(&first, &["history"], ""), "{} as {format}", card.display());
        }
    }
}

#[test]
fn an_edit_of_one_number_leaves_everything_else() {
    let directory = tempfile::tempdir().unwrap();
    for (number, card) in cards().iter().enumerate() {
        let book = directory.path().join(format!("{number}.db"));
        callbook(&book, &["import", card.to_str().unwrap()], "");
        let contacts: Value = serde_json::from_str(&callbook(&book, &["list", "--json"], "")).unwrap();
        for contact in contacts.as_array().unwrap().iter().filter(|c| c["phoneNumbers"].get(0).is_some()) {
            let id = contact["contactId"].as_str().unwrap();
            for format in ["vcard3", "vcard4"] {
                let export = || callbook(&book, &["export", "--format", format], "");
                let before = export();
                let mut numbers = contact["phoneNumbers"].clone();
                numbers[0]["value"] = json!("+46-70-174-06-99");
                callbook(&book, &["edit", id], &json!({"phoneNumbers": numbers}).to_string());
                let after = export();
                let differ = |one: &str, other: &str| {
                    let mut other = unfolded(other);
                    let mut lines = unfolded(one);
                    // Two contacts may hold the same line.
                    lines.retain(|line| match other.iter().position(|l| l == line) {
                        Some(at) => {
                            other.swap_remove(at);
                            false
                        }
                        None => true,
                    });
                    lines
                };
                let (gone, come) = (differ(&before, &after), differ(&after, &before));
                let apart =
                    |lines: &[String]| lines.iter().filter(|l| !l.starts_with("REV")).cloned().collect::<Vec<_>>();
                let (gone, come) = (apart(&gone), apart(&come));
                assert!(gone.len() == 1 && come.len() == 1, "{}: {gone:?} became {come:?}", card.display());
                assert!(come[0].contains("174"), "{come:?}");
                let (name, parameters) = (head(&gone[0]), head(&come[0]));
                assert_eq!(name, parameters, "the type of the number changed");
                callbook(&book, &["undo"], "");
            }
        }
    }
}

/// A property without its value, without the quotes that its parameters do not need, and without the form of the value:
/// a number that is one becomes a URI in vCard 4.
fn head(line: &str) -> String {
    line.split(':').next().unwrap().replace('"', "").replace(";VALUE=uri", "")
}

/// Logical lines (RFC 6350 section 3.2).
fn unfolded(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}
