//! A key that is shown works: every action of the table is performed in each of its contexts, by each of its keys and
//! through the palette, and leads to what its line of the table says.
//!
//! An action that is new needs a state in which it is allowed: a line of [`SITUATIONS`].

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use callbook::{
    app::{Action, Context, Event, Modal, Outcome, Spec, TABLE, action::App},
    book::{AccountState, Progress, Stage},
};

use crate::{accounts, fake_book::FakeBook, harness::Screen, people, people::with_directory, screen};

/// Keys that lead to states in which, taken together, every action is possible in each of its contexts. The book is
/// that of [`people`], the screen has 80x24 cells.
pub const SITUATIONS: &[&str] = &[
    // Panes.
    "jjj",
    "jjjl",
    "hjjj",
    "hjj",
    "hG",
    "hGk",
    "h>",
    "h<lt>",
    ">",
    "l>",
    "dyhjjjl",
    "dyhjjjll",
    "dyu",
    // The log.
    "dyL",
    "dyudyudyudyudyudyudyudyudyudyudyudyuL",
    "dyudyudyudyudyudyudyudyudyudyudyudyuL<C-d>",
    // Marks and what is done to all of them.
    " j",
    "jV",
    " jh",
    " jl",
    "t",
    "t<down> ",
    // The filter.
    "/opt",
    "/opt<enter>",
    "/opt<enter>h",
    "/opt<enter>l",
    // Questions.
    "d",
    "hjjd",
    "eX<esc>",
    // Forms, as they open and with something typed.
    "n",
    "nAda<tab>",
    "nAda<S-tab><S-tab>",
    "jjjje<tab><tab><tab>",
    "jjjjeX<tab><tab><tab>",
    "jjjjeX<tab><tab><tab><tab>1<C-a>2",
    "e<tab><tab><tab><tab><tab><tab><tab><tab><tab>",
    "eX<tab><tab><tab><tab><tab><tab><tab><tab><tab>",
    "eX<tab><tab><tab><tab><tab><tab><tab><tab><tab><right>",
    "e<tab><tab><tab><tab><tab><tab><tab><tab><tab><tab><tab>",
    "eX<tab><tab><tab><tab><tab><tab><tab><tab><tab><tab><tab>",
    "e<tab><tab><tab><C-n>",
    "eX<tab><tab><tab><C-n>",
    "eX<tab><tab><tab><C-n><down>",
    "eX<tab><tab><tab><tab><tab><tab><tab>",
    "hn",
    "hjje<tab>",
    "hn<tab><tab>",
    "hnChoir<tab>",
    "hnChoir<tab><tab>",
    "hnChoir<tab><tab><down>",
    "hnChoir<tab><tab>a",
    // Import and export.
    "i",
    "icont",
    "i<down><down>",
    "i<A-a>",
    "x",
    "/opt<enter>x",
    "x<tab>",
    "x<tab><tab>",
    "x<tab><tab><C-u>~/dow",
    // Help and palette.
    "?",
    "?j<C-d>",
    "?/a",
    ":",
    ":top",
    ":<down><down><pagedown>",
];

/// Those that need another book or another size.
fn special() -> Vec<(&'static str, Screen)> {
    let mut nobody = FakeBook::default();
    nobody.group("Friends");
    let nobody = || Screen::open(nobody.clone(), 80, 24);
    let low = |keys: &str| Screen::open(people(), 80, 10).types(keys);
    let picker = |keys: &str| Screen::open(with_directory(), 80, 24).types(keys);
    let conflict = {
        let mut screen = screen("eX");
        screen.book.contacts[0].profile.title = "Countess".into();
        screen.types("<C-s>")
    };
    let report = {
        let mut screen = Screen::open(people(), 80, 10);
        screen.book.import = crate::exchange::report(&screen.book);
        screen.types("icont<enter>")
    };
    let under_way = |keys| {
        let mut screen = screen("");
        screen.book.progress = Some(Progress::of(Stage::Reading, 40, 100));
        screen.types(keys)
    };
    let webex = |book: FakeBook, height, keys: &str| Screen::open(book, 80, height).types(keys);
    let syncing = AccountState::Syncing { done: 40, of: 300 };
    let failed = accounts::prompting(accounts::with_webex(syncing.clone()), None);
    let acts = ["", "h", "l", "ljjjj", "ljjjj<enter>", "ljjjj<enter>jj", "ljjjjj", "Q"];
    let acts = acts.map(|keys| (keys, Screen::open(crate::details::reachable(), 80, 24).types(keys)));
    let mut special = vec![
        ("an empty book", Screen::open(FakeBook::default(), 80, 24)),
        ("groups without contacts", nobody()),
        ("groups without contacts, groups", nobody().types("h")),
        ("groups without contacts, details", nobody().types("l")),
        ("details longer than the screen", low("jjjjl")),
        ("details in the middle", low("jjjjljj")),
        ("the people of a directory", picker("a")),
        ("people in the middle", picker("aopt<down><pagedown>")),
        ("a person to be added", picker("aram<enter>")),
        ("a conflict", conflict),
        ("a report", report.clone()),
        ("a report where there are two accounts", webex(accounts::with_webex(syncing.clone()), 24, "icont<enter>")),
        ("an import under way", under_way("icont<enter>")),
        ("an import put aside", under_way("icont<enter><tab>")),
        ("an import put aside, groups", under_way("icont<enter><tab>h")),
        ("an import put aside, details", under_way("icont<enter><tab>l")),
        ("a report in the middle", report.types("jj<C-d>")),
    ];
    for keys in ["", "h", "l", "wq", "wqj", "wqjj", "wqjjj", "wc", "wp", "wo", "wi", "dyhjjjl"] {
        special.push((keys, webex(accounts::troubled(), 24, keys)));
    }
    for keys in ["wq", "wqjj<C-d>", "wc", "wcj", "wc<C-d>", "wp", "wpj", "wp<C-d>"] {
        special.push((keys, webex(accounts::troubled(), 10, keys)));
    }
    for keys in ["wc", "wcj", "wc<C-d>"] {
        special.push((keys, webex(accounts::with_twins(), 10, keys)));
    }
    for keys in ["", "h", "l", "wo"] {
        special.push((keys, webex(accounts::with_webex(syncing.clone()), 24, keys)));
    }
    special.push(("a key server that nobody knows", webex(accounts::asking(), 24, "wi")));
    special.push(("a sign-in that failed", webex(failed, 24, "wa")));
    special.extend(acts);
    special
}

