//! Answers that take their time: what is typed meanwhile, and what changes meanwhile.

use callbook::{
    app::{Effect, Event, Kept, Key, Modal, Tone, update},
    book::{Delta, Draft, Failure, Row},
};

use crate::{
    fake_book::NOW,
    harness::{Screen, keys},
    people, screen,
    stories::{notice, selected},
};

/// Keys as fast as nobody can see what comes of them; the book answers after the last one.
fn hurried(mut screen: Screen, text: &str) -> Screen {
    let mut effects = unanswered(&mut screen, text);
    while !effects.is_empty() {
        for answer in screen.book.answer(effects.remove(0)) {
            effects.extend(update(&mut screen.state, answer, NOW));
        }
    }
    screen
}

/// What keys ask of a book that does not answer.
fn unanswered(screen: &mut Screen, text: &str) -> Vec<Effect> {
    keys(text).into_iter().flat_map(|key| update(&mut screen.state, Event::KeyPressed(key), NOW)).collect()
}

fn open(screen: &Screen) -> Vec<&'static str> {
    screen.state.modals.iter().map(Modal::name).collect()
}

#[test]
fn a_question_that_nobody_has_seen_is_not_answered() {
    let mut edited = screen("eAugusta ");
    "Countess".clone_into(&mut edited.book.contacts[0].profile.title);
    let conflict = hurried(edited, "<C-s>t");
    assert_eq!(open(&conflict), ["form", "conflict"], "`t` was meant for the groups, and would drop what was typed");

    let mut book = people();
    let draft = Draft { group_names: vec!["typed".to_owned()], ..Draft::default() };
    book.kept = Some(Kept { before: None, draft: Box::new(draft), file: "kept.json".to_owned() });
    let mut early = Screen::open(people(), 80, 24);
    early.state =
        callbook::app::State::new(early.state.size, early.state.zone.clone(), early.state.keyboard.keymap.clone());
    early.happens(Event::KeyPressed(Key::parse("n").unwrap()));
    early.happens(Event::BookOpened { request: None, opening: book.opening("") });
    assert_eq!(open(&early), ["question"], "`n` was meant for a new contact");
    assert!(early.book.dropped.is_empty());
}

#[test]
fn an_error_stays_until_a_key_that_is_pressed_after_it() {
    let mut screen = screen("d");
    screen.book.failure = Some(Failure::Storage("the disk is full".to_owned()));
    let failed = hurried(screen, "yjj");
    assert_eq!(
        (notice(&failed), failed.state.notice.as_ref().map(|n| n.tone)),
        ("the disk is full", Some(Tone::Trouble))
    );
    assert_eq!(notice(&failed.types("j")), "");
}

/// Somebody deletes the contact in another window.
fn deleted_elsewhere(screen: &mut Screen, name: &str) -> Vec<Effect> {
    let contact = screen.book.contacts.iter_mut().find(|c| c.profile.display_name == name).expect("it is there");
    contact.trashed = Some(NOW);
    let rows = vec![Row::of(contact)];
    let groups = screen.state.roster.groups.to_vec();
    update(&mut screen.state, Event::BookChanged(Delta { rows, gone: Vec::new(), groups, total: 7 }), NOW)
}

#[test]
fn a_wish_is_for_the_contact_that_was_selected() {
    for key in ["e", "E", "c", "y", "Q"] {
        let mut screen = screen("");
        let mut effects = unanswered(&mut screen, &format!("j{key}"));
        assert_eq!(selected(&screen), "Alan Turing");
        effects.extend(deleted_elsewhere(&mut screen, "Alan Turing"));
        let asked = effects.len();
        while !effects.is_empty() {
            for answer in screen.book.answer(effects.remove(0)) {
                effects.extend(update(&mut screen.state, answer, NOW));
            }
        }
        assert!(asked > 0);
        assert_eq!(selected(&screen), "Grace Hopper");
        assert_eq!((open(&screen), screen.book.opened.len(), screen.book.copied.len()), (vec![], 0, 0), "{key}");
        assert!(screen.book.texts.is_empty(), "{key}");
        assert_eq!(notice(&screen), "Alan Turing is not here any more");
    }
}

#[test]
fn there_and_back_leaves_the_details_as_they_were() {
    let mut screen = Screen::open(people(), 80, 8).types("jjjj");
    let at = ratatui::layout::Position::new(60, 3);
    screen = screen.points(callbook::app::Gesture::WheelDown, at);
    assert_eq!(screen.state.details.scroll, 3);
    let back = hurried(screen, "jk");
    assert_eq!((selected(&back), back.state.details.scroll), ("Łukasz Żółkiewski", 3));
}

#[test]
fn a_plan_does_not_come_between_somebody_and_what_they_type() {
    let mut screen = screen("");
    screen.book.import.new = vec!["Zoe".to_owned()];
    screen.book.progress =
        Some(callbook::book::Progress { stage: callbook::book::Stage::Reading, done: 5, percent: None });
    let mut screen = screen.types("i");
    let mut effects = Vec::new();
    for key in keys("contacts.vcf<enter>") {
        for effect in update(&mut screen.state, Event::KeyPressed(key), NOW) {
            if let Effect::Import { request, .. } = &effect {
                effects.push(*request);
            }
            for answer in screen.book.answer(effect) {
                screen.happens(answer);
            }
        }
    }
    let [request] = effects[..] else { panic!("{:?}", open(&screen)) };
    let mut looking = screen.types("?");
    assert_eq!(open(&looking), ["progress", "help"]);
    let report = looking.book.import.clone();
    looking.happens(Event::Imported { request, result: Ok(report) });
    assert_eq!(open(&looking), ["help"], "an Enter that was meant for something else would import");
    assert_eq!(open(&looking.types("<esc>I")), ["report"]);
}
