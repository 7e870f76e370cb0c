//! The command line as scripts see it: what goes in, what comes out, and the exit codes.

#[path = "support/home.rs"]
mod home;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Stdio,
};

use home::Home;
use serde_json::{Value, json};

fn ada() -> Value {
    json!({
        "displayName": "Ada Lovelace", "companyName": "Engines", "title": "Analyst", "notes": "met in Graz",
        "emails": [{"type": "work", "value": "ada@engines.example", "primary": true}],
        "phoneNumbers": [{"type": "mobile", "value": "+1 (415) 555-0042"}],
        "addressInfo": {"street": "1 Main", "city": "London"}, "groupNames": ["Friends"],
    })
}

const TWO_CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Hopper;Grace;;;\r\nFN:Grace Hopper\r\nUID:gh-1\r\nEMAIL:grace@corp.example\r\n\
    X-UNKNOWN;A=b:kept\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nN:Turing;Alan;;;\r\nFN:Alan Turing\r\nUID:at-1\r\n\
    CATEGORIES:Work\r\nEND:VCARD\r\n";

#[test]
fn help_says_what_there_is() {
    let home = Home::new();
    insta::assert_snapshot!("help", home.ok(&["--help"]));
    insta::assert_snapshot!("help_batch", home.ok(&["batch", "--help"]));
    for command in ["import", "export", "list", "show", "add", "edit", "rm", "undo", "redo", "history", "keys", "query"]
    {
        assert!(home.ok(&[command, "--help"]).contains("Usage: callbook"), "{command}");
    }
    assert!(!home.path("book.db").exists(), "help opens no book");
}