/// What is otherwise in one context than everywhere else.
const OTHERWISE: &[(&str, Context, Option<Outcome>)] = &[
    // The keys that show them take them away again.
    ("app.help", Context::Help, Some(Outcome::Closes)),
    ("app.log", Context::Log, Some(Outcome::Closes)),
    ("app.palette", Context::Palette, Some(Outcome::Closes)),
    // A form with something typed lies below.
    ("app.leave", Context::Conflict, Some(Outcome::Opens("question"))),
    // Nothing lies beyond.
    ("move.left", Context::Groups, None),
    ("move.right", Context::Details, None),
];

/// Effects that only read, so that an action which merely changes what is seen may ask for them.
const READS: &[&str] =
    &["load rows", "load contact", "load history", "filter", "load words", "check number", "list directory"];

pub fn situations() -> &'static [(&'static str, Screen)] {
    static ALL: LazyLock<Vec<(&str, Screen)>> = LazyLock::new(reached);
    &ALL
}

fn reached() -> Vec<(&'static str, Screen)> {
    let mut all: Vec<_> = SITUATIONS.iter().map(|keys| (*keys, screen(keys))).collect();
    all.extend(special());
    for (_, screen) in &mut all {
        screen.asked.clear();
    }
    all
}

fn outcome(spec: &Spec, context: Context) -> Option<Outcome> {
    let otherwise = OTHERWISE.iter().find(|(name, at, _)| *name == spec.name && *at == context);
    otherwise.map_or(Some(spec.outcome), |(_, _, outcome)| *outcome)
}

fn modals(screen: &Screen) -> Vec<&'static str> {
    screen.state.modals.iter().map(Modal::name).collect()
}

/// Whether what happened is what the table says; else what happened.
fn leads_to(outcome: Outcome, before: &Screen, after: &Screen) -> Result<(), String> {
    let (below, above) = (modals(before), modals(after));
    let fits = match outcome {
        Outcome::Changes => {
            above == below
                && after.picture() != before.picture()
                && after.asked.iter().all(|effect| READS.contains(effect))
        }
        Outcome::Opens(name) => above.strip_prefix(&below[..]) == Some(&[name]),
        Outcome::Closes => above.len() < below.len() && below.starts_with(&above),
        Outcome::Asks(effect) => after.asked.contains(&effect),
    };
    if fits {
        return Ok(());
    }
    let differs = if after.picture() == before.picture() { "nothing is seen" } else { "the screen differs" };
    Err(format!("modals {below:?} -> {above:?}, asked for {:?}, {differs}", after.asked))
}

