//! Files that are not what they should be.

use std::{fs::File, io::Write as _, process::Stdio, thread};

use rustix::fs::{CWD, FileType, Mode};
use serde_json::json;

use crate::{card, cards, home_of_ada, losing_nothing};

#[test]
fn what_is_no_vcard_is_named_for_what_it_is() {
    let home = home_of_ada();
    let cases: [(&str, &[u8], &str); 9] = [
        (
            "letter.vcf",
            b"Dear Ada, the engine works.\nYours, Charles\n",
            "a vCard begins with BEGIN:VCARD, and this one with 'Dear Ada",
        ),
        ("letter.txt", b"Dear Ada,\n\nthe engine works.\n", "it begins with 'Dear Ada,"),
        ("page.vcf", b"<!DOCTYPE html>\n<html><body>404</body></html>\n", "it is an HTML page"),
        ("paper.vcf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "it is a PDF document"),
        ("empty.vcf", b"", "it is empty"),
        ("blank.vcf", b"\n \r\n\t\n", "it is blank"),
        ("noise.vcf", b"\x00\x01\x02\xff\xfe\x7f\x00\x13", "it is binary data"),
        ("events.vcf", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "it is a calendar"),
        ("numbers.csv", b"3.14,2.71\n1.41,1.73\n", "its first line names no columns of a contact"),
    ];
    losing_nothing(&home, || {
        for (name, contents, what) in cases {
            let file = home.file(name, contents);
            let done = home.run(&["import", &file]);
            assert!(done.err.starts_with(&format!("callbook: {file}: not a vCard, CSV or LDIF file: ")), "{done:?}");
            done.fails(2, what);
        }
        home.run(&["import", "/nowhere/cards.vcf"]).fails(2, "/nowhere/cards.vcf: cannot read it: No such file");
        std::fs::create_dir(home.path("none")).unwrap();
        home.run(&["import", home.path("none").to_str().unwrap()]).fails(2, "this directory holds no .vcf file");
        home.run(&["directory", "import", &home.file("x.ldif", "Dear Ada")])
            .fails(2, "x.ldif: not a vCard, CSV or LDIF");
    });
}

/// Two hundred megabytes of something else: what could be written into the pipe says how much of it was read.
#[test]
fn a_large_file_of_something_else_is_refused_by_its_beginning() {
    const KIB: usize = 1024;
    let home = home_of_ada();
    for (name, buffer) in [("noise", vec![0x9d; 16 * KIB]), ("prose", b"A line of prose, and another\n".repeat(500))] {
        let pipe = home.path(name);
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let child = home.command(&["import", pipe.to_str().unwrap()]).stderr(Stdio::piped()).spawn().unwrap();
        let mut file = File::options().write(true).open(&pipe).unwrap();
        let mut written = 0;
        while written < 200 * KIB * KIB {
            match file.write(&buffer) {
                Ok(count) => written += count,
                Err(_) => break,
            }
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("not a vCard, CSV or LDIF file"), "{output:?}");
        // The head of the file, the pipe's own capacity and the buffer that did not fit any more.
        let most = 64 * KIB + 64 * KIB + buffer.len();
        assert!(written <= most, "{written} bytes of {name} were read or waited to be, more than {most}");
    }
    assert_eq!(home.names(), ["Ada Lovelace"]);
}

#[test]
fn a_card_cut_short_does_not_stop_the_others() {
    let home = home_of_ada();
    let before = home.json(&["list", "ada", "--json"]);
    let cut = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut Sho\r\n";
    let end = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut at the e";
    let file = home.file("cut.vcf", &[&card(1), cut, &card(2), end].concat());
    let done = home.run(&["import", &file]);
    assert_eq!((done.code, done.out.as_str()), (7, ""), "{done:?}");
    let said: Vec<&str> = done.err.lines().collect();
    let reported = [
        "2 new, 0 changed, 0 already there",
        &format!(
            "{file}: line 10, record 2: the card is cut short: another one begins at line 13 before its END:VCARD"
        ),
        &format!(
            "{file}: line 22, record 4: the card is cut short: the file ends before END:VCARD; get the whole file"
        ),
    ];
    assert_eq!(said, reported);
    assert_eq!(home.names(), ["Ada Lovelace", "Person 1", "Person 2"]);
    assert_eq!(home.json(&["list", "ada", "--json"]), before);
}

#[test]
fn one_bad_file_of_three_keeps_nobody_out() {
    let home = home_of_ada();
    let files = [
        home.file("a.vcf", &card(1)),
        home.file("b.vcf", "%PDF-1.7 and more"),
        home.file("c.csv", "First Name,Last Name,E-mail Address\nGrace,Hopper,grace@corp.example\n"),
        home.path("missing.vcf").display().to_string(),
    ];
    let done = home.run(&["import", &files[0], &files[1], &files[2], &files[3]]);
    assert_eq!(done.code, 7, "{done:?}");
    assert!(
        done.err.contains(&format!("{}: not a vCard, CSV or LDIF file: it is a PDF document", files[1])),
        "{done:?}"
    );
    assert!(done.err.contains(&format!("{}: cannot read it: No such file", files[3])), "{done:?}");
    assert_eq!(home.names(), ["Ada Lovelace", "Grace Hopper", "Person 1"]);
    assert_eq!(home.run(&["undo"]).err, "Undid: Imported 2 contacts from 4 files\n");
    assert_eq!(home.names(), ["Ada Lovelace"]);
}

#[test]
fn what_one_card_gets_wrong_is_named_by_line_and_property() {
    let home = home_of_ada();
    let huge = format!("BEGIN:VCARD\nVERSION:4.0\nFN:Huge\nNOTE:{}\nEND:VCARD\n", "x".repeat(1024 * 1024 + 1));
    let future = "BEGIN:VCARD\nVERSION:9.9\nFN:Later\nEND:VCARD\n";
    let file = home.file("odd.vcf", &[&huge, future, &card(1)].concat());
    let done = home.run(&["import", &file]);
    assert_eq!(done.code, 7, "{done:?}");
    assert!(done.err.contains(&format!("{file}: line 4, record 1: NOTE: a value is longer than 1 MB")), "{done:?}");
    assert!(done.err.contains(&format!("{file}: line 7, record 2: VERSION: version '9.9' is not known")), "{done:?}");
    assert_eq!(home.names(), ["Ada Lovelace", "Person 1"]);

    let boundless = home.path("boundless.vcf");
    let mut out = File::create(&boundless).unwrap();
    write!(out, "{}BEGIN:VCARD\nVERSION:4.0\nFN:Boundless\n", cards(2)).unwrap();
    for _ in 0..11 * 1024 {
        writeln!(out, "NOTE:{}", "y".repeat(1018)).unwrap();
    }
    write!(out, "END:VCARD\n{}", card(3)).unwrap();
    let done = home.run(&["import", boundless.to_str().unwrap()]);
    assert!(done.err.contains("line 19, record 3: the card is longer than 10 MB and was left out"), "{done:?}");
    assert_eq!((done.code, home.names().len()), (7, 4));
}

#[test]
fn stdin_that_brings_nothing_or_no_json_changes_nothing() {
    let home = home_of_ada();
    losing_nothing(&home, || {
        for arguments in [&["add"][..], &["edit", "Ada Lovelace"]] {
            let mut command = home.command(arguments);
            let done = crate::home::Done::of(command.stdin(Stdio::null()).output().unwrap());
            done.fails(2, "nothing came on stdin");
            home.feed(arguments, "{\"title\": \"Coun")
                .fails(2, "stdin is not JSON: EOF while parsing a string at line 1");
            home.feed(arguments, "{\"titel\": \"Countess\"}")
                .fails(2, "titel: there is no such member; did you mean title?");
        }
        home.shell("exec callbook add <&-").fails(2, "nothing came on stdin");
        home.feed(&["add"], &json!({"displayName": "  "}).to_string()).fails(2, "a contact needs a name");
    });
    // A command that waits for its input holds nothing that others need.
    let mut command = home.command(&["add"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let waiting = command.spawn().unwrap();
    let other = thread::scope(|scope| scope.spawn(|| home.add(&json!({"displayName": "Grace"}))).join().unwrap());
    assert!(!other.is_empty());
    assert_eq!(waiting.wait_with_output().unwrap().status.code(), Some(2));
}
