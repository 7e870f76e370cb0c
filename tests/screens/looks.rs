//! How the screen looks in each theme, and when it looks otherwise.

use callbook::{
    app::{Event, Ground},
    ui::{Depth, Theme},
};

use crate::{harness::Screen, people, screen};

/// A picture and, for each theme, the hash of its styles.
fn in_every_theme(keys: &str, width: u16, height: u16) -> String {
    let mut screen = Screen::open(people(), width, height).types(keys);
    let themes = [
        ("dark", Theme::dark()),
        ("light", Theme::light()),
        ("dark in 256 colours", Theme::dark().on(Depth::TwoHundredFiftySix)),
        ("light in 16 colours", Theme::light().on(Depth::Sixteen)),
        ("no colours", Theme::dark().on(Depth::None)),
    ];
    let mut looks = Vec::new();
    let mut text = String::new();
    for (name, theme) in themes {
        screen.theme = theme;
        let picture = screen.picture();
        let (drawn, styles) = picture.rsplit_once("styles ").unwrap();
        assert!(text.is_empty() || text == drawn, "a theme of the same signs draws the same text");
        assert!(looks.iter().all(|(_, other)| other != styles), "{name} looks like another theme");
        drawn.clone_into(&mut text);
        looks.push((name, styles.to_owned()));
    }
    let looks: Vec<_> = looks.iter().map(|(name, styles)| format!("{name}: {styles}")).collect();
    format!("{text}\n{}", looks.join("\n"))
}

#[test]
fn each_theme_has_its_look() {
    insta::assert_snapshot!("looks_120x36", in_every_theme("/opt", 120, 36));
    insta::assert_snapshot!("looks_80x24", in_every_theme("jjd", 80, 24));
    insta::assert_snapshot!("looks_50x16", in_every_theme("eX", 50, 16));
}

#[test]
fn the_ground_decides_until_a_key_chooses_a_theme() {
    let mut asked = screen("");
    assert_eq!(asked.state.look.theme(), 0);
    asked.happens(Event::GroundSeen(Ground::Light));
    assert_eq!(asked.state.look.theme(), 1);
    let mut chosen = asked.types("T");
    assert_eq!(chosen.state.notice.as_ref().unwrap().text, "Theme: dark");
    chosen.happens(Event::GroundSeen(Ground::Light));
    assert_eq!(chosen.state.look.theme(), 0, "a late reply does not overrule a person");
}

#[test]
fn a_reply_in_the_middle_of_typing_changes_nothing_but_the_theme() {
    let mut typing = screen("nZo");
    let before = typing.picture();
    typing.happens(Event::GroundSeen(Ground::Light));
    assert_eq!(typing.picture(), before);
    assert!(typing.types("ë").picture().contains("Zoë"));
}

#[test]
fn an_error_stays_until_a_key_and_a_notice_too_long_is_cut_and_marked() {
    let mut screen = screen("");
    let message = "The disk is full: ".repeat(20);
    screen.happens(Event::Alarmed(message.clone()));
    screen.happens(Event::GroundSeen(Ground::Light));
    screen.happens(Event::Resized { width: 80, height: 24 });
    let picture = screen.picture();
    let footer = picture.lines().nth(23).unwrap();
    assert!(footer.trim_start().starts_with("The disk is full:") && footer.ends_with('…'), "{footer}");
    let log = screen.clone().types("L").picture();
    assert!(log.matches("The disk is full").count() > 5, "it is whole in the log:\n{log}");
    assert!(!screen.types("j").picture().contains("The disk"));
}
