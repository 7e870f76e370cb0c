//! A key that is shown works: every action of the table does something in a state where it is allowed.

use callbook::app::{Context, Event, Key, TABLE};

use crate::{fake_book::FakeBook, harness::Screen, people, screen};

/// States in which, taken together, every action is possible.
fn situations() -> Vec<Screen> {
    let conflict = {
        let mut screen = screen("eX");
        screen.book.contacts[0].profile.title = "Countess".into();
        screen.types("<C-s>")
    };
    let report = {
        let mut screen = screen("");
        screen.book.import.in_trash = vec![(screen.book.contacts[0].id, "Ada Lovelace".to_owned())];
        screen.types("ix<enter>")
    };
    let mut situations = vec![
        Screen::open(FakeBook::default(), 80, 24),
        conflict,
        report,
        Screen::open(people(), 80, 10).types("?j<C-d>"),
    ];
    let keys = [
        "jjj",
        "hG",
        "hGk",
        "h>",
        "h<lt>",
        "jjjjl",
        "jjjjlj",
        "/opt",
        "/opt<enter>",
        "dyhjjjl",
        "dyu",
        "d",
        "ix",
        "n",
        "nAda<tab>",
        "nAda<S-tab><S-tab>",
        "eX<tab><tab><tab>",
        "eX<tab><tab><tab>1<C-a>2",
        "eX<tab><tab><tab><C-n>",
        "eX<tab><tab><tab><C-n><down>",
        "eX<tab><tab><tab><tab><tab><tab><tab>",
        "eX<tab><tab><tab><tab><tab><tab><tab><tab><tab><tab><tab>",
        "hnChoir<tab>",
        "hnChoir<tab><tab>",
        "hnChoir<tab><tab><down>",
        "hnChoir<tab><tab>a",
        "eX<tab><tab><tab><tab><tab><tab><tab><tab><tab>",
        "eX<tab><tab><tab><tab><tab><tab><tab><tab><tab><right>",
    ];
    situations.extend(keys.map(screen));
    situations.push(Screen::open(people(), 80, 10).types("lj"));
    situations
}

fn looks(screen: &Screen) -> String {
    format!("{}{:?}{:?}", screen.picture(), screen.asked, screen.state.modals.len())
}

#[test]
fn every_action_does_something_by_each_of_its_keys() {
    let mut idle = Vec::new();
    for spec in TABLE {
        for keys in spec.keys {
            let mut works = false;
            for mut situation in situations() {
                let context = situation.state.context();
                let bound =
                    situation.state.keyboard.keymap.keys(spec.action, context).iter().any(|bound| bound == keys);
                if !bound || situation.state.blocked(spec.action).is_some() {
                    continue;
                }
                let before = looks(&situation);
                for key in Key::parse_sequence(keys).unwrap() {
                    situation.happens(Event::KeyPressed(key));
                }
                works |= looks(&situation) != before;
            }
            if !works {
                idle.push(format!("{} by {keys}", spec.name));
            }
        }
    }
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn every_hint_shown_is_possible_and_bound() {
    for situation in situations() {
        let context = situation.state.context();
        for hint in situation.state.hints() {
            let spec = TABLE.iter().find(|spec| spec.hint == hint.word && spec.contexts.contains(&context)).unwrap();
            assert_eq!(situation.state.blocked(spec.action), None);
            assert!(situation.state.keyboard.keymap.keys(spec.action, context).contains(&hint.key));
        }
    }
}

#[test]
fn a_blocked_action_says_why_and_does_nothing() {
    let mut checked = 0;
    for situation in situations() {
        for spec in TABLE.iter().filter(|spec| spec.contexts.contains(&situation.state.context())) {
            let Some(reason) = situation.state.blocked(spec.action) else { continue };
            if spec.name == "filter.clear" {
                // Escape with nothing to clear only clears the message.
                continue;
            }
            let Some(key) =
                situation.state.keyboard.keymap.keys(spec.action, situation.state.context()).into_iter().next()
            else {
                continue;
            };
            let mut after = Screen {
                state: situation.state.clone(),
                book: situation.book.clone(),
                ..Screen::open(people(), 80, 24)
            };
            after.happens(Event::KeyPressed(Key::parse(&key).unwrap()));
            assert_eq!(after.state.notice.as_ref().map(|notice| notice.text.as_str()), Some(reason), "{}", spec.name);
            assert_eq!(after.state.modals.len(), situation.state.modals.len());
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn all_contexts_are_visited() {
    let mut missing: Vec<Context> = Context::ALL.into();
    missing.retain(|context| !situations().iter().any(|screen| screen.state.context() == *context));
    assert_eq!(missing, Vec::new());
}
