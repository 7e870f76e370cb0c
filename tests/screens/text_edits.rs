//! Contacts edited as text: the editor here replaces one piece of text by another.

use callbook::{
    app::{Event, Modal, Settings, Tone},
    book::{Failure, GroupType},
    config::{self, Environment, Mistakes},
};

use crate::{harness::Screen, screen};

type Edit = Result<(&'static str, &'static str), String>;

fn with_editor(edits: impl IntoIterator<Item = Edit>) -> Screen {
    let mut screen = screen("");
    screen.book.editor = edits.into_iter().collect();
    screen
}

fn notice(screen: &Screen) -> (Tone, &str) {
    screen.state.notice.as_ref().map(|notice| (notice.tone, notice.text.as_str())).unwrap()
}

fn title(screen: &Screen) -> &str {
    &screen.book.contacts[0].profile.title
}

const COUNTESS: (&str, &str) = ("title       = \"\"", "title = \"Countess\"");

#[test]
fn a_mistake_comes_back_pointed_out_and_the_edit_is_one_step_of_undo() {
    let first = ("title       = \"\"", "titel = \"Countess\"");
    let edited = with_editor([Ok(first), Ok(("titel", "title"))]).types("E");
    let [shown, again] = &edited.book.texts[..] else { panic!("{:?}", edited.book.texts) };
    assert!(shown.starts_with("# Ada Lovelace\n"), "{shown}");
    let pointed = "#!! titel: there is no such member; did you mean title?\ntitel = \"Countess\"";
    assert!(again.contains(pointed) && again.starts_with("#!! One mistake is pointed out below."), "{again}");
    assert_eq!((notice(&edited).1, title(&edited)), ("Edited Ada Lovelace · u undo", "Countess"));
    assert_eq!(edited.book.dropped, ["/run/contact.toml"]);
    let undone = edited.types("u");
    assert_eq!(title(&undone), "");
    assert_eq!(title(&undone.types("<C-r>")), "Countess");
}

#[test]
fn whoever_changes_nothing_changes_nothing() {
    let same = with_editor([]).types("E");
    assert_eq!((notice(&same), same.book.undo.len()), ((Tone::Hint, "Nothing was changed"), 0));
    assert_eq!(same.book.dropped.len(), 1);
    let comment = with_editor([Ok(("# Work", "# Works"))]).types("E");
    assert_eq!((notice(&comment).1, comment.book.undo.len()), ("Nothing was changed", 0));
}

#[test]
fn who_gives_up_is_told_where_the_text_is() {
    let given_up = with_editor([Ok(("title ", "titel ")), Ok(("", ""))]).types("E");
    assert_eq!(given_up.book.texts.len(), 2);
    let said = "Not saved, a mistake is left in /run/contact.toml";
    assert_eq!((notice(&given_up), given_up.book.dropped.len()), ((Tone::Trouble, said), 0));
    let failed = with_editor([Err("Not saved, vi ended with 1".to_owned())]).types("E");
    assert_eq!(notice(&failed), (Tone::Trouble, "Not saved, vi ended with 1"));
    assert!(!failed.state.waits(), "keys go on");
}

#[test]
fn what_cannot_be_saved_goes_on_in_a_form() {
    let mut screen = with_editor([Ok(COUNTESS)]);
    screen.book.failure = Some(Failure::Storage("the disk is full".to_owned()));
    let failed = screen.types("E");
    let said = "the disk is full; what you typed is in this form, and in /run/contact.toml";
    assert_eq!((notice(&failed).1, failed.book.dropped.len()), (said, 0));
    let [Modal::Form(form)] = &failed.state.modals[..] else { panic!("{:?}", failed.state.modals) };
    assert!(form.is_dirty());
    let saved = failed.types("<C-s>");
    assert_eq!((title(&saved), saved.state.modals.len()), ("Countess", 0));
}

#[test]
fn a_change_elsewhere_meets_in_the_conflict_of_forms() {
    let conflicting = || {
        let mut screen = with_editor([Ok(COUNTESS)]);
        let mut theirs = screen.book.contacts[0].clone();
        theirs.profile.title = "Lady".to_owned();
        screen.book.contacts[0] = theirs.clone();
        screen.types("E")
    };
    let met = conflicting();
    assert!(matches!(met.state.modals[..], [Modal::Form(_), Modal::Conflict(_)]), "{:?}", met.state.modals);
    let mut narrow = met.clone();
    narrow.happens(Event::Resized { width: 32, height: 16 });
    let picture = narrow.picture();
    assert!(
        !picture.contains("meanwhi…") && picture.contains("meanwhile.") && picture.contains("saved yet."),
        "{picture}"
    );
    assert_eq!(title(&met.types("m")), "Countess");
    let theirs = conflicting().types("t");
    assert_eq!((title(&theirs), theirs.state.modals.len()), ("Lady", 0));
}