/// Performs every action in each of its contexts and demands that it leads, in one state at least, to what the table
/// says. `ways` are the ways of performing it in a state.
fn walk(ways: impl Fn(&Spec, &Screen) -> Vec<(String, Screen)>) {
    let mut faults = Vec::new();
    for (spec, context) in TABLE.iter().flat_map(|spec| spec.contexts.iter().map(move |context| (spec, *context))) {
        let Some(outcome) = outcome(spec, context) else { continue };
        let fitting = situations()
            .iter()
            .filter(|(_, screen)| screen.state.context() == context && screen.state.blocked(spec.action).is_none());
        let mut tried = BTreeMap::<String, Vec<Result<(), String>>>::new();
        let mut allowed = false;
        for (keys, before) in fitting {
            allowed = true;
            for (way, after) in ways(spec, before) {
                let result = leads_to(outcome, before, &after).map_err(|what| format!("after {keys:?}: {what}"));
                tried.entry(way).or_default().push(result);
            }
            if !tried.is_empty() && tried.values().all(|results| results.iter().any(Result::is_ok)) {
                break;
            }
        }
        if !allowed {
            faults.push(format!(
                "{} is never allowed in {context:?}: add keys that lead to such a state to SITUATIONS of {}",
                spec.name,
                file!()
            ));
        }
        for (way, results) in tried.iter().filter(|(_, results)| results.iter().all(Result::is_err)) {
            let what: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).cloned().collect();
            faults.push(format!(
                "{} in {context:?} {way} should lead to {outcome:?}, but\n    {}\n  mend the action, its outcome in \
                 the table, or add keys to SITUATIONS of {} that lead to a state where it does so",
                spec.name,
                what.join("\n    "),
                file!()
            ));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Opens the palette and selects an action by its name.
fn palette_with(screen: &Screen, spec: &Spec) -> Screen {
    let mut screen = screen.clone();
    let keys = screen.state.keyboard.keymap.keys(Action::App(App::Palette), screen.state.context());
    screen.press(&keys[0]);
    screen.happens(Event::Pasted(spec.name.to_owned()));
    let Some(Modal::Palette(palette)) = screen.state.modals.last() else { panic!("no palette by {keys:?}") };
    assert_eq!(palette.selected().map(|entry| entry.spec.name), Some(spec.name), "a whole name is found first");
    screen
}

fn has_palette(spec: &Spec, screen: &Screen) -> bool {
    screen.state.context() != Context::Palette && spec.contexts != [Context::Palette]
}

#[test]
fn every_action_does_what_its_line_says_by_each_of_its_keys() {
    walk(|spec, before| {
        let keys = before.state.keyboard.keymap.keys(spec.action, before.state.context());
        let press = |key: String| {
            let mut after = before.clone();
            after.press(&key);
            (format!("by {key}"), after)
        };
        keys.into_iter().map(press).collect()
    });
}

#[test]
fn every_action_does_what_its_line_says_through_the_palette() {
    walk(|spec, before| {
        if !has_palette(spec, before) {
            return Vec::new();
        }
        let mut after = palette_with(before, spec);
        after.press("enter");
        vec![("through the palette".to_owned(), after)]
    });
}

#[test]
fn every_hint_shown_is_possible_and_bound() {
    for (_, situation) in situations() {
        let context = situation.state.context();
        for hint in situation.state.hints() {
            let spec = TABLE.iter().find(|spec| spec.hint == hint.word && spec.contexts.contains(&context)).unwrap();
            assert_eq!(situation.state.blocked(spec.action), None);
            assert!(situation.state.keyboard.keymap.keys(spec.action, context).contains(&hint.key));
        }
    }
}

fn notice(screen: &Screen) -> Option<&str> {
    screen.state.notice.as_ref().map(|notice| notice.text.as_str())
}

#[test]
fn a_blocked_action_says_why_and_does_nothing() {
    let mut checked = HashSet::new();
    for (_, situation) in situations() {
        let context = situation.state.context();
        for spec in TABLE.iter().filter(|spec| spec.contexts.contains(&context)) {
            let Some(reason) = situation.state.blocked(spec.action) else { continue };
            if !checked.insert((context, spec.name, reason)) {
                continue;
            }
            if has_palette(spec, situation) {
                let mut after = palette_with(situation, spec);
                after.press("enter");
                assert_eq!(notice(&after), Some(reason), "{} through the palette", spec.name);
                assert_eq!(modals(&after).last(), Some(&"palette"), "it stays open for another command");
            }
            // Escape with nothing to clear only clears the message.
            let keys = situation.state.keyboard.keymap.keys(spec.action, context);
            for key in keys.iter().filter(|_| spec.name != "filter.clear") {
                let mut after = situation.clone();
                after.press(key);
                assert_eq!(notice(&after), Some(reason), "{} by {key}", spec.name);
                assert_eq!(modals(&after), modals(situation));
            }
        }
    }
    assert!(checked.len() > 10, "{checked:?}");
}

#[test]
fn the_palette_tells_where_else_an_action_applies() {
    let mut visited = HashSet::new();
    for (_, situation) in situations() {
        let context = situation.state.context();
        if !visited.insert(context) {
            continue;
        }
        let elsewhere = TABLE.iter().filter(|spec| !spec.contexts.contains(&context));
        for spec in elsewhere.filter(|spec| has_palette(spec, situation)) {
            let mut after = palette_with(situation, spec);
            after.press("enter");
            let told = notice(&after).unwrap_or_default().to_owned();
            assert!(told.contains(spec.contexts[0].title()), "{} in {context:?}: {told}", spec.name);
            assert_eq!(modals(&after).len(), modals(situation).len() + 1);
        }
    }
}

#[test]
fn all_contexts_are_visited() {
    let mut missing: Vec<Context> = Context::ALL.into();
    missing.retain(|context| !situations().iter().any(|(_, screen)| screen.state.context() == *context));
    assert_eq!(missing, Vec::new());
}