#[test]
fn a_contact_goes_through_its_life() {
    let home = Home::new();
    assert_eq!(home.ok(&["list"]), "");
    let id = home.add(&ada());
    assert_eq!(home.ok(&["list"]), format!("Ada Lovelace\tEngines\t{id}\n"));

    let edited = home.feed(&["edit", "ada@engines.example"], r#"{"title": null, "nickname": "Countess"}"#);
    assert_eq!((edited.code, edited.out.as_str(), edited.err.as_str()), (0, "", "Edited Ada Lovelace\n"));
    let shown = home.json(&["show", &id[..13], "--json"]);
    assert_eq!((shown.get("title"), &shown["nickname"]), (None, &json!("Countess")));

    assert_eq!(home.run(&["rm", "Ada Lovelace"]).err, "Deleted Ada Lovelace\n");
    assert_eq!(home.ok(&["list"]), "");
    assert!(home.ok(&["trash"]).starts_with("Ada Lovelace\t20"));
    home.run(&["edit", "Ada Lovelace"]).fails(2, "nothing came on stdin");
    home.run(&["rm", "Ada Lovelace"]).fails(1, "is in the trash");
    assert_eq!(home.run(&["undo"]).err, "Undid: Deleted Ada Lovelace\n");
    home.ok(&["redo"]);
    home.ok(&["trash", "restore", "Ada Lovelace"]);
    assert_eq!(home.names(), ["Ada Lovelace"]);

    let history = home.json(&["history", "Ada Lovelace", "--json"]);
    let titles: Vec<_> = history.as_array().unwrap().iter().map(|entry| entry["title"].as_str().unwrap()).collect();
    assert_eq!((titles[0], *titles.last().unwrap()), ("Restored Ada Lovelace", "Created Ada Lovelace"));
    assert!(home.ok(&["history"]).lines().any(|line| line.ends_with("\tyou\tEdited Ada Lovelace (Nickname, Title)")));

    home.ok(&["rm", &id]);
    assert_eq!(home.run(&["trash", "empty"]).err, "Erased 1 contact for good, from the history and the backups too\n");
    assert_eq!(home.ok(&["trash"]), "");
    home.run(&["show", &id]).fails(1, "there is no contact");
}

#[test]
fn json_has_the_names_of_the_webex_contact_object() {
    let home = Home::new();
    let id = home.add(&ada());
    let list = home.json(&["list", "--json"]);
    let [contact] = list.as_array().unwrap().as_slice() else { panic!("{list}") };
    assert_eq!(contact, &home.json(&["show", &id, "--json"]));
    for (member, value) in ada().as_object().unwrap() {
        assert_eq!(&contact[member], value, "{member}");
    }
    assert_eq!(contact["contactId"], id.as_str());
    assert_eq!(contact["contactType"], "CUSTOM");
    assert_eq!((&contact["remoteId"], &contact["sipAddresses"]), (&Value::Null, &json!([])));
    assert_eq!(contact["groups"].as_array().unwrap().len(), 1);
    assert!(contact["created"].as_str().unwrap().ends_with('Z'));
    // What was printed can be added: as another contact, with its values.
    let copy = home.add(contact);
    let mut copied = home.json(&["show", &copy, "--json"]);
    for own in ["contactId", "created", "lastModified"] {
        copied[own] = contact[own].clone();
    }
    assert_eq!(&copied, contact);
}

#[test]
fn show_lines_labels_and_values_up() {
    let home = Home::new();
    let id = home.add(&json!({
        "displayName": "Ada Lovelace", "notes": "two\nlines", "emails": [{"value": "ada@a.example", "primary": true}],
        "phoneNumbers": [{"type": "other", "label": "boat", "value": "+1"}],
    }));
    let shown = home.ok(&["show", "Ada Lovelace"]);
    let stable: Vec<_> = shown.lines().filter(|line| !line.contains("Changed") && !line.contains(&id)).collect();
    let expected =
        ["Ada Lovelace", "  Phone boat  +1", "    E-mail *  ada@a.example", "       Notes  two", "              lines"];
    assert_eq!(stable[..5], expected);
    assert_eq!(stable[5..], ["       Group  Other contacts"]);
    home.run(&["show", "+1"]).fails(1, "there is no contact '+1'");
}

#[test]
fn searching_is_the_search_of_the_screen() {
    let home = Home::new();
    home.add(&ada());
    home.add(&json!({"displayName": "Łukasz Żółkiewski", "companyName": "Optics", "groupNames": ["Work"]}));
    let first = |query: &[&str]| home.ok(&[&["list"], query].concat()).split('\t').next().unwrap().to_owned();
    for query in ["lukasz", "optics", "work", "lkzolk"] {
        assert_eq!(first(&[query]), "Łukasz Żółkiewski", "{query}");
    }
    assert_eq!(first(&["415", "555 0042"]), "Ada Lovelace");
    assert_eq!(first(&["note:graz"]), "Ada Lovelace");
    home.run(&["list", "zzz"]).fails(1, "no contact matches 'zzz'");
    let none = home.run(&["list", "zzz", "--json"]);
    assert_eq!((none.code, none.out.as_str()), (1, "[]\n"));
}

#[test]
fn an_ambiguous_contact_lists_the_candidates() {
    let home = Home::new();
    let ids = [home.add(&json!({"displayName": "Sam Smith"})), home.add(&json!({"displayName": "Sam Smith"}))];
    let asked = home.run(&["show", "sam smith"]);
    assert!(ids.iter().all(|id| asked.err.contains(id)), "{asked:?}");
    asked.fails(2, "'sam smith' can be any of these");
    home.ok(&["rm", &ids[0]]);
    assert!(home.ok(&["show", "sam smith"]).contains(&ids[1]), "one in the trash is not in the way");
    home.run(&["show", "nobody"]).fails(1, "there is no contact 'nobody'");
}

#[test]
fn groups_are_made_renamed_filled_and_removed() {
    let home = Home::new();
    let id = home.add(&ada());
    let group = home.ok(&["group", "create", " Customers "]).trim().to_owned();
    home.run(&["group", "create", "customers"]).fails(2, "there is a group 'Customers' already");
    home.ok(&["group", "add", "customers", &id]);
    let list = home.json(&["group", "list", "--json"]);
    assert_eq!(list[0], json!({"groupId": group, "displayName": "Customers", "groupType": "NORMAL", "numMembers": 1}));
    home.ok(&["group", "rename", &group[..13], "Clients"]);
    home.ok(&["group", "remove", "Friends", &id]);
    assert_eq!(home.json(&["show", &id, "--json"])["groupNames"], json!(["Clients"]));
    home.ok(&["group", "rm", "Clients"]);
    assert_eq!(home.json(&["show", &id, "--json"])["groupNames"], json!(["Other contacts"]));
    assert!(home.ok(&["group", "list"]).contains("Other contacts\t1\tNORMAL\t"));
    home.run(&["group", "rm", "Clients"]).fails(1, "there is no group 'Clients'; there are: Friends");
    let external = home.ok(&["group", "create", "Mirror", "--external"]);
    assert!(home.ok(&["group", "list"]).contains(&format!("Mirror\t0\tEXTERNAL\t{external}")));
}

#[test]
fn wrong_input_names_the_member_and_changes_nothing() {
    let home = Home::new();
    home.feed(&["add"], "{").fails(2, "stdin is not JSON");
    home.feed(&["add"], r#"{"dispalyName": "A", "title": 5}"#)
        .fails(2, "dispalyName: there is no such member; did you mean displayName?");
    home.feed(&["add"], r#"{"dispalyName": "A", "title": 5}"#).fails(2, "title: must be a text, not a number");
    home.feed(&["add"], "{}").fails(2, "a contact needs a name");
    home.feed(&["add"], "[]").fails(2, "must be an object, not a list");
    assert_eq!(home.ok(&["list"]), "");
    home.add(&ada());
    home.feed(&["edit", "Ada Lovelace"], r#"{"contactId": "x"}"#).fails(2, "contactId: cannot be changed");
    home.feed(&["edit", "Ada Lovelace"], r#"{"emails": [{"value": "no address"}]}"#).fails(2, "does not look like");
    home.run(&["frobnicate"]).fails(2, "unrecognized subcommand");
    home.run(&["export", "--format", "docx"]).fails(2, "vcard3, vcard4, json");
    assert_eq!(home.json(&["history", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn imports_are_one_step_and_say_what_they_did() {
    let home = Home::new();
    let file = home.file("two.vcf", TWO_CARDS);
    let dry = home.run(&["import", &file, "--dry-run"]);
    assert_eq!(dry.out, "new\tGrace Hopper\nnew\tAlan Turing\nnew group\tOther contacts\nnew group\tWork\n");
    assert_eq!(home.ok(&["list"]), "", "a dry run writes nothing");
    let done = home.run(&["import", &file, "--group", "Found"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    assert!(done.err.starts_with("2 new, 0 changed, 0 already there; new groups: "), "{done:?}");
    assert!(home.run(&["import", &file]).err.starts_with("0 new, 0 changed, 2 already there"));
    assert_eq!(home.names(), ["Alan Turing", "Grace Hopper"]);
    assert_eq!(home.ok(&["list", "found"]).lines().count(), 2);

    home.ok(&["rm", "gh-1"]);
    assert!(home.run(&["import", &file]).err.contains("left in the trash: 1 contact"));
    let restored = home.run(&["import", &file, "--restore"]);
    assert!(restored.err.contains("brought back from the trash: 1 contact"), "{restored:?}");
    assert_eq!(home.names().len(), 2);
    for _ in 0..3 {
        home.ok(&["undo"]);
    }
    assert_eq!(home.ok(&["list"]), "");
}

#[test]
fn a_bad_card_does_not_stop_the_good_ones() {
    let home = Home::new();
    let cut = format!("{TWO_CARDS}BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut Sho");
    home.file("cards/a.vcf", &cut);
    home.file("cards/b.vcf", TWO_CARDS);
    home.file("cards/readme.txt", "not looked at");
    let directory = home.path("cards").display().to_string();
    let done = home.run(&["import", &directory, "/nowhere.vcf"]);
    assert_eq!(done.code, 7, "{done:?}");
    assert!(done.err.contains("a.vcf: line 1") && done.err.contains("/nowhere.vcf: "), "{done:?}");
    assert!(home.names().contains(&"Grace Hopper".to_owned()));

    let nothing = Home::new();
    nothing.run(&["import", "/nowhere.vcf"]).fails(2, "/nowhere.vcf: ");
    let other = nothing.file("picture.vcf", "\u{89}PNG and more");
    nothing.run(&["import", &other]).fails(2, "not a vCard, CSV or LDIF file");
}

#[test]
fn exports_come_back_the_same() {
    let home = Home::new();
    home.add(&ada());
    home.ok(&["import", &home.file("two.vcf", TWO_CARDS)]);
    let plain = |home: &Home| {
        let mut contacts = home.json(&["list", "--json"]);
        for contact in contacts.as_array_mut().unwrap() {
            for own in ["contactId", "groups", "uid", "created", "lastModified"] {
                contact.as_object_mut().unwrap().remove(own);
            }
        }
        contacts
    };
    for format in ["vcard3", "vcard4"] {
        let other = Home::new();
        let file = other.path("out.vcf");
        home.ok(&["export", "--format", format, "-o", file.to_str().unwrap()]);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&file).unwrap(), home.ok(&["export", "--format", format]));
        other.ok(&["import", file.to_str().unwrap()]);
        assert_eq!(plain(&other), plain(&home), "{format}");
    }
    assert_eq!(home.json(&["export", "--format", "json"]), home.json(&["list", "--json"]));
    assert!(home.ok(&["export", "hopper", "--format", "vcard3"]).contains("X-UNKNOWN;A=b:kept\r\n"));
    assert!(home.ok(&["show", "gh-1", "--vcard"]).starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n"));
    home.run(&["export", "zzz"]).fails(1, "no contact matches");
}

#[test]
fn a_file_is_replaced_as_a_whole_or_not_at_all() {
    let home = Home::new();
    home.add(&ada());
    let file = home.file("out/old.vcf", "old");
    home.run(&["export", "zzz", "-o", &file]).fails(1, "");
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    home.ok(&["export", "-o", &file]);
    assert!(fs::read_to_string(&file).unwrap().contains("Ada"));
    assert_eq!(fs::read_dir(home.path("out")).unwrap().count(), 1, "no unfinished file is left");
    home.run(&["export", "-o", "/nowhere/out.vcf"]).fails(4, "cannot write /nowhere/out.vcf");
    let piped = home.ok(&["export", "-o", "/dev/stdout"]);
    assert!(piped.starts_with("BEGIN:VCARD"), "what is no file is written to, not replaced");
}

#[test]
fn mail_programs_get_their_header_and_columns() {
    let home = Home::new();
    home.add(&ada());
    assert_eq!(
        home.ok(&["query", "ada", "engines"]),
        "1 match\nada@engines.example\tAda Lovelace\tEngines, Analyst tags:Friends\n"
    );
    let none = home.run(&["query", "zzz"]);
    assert_eq!((none.code, none.out.as_str()), (1, "0 matches\n"));
}

#[test]
fn people_of_the_directory_become_contacts() {
    let home = Home::new();
    let grace = "dn: uid=gh,o=corp\nobjectClass: inetOrgPerson\ncn: Grace Hopper\nsn: Hopper\nmail: grace@corp.example\ntelephoneNumber: 1\n";
    let ldif = home.file("people.ldif", &format!("version: 1\n\n{grace}\ndn: uid=bt,o=corp\nobjectClass: inetOrgPerson\ncn: Bob\nsn: B\nmail: bob@corp.example\n"));
    assert_eq!(home.run(&["directory", "import", &ldif]).err, "2 people, 0 gone; 0 contacts follow\n");
    assert!(home.ok(&["directory", "search", "hopp"]).starts_with("Grace Hopper\tgrace@corp.example\t"));
    assert!(home.ok(&["directory", "search", "grase", "hoper"]).starts_with("Grace Hopper\t"), "misspelt");
    home.run(&["directory", "search", "zzz"]).fails(1, "nobody by 'zzz'");
    let person = home.json(&["directory", "search", "grace", "--json"])[0].clone();
    assert_eq!(person["directory"], "offline");

    home.add(&json!({"contactType": "CLOUD", "person": "grace@corp.example", "notes": "mine"}));
    let shown = home.json(&["show", "Grace Hopper", "--json"]);
    assert_eq!((&shown["contactType"], &shown["resolved"]), (&json!("CLOUD"), &json!(true)));
    assert_eq!((&shown["person"]["key"], &shown["notes"]), (&person["key"], &json!("mine")));
    let by_key = home.add(&json!({"contactType": "CLOUD", "person": person["key"]}));
    assert_eq!(home.json(&["show", &by_key, "--json"])["displayName"], "Grace Hopper");
    home.ok(&["rm", &by_key]);
    let again = ["directory", "add", "bob@corp.example", "--group", "Friends", "--group", "Chess"];
    let added = home.run(&again);
    assert_eq!(added.err, "Added Bob\n");
    assert_eq!(home.json(&["show", added.out.trim(), "--json"])["displayName"], "Bob");
    assert_eq!(home.json(&["show", "Bob", "--json"])["groups"].as_array().unwrap().len(), 2);
    home.run(&again).fails(2, "Bob is in your book already; nothing was saved");
    home.ok(&["rm", "Bob"]);
    home.run(&again).fails(2, "Bob lies in the trash; nothing was saved");
    home.ok(&["undo"]);
    home.ok(&["undo"]);
    assert_eq!(home.json(&["group", "list", "--json"]).as_array().map(Vec::len), Some(1), "its groups went with it");
    let refused = home.feed(&["edit", "Grace Hopper"], r#"{"displayName": "Somebody"}"#);
    refused.fails(2, "belongs to the directory");
    let asked = json!({"contactType": "CLOUD", "person": "corp.example"}).to_string();
    home.feed(&["add"], &asked).fails(2, "'corp.example' can be any of these");
    let unknown = json!({"contactType": "CLOUD", "person": {"directory": "offline", "key": "x"}}).to_string();
    home.feed(&["add"], &unknown).fails(1, "nobody of key 'x'");

    home.ok(&[
        "directory",
        "import",
        &home.file(
            "fewer.ldif",
            "dn: uid=bt,o=corp\nobjectClass: inetOrgPerson\ncn: Bob\nsn: B\nmail: bob@corp.example\n",
        ),
    ]);
    assert_eq!(home.json(&["show", "Grace Hopper", "--json"])["resolved"], false);
}

#[test]
fn batch_acknowledges_each_command_on_its_own_line() {
    let home = Home::new();
    let mut child = home.command(&["batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ask = |request: &str| -> Value {
        // Each answer is awaited before the next command: it must not be held back in a buffer.
        writeln!(input, "{request}").unwrap();
        input.flush().unwrap();
        serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap()
    };
    let added = ask(r#"{"command": "add", "contact": {"displayName": "Ada"}}"#);
    assert_eq!((&added["ok"], &added["title"]), (&json!(true), &json!("Created Ada")));
    assert_eq!(home.names(), ["Ada"], "acknowledged means: others see it");
    let id = added["ids"].as_array().unwrap().last().unwrap().clone();
    let edit = json!({"command": "edit", "contact": id, "patch": {"title": "Countess"}});
    assert_eq!(ask(&edit.to_string())["ok"], true);
    assert_eq!(ask(r#"{"command": "group create", "name": "G"}"#)["ok"], true);
    assert_eq!(ask(r#"{"command": "regroup", "contacts": ["Ada"], "join": ["G"]}"#)["ok"], true);
    assert_eq!(ask(r#"{"command": "group rename", "group": "G", "name": "H"}"#)["ok"], true);
    assert_eq!(ask(r#"{"command": "group rm", "group": "H"}"#)["ok"], true);
    assert_eq!(ask(r#"{"command": "rm", "contacts": ["Ada"]}"#)["ok"], true);
    assert_eq!(ask(r#"{"command": "restore", "contacts": ["Ada"]}"#)["ok"], true);
    assert_eq!(ask(r#"{"command": "undo"}"#)["title"], "Undid: Restored Ada");
    assert_eq!(ask(r#"{"command": "redo"}"#)["ok"], true);
    for (wrong, exit) in [
        ("nonsense", 2),
        (r#"{"command": "fly"}"#, 2),
        (r#"{"command": "undo", "twice": true}"#, 2),
        (r#"{"command": "rm", "contacts": ["Nobody"]}"#, 1),
    ] {
        let refused = ask(wrong);
        assert_eq!((&refused["ok"], &refused["exit"]), (&json!(false), &json!(exit)), "{wrong}: {refused}");
    }
    drop(input);
    assert!(answers.next().is_none(), "one line for each command");
    assert_eq!(child.wait().unwrap().code(), Some(7));
    assert_eq!(home.json(&["show", "Ada", "--json"])["title"], "Countess");
}

#[test]
fn a_closed_pipe_is_no_mistake() {
    let home = Home::new();
    let card = |n: u32| format!("BEGIN:VCARD\nVERSION:4.0\nFN:Person number {n}\nEND:VCARD\n");
    let cards = (0..3000).map(card).collect::<Vec<_>>().concat();
    home.ok(&["import", &home.file("many.vcf", &cards)]);
    for arguments in [&["list"][..], &["list", "--json"], &["export"]] {
        let mut child = home.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
    }
}

#[test]
fn all_mistakes_of_the_configuration_are_reported_at_once() {
    let home = Home::new();
    let file = home.file(
        "config/callbook/config.toml",
        "trash_dys = 3\nhistory_days = \"a year\"\n[keys]\ncontacts.delete = \"e\"\ncontact.edit = \"x\"\ncontacts.create = \"C-\"\n",
    );
    let done = home.run(&["list"]);
    for mistake in [
        "config.toml:1: trash_dys: there is no such setting; did you mean trash_days?",
        "config.toml:2: history_days: must be a number of days",
        "config.toml:4: e: means both",
        "config.toml:5: contact.edit: there is no such action",
        "config.toml:6: C-: ",
    ] {
        assert!(done.err.contains(mistake), "{mistake} not in {}", done.err);
    }
    done.fails(3, &file);
    assert!(!home.path("book.db").exists(), "a wrong configuration opens no book");
    home.run(&["--config", "/nowhere.toml", "list"]).fails(3, "/nowhere.toml: the configuration cannot be read");
}

#[test]
fn the_book_is_chosen_by_option_variable_file_and_default() {
    let home = Home::new();
    let book = |name: &str| home.path(name).display().to_string();
    home.file("config/callbook/config.toml", &format!("book = \"{}\"\n", book("file.db")));
    let run = |option: Option<&str>, variable: bool| {
        let option: Vec<&str> = option.into_iter().flat_map(|file| ["--book", file]).collect();
        let mut command = home.command(&[&["list"], option.as_slice()].concat());
        if !variable {
            command.env_remove("CALLBOOK_BOOK");
        }
        assert!(command.status().unwrap().success());
    };
    run(None, false);
    assert!(Path::new(&book("file.db")).exists());
    run(None, true);
    assert!(Path::new(&book("book.db")).exists());
    run(Some(&book("option.db")), true);
    assert!(Path::new(&book("option.db")).exists());
    fs::remove_file(home.path("config/callbook/config.toml")).unwrap();
    run(None, false);
    assert!(home.path("data/callbook/book.db").exists());
}

#[test]
fn a_book_that_cannot_be_opened_is_left_alone() {
    let home = Home::new();
    home.file("book.db", "this is no book at all, but somebody's text");
    home.run(&["list"]).fails(4, "is not a callbook book");
    assert!(fs::read_to_string(home.path("book.db")).unwrap().starts_with("this is no book"));
}

#[test]
fn a_backup_takes_the_place_of_a_damaged_book() {
    let home = Home::new();
    home.add(&ada());
    let backups = home.path("book.db.backups");
    let backup = fs::read_dir(&backups).unwrap().next().expect("a change makes the backup of the day").unwrap().path();
    home.file("book.db", "damaged");
    for rest in ["book.db-wal", "book.db-shm"] {
        let _ = fs::remove_file(home.path(rest));
    }
    home.run(&["list"]).fails(4, "is damaged; it was left untouched");
    home.ok(&["backup", "restore", backup.to_str().unwrap()]);
    assert_eq!(home.names(), ["Ada Lovelace"]);
    home.run(&["backup", "restore", "/nowhere.db"]).fails(4, "nothing was changed");
}

#[test]
fn keys_are_listed_as_they_are_set() {
    let home = Home::new();
    home.file("config/callbook/config.toml", "[keys]\ncontacts.delete = [\"X\", \"del\"]\n");
    let keys = home.ok(&["keys"]);
    assert!(keys.lines().any(|line| line.starts_with("X, del\tcontacts.delete\t")), "{keys}");
    assert!(keys.lines().any(|line| line.contains("\tapp.quit\t")), "{keys}");
    let listed = home.json(&["keys", "--json"]);
    let delete = listed.as_array().unwrap().iter().find(|action| action["name"] == "contacts.delete").unwrap();
    assert_eq!((&delete["keys"], &delete["contexts"]), (&json!(["X", "del"]), &json!(["Contacts", "Details"])));
    assert!(delete["title"].as_str().unwrap().starts_with("Delete"), "{delete}");
}

#[test]
fn hostile_text_cannot_drive_a_terminal() {
    let home = Home::new();
    home.add(&json!({"displayName": "Eve\u{1b}[2J\u{202e}\nroot", "companyName": "a\tb", "emails": [{"value": "e@x.example"}]}));
    for arguments in [&["list"][..], &["show", "e@x.example"], &["query", "eve"], &["history"]] {
        let out = home.ok(arguments);
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{out:?}");
    }
    let list = home.ok(&["list"]);
    assert_eq!((list.lines().count(), list.matches('\t').count()), (1, 2), "{list:?}");
    assert!(!home.run(&["rm", "e@x.example"]).err.contains('\u{1b}'));
}