#[test]
fn the_other_form_is_one_key_away_and_the_settings_say_which_is_which() {
    let card = with_editor([Ok(("END:VCARD", "TITLE:Countess\nEND:VCARD"))]).types("<A-e>");
    assert!(card.book.texts[0].starts_with("BEGIN:VCARD\n"), "{}", card.book.texts[0]);
    assert_eq!(title(&card), "Countess");
    let mut screen = with_editor([]);
    let config = config::parse("edit_as = \"vcard\"", &Environment::default()).0;
    let settings = Settings::of((config, Mistakes { file: "c".into(), mistakes: Vec::new() })).unwrap();
    screen.happens(Event::Configured(Ok(Box::new(settings))));
    let both = screen.types("E<A-e>");
    assert!(both.book.texts[0].starts_with("BEGIN:VCARD") && both.book.texts[1].starts_with("# Ada"));
}

#[test]
fn a_new_contact_is_typed_as_text_in_the_group_that_is_shown() {
    let mut screen = screen("hGkl");
    screen.book.editor.push_back(Ok(("displayName = \"\"", "displayName = \"Zoë\"")));
    let group = screen.state.selected_group().unwrap().group.clone();
    assert_eq!(group.group_type, GroupType::Normal);
    let made = screen.types("N");
    let zoe = made.book.contacts.last().unwrap();
    assert_eq!((zoe.profile.display_name.as_str(), &zoe.groups), ("Zoë", &vec![group.id]));
}

#[test]
fn settings_hold_at_once_and_mistakes_leave_the_old_ones() {
    let mut screen = screen("");
    let read = |text: &str| {
        let (config, mistakes) = config::parse(text, &Environment::default());
        let read = Settings::of((config, Mistakes { file: "c.toml".into(), mistakes }));
        read.map(Box::new).map_err(|wrong| wrong.to_string().lines().map(str::to_owned).collect())
    };
    screen.happens(Event::Configured(read("[keys]\ncontacts.create = [\"z\"]\n")));
    assert_eq!(notice(&screen), (Tone::Done, "The settings were changed and hold from now on"));
    let mut screen = screen.types("z");
    assert!(matches!(screen.state.modals[..], [Modal::Form(_)]));
    screen.happens(Event::Configured(read("[keys]\ncontacts.create = [\"d\"]\n")));
    let (tone, said) = notice(&screen);
    assert_eq!(tone, Tone::Trouble);
    assert!(said.starts_with("The settings stay as they were: c.toml:2: d: means both"), "{said}");
    let mut screen = screen.types("<esc>z<esc>");
    screen.happens(Event::Configured(read("trash_dys = 1\nbook = 5\n")));
    assert_eq!(notice(&screen).1, "The settings stay as they were: 2 mistakes · L shows them");
    let log = screen.types("L").picture();
    for mistake in ["c.toml:1: trash_dys", "c.toml:2: book: must be a path"] {
        assert!(log.contains(mistake), "{log}");
    }
}

#[test]
fn what_was_being_typed_when_the_terminal_was_closed_is_offered_again() {
    let mut typing = screen("jje<tab><tab><tab>new group<tab><tab><tab><tab><tab><tab><tab>X");
    typing.happens(Event::QuitRequested);
    assert_eq!(typing.asked[typing.asked.len() - 2..], ["keep typed", "quit"]);
    let kept = typing.book.kept.clone().unwrap();
    let again = || Screen::open(typing.book.clone(), 80, 24);
    insta::assert_snapshot!(again().picture());
    let forgotten = again().types("n");
    assert_eq!((forgotten.state.modals.len(), forgotten.book.dropped.len()), (0, 1));
    let gone_on = again().types("y");
    let [Modal::Form(form)] = &gone_on.state.modals[..] else { panic!("{:?}", gone_on.state.modals) };
    assert_eq!((&form.before, form.is_dirty()), (&kept.before, true));
    let saved = gone_on.types("<C-s>");
    let id = kept.before.unwrap().id;
    let contact = saved.book.contacts.iter().find(|contact| contact.id == id).unwrap();
    assert_eq!(contact.extras.nickname, "X");
    assert!(saved.book.groups.iter().any(|group| group.name == "new group"));
    let mut looking = screen("e");
    looking.happens(Event::QuitRequested);
    assert_eq!(looking.book.kept, None, "nothing was typed");
}
