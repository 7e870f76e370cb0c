//! Stories of the palette and of looking through the help.

use callbook::app::{Context, Modal};

use crate::{harness::Screen, screen};

fn listed(screen: &Screen) -> Vec<&'static str> {
    match screen.state.modals.last() {
        Some(Modal::Palette(palette)) => palette.commands.iter().map(|entry| entry.spec.name).collect(),
        _ => panic!("the palette is not open"),
    }
}

#[test]
fn a_command_is_found_by_a_few_letters_and_run_where_one_was() {
    let asked = screen("jj:delct<enter>");
    assert_eq!(asked.state.modals.iter().map(Modal::name).collect::<Vec<_>>(), ["question"]);
    let moved = screen("jj:<down><down><enter>");
    assert_eq!(moved.state.context(), Context::Question, "the third command deletes");
    let kept = screen("/opt<f2>keep<enter>");
    assert_eq!((kept.state.context(), kept.state.contacts.visible.len()), (Context::Contacts, 2));
}

#[test]
fn what_was_run_lately_comes_first_as_long_as_nothing_is_typed() {
    let screen = screen(":bottom<enter>:half_up<enter>:bottom<enter>:");
    assert_eq!(listed(&screen)[..3], ["move.last", "move.half_up", "contacts.create"]);
    assert_eq!(listed(&screen.types("half"))[..2], ["move.half_up", "move.half_down"]);
}

#[test]
fn what_cannot_be_done_comes_after_what_can() {
    let screen = screen("hjj:");
    let Some(Modal::Palette(palette)) = screen.state.modals.last() else { panic!("the palette is not open") };
    let impossible = palette.commands.iter().position(|entry| entry.reason.is_some()).unwrap();
    assert!(palette.commands[impossible..].iter().all(|entry| entry.reason.is_some()));
    let elsewhere = palette.commands.iter().position(|entry| !entry.here).unwrap();
    assert!(palette.commands[elsewhere..].iter().all(|entry| !entry.here));
    assert!(impossible < elsewhere);
}

#[test]
fn what_things_are_called_on_the_command_line_finds_them() {
    for (word, name) in [
        ("queue", "sync.queue"),
        ("conflicts", "sync.conflict"),
        ("sign in", "account.sign_in"),
        ("import", "app.import"),
    ] {
        assert_eq!(listed(&screen(&format!(":{word}")))[0], name, "{word}");
    }
}

#[test]
fn help_is_looked_through_and_closed() {
    let looked = screen("?/undo");
    assert_eq!(looked.state.context(), Context::Filter);
    let kept = looked.types("<enter>");
    assert_eq!(kept.state.context(), Context::Help);
    let picture = kept.picture();
    assert!(picture.contains("Undo the latest change") && !picture.contains("Delete"), "{picture}");
    let again = kept.clone().types("/<esc>");
    assert!(again.picture().contains("Delete"), "everything is there again");
    assert_eq!(kept.types("<esc>").state.modals.len(), 0);
}
