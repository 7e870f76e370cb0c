//! Import and export from inside: the picker, the plan, progress, the form; as pictures, as stories, as whole effects.

use std::path::{Path, PathBuf};

use callbook::{
    app::{Context, Effect, EntryKind, Event, FileEntry, Key, Listing, Modal, PickerChoice, RequestId, update},
    book::{
        AccountId, AccountState, Altered, Elsewhere, Failure, ImportOptions, ImportReport, Likeness, Progress, Stage,
        Timestamp, Twin,
        incoming::{Fault, Place},
    },
    exchange::ExportFormat,
};

use crate::{
    accounts::with_webex,
    fake_book::{FakeBook, NOW},
    harness::Screen,
    people, screen,
};

/// What the directories of the tests hold.
pub fn listing(directory: &Path) -> Listing {
    let text = directory.to_string_lossy();
    let text = text.trim_end_matches('/').replace('~', "/home/ada");
    let text = if text.is_empty() { "/".to_owned() } else { text };
    let directory = PathBuf::from(&text);
    let entry = |name: &str, kind, size, days: i64| {
        FileEntry::new(directory.join(name), kind, size, Some(Timestamp(NOW.0 - days * 86_400_000)))
    };
    let (folder, file) = (EntryKind::Directory, EntryKind::File);
    let entries = match text.as_str() {
        "/home/ada" => vec![
            entry("people.ldif", file, 48_213, 400),
            entry("contacts.vcf", file, 11_904, 2),
            entry("Downloads", folder, 4096, 0),
            entry("cards", folder, 4096, 30),
            entry(".config", folder, 4096, 7),
            entry(".old.vcf", file, 12, 3000),
            entry(
                "my friends of the year\u{202e} in which we sang in the choir of the cathedral.csv",
                file,
                2_345_678,
                1,
            ),
            entry("notes.txt", file, 120, 1),
            entry("pipe", EntryKind::Other, 0, 1),
        ],
        "/home/ada/Downloads" => (0..10_000).map(|n| entry(&format!("card {n:04}.vcf"), file, n, 1)).collect(),
        "/home/ada/cards" => Vec::new(),
        "/home" => vec![entry("ada", folder, 4096, 0), entry("bob", folder, 4096, 0)],
        _ => {
            let problem = Some("cannot read this directory: Permission denied (os error 13)".to_owned());
            return Listing { directory, shown: text, entries: Vec::new(), problem };
        }
    };
    let shown = text.replace("/home/ada", "~");
    Listing::new(directory, shown, entries)
}

/// A report with something of everything.
pub fn report(book: &FakeBook) -> ImportReport {
    let fault = |line, field: &str, reason: &str| {
        let field = Some(field.to_owned()).filter(|field| !field.is_empty());
        let place = Place { ordinal: line / 9, line };
        ("~/contacts.vcf".to_owned(), Fault { place, field, reason: reason.to_owned() })
    };
    ImportReport {
        new: vec!["Zoë Ångström".to_owned(), "A. Lovelace".to_owned(), "Edsger Dijkstra".to_owned()],
        changed: vec![Altered { name: "Alan Turing".to_owned(), fields: vec!["Title".to_owned(), "Notes".to_owned()] }],
        unchanged: 40,
        twins: vec![Twin { name: "A. Lovelace".to_owned(), like: "Ada Lovelace".to_owned(), by: Likeness::Email }],
        in_trash: vec![(book.contacts[4].id, "Márta Szőke".to_owned())],
        groups: vec!["Choir".to_owned()],
        faults: vec![
            fault(41, "TEL", "the number holds no digit; write it with digits, such as +36 1 555 0199"),
            fault(88, "", "the card is cut short: the file ends before END:VCARD; get the whole file"),
        ],
        ..ImportReport::default()
    }
}

fn planned(width: u16, height: u16) -> Screen {
    let mut screen = Screen::open(people(), width, height);
    screen.book.import = report(&screen.book);
    screen.types("icont<enter>")
}

fn under_way(keys: &str, stage: Stage) -> Screen {
    under_way_at(80, 24, keys, stage)
}

fn under_way_at(width: u16, height: u16, keys: &str, stage: Stage) -> Screen {
    let mut screen = Screen::open(people(), width, height);
    screen.book.progress = Some(Progress::of(stage, 4213, 12_000));
    screen.types(keys)
}

pictures! {
    picker: screen("i");
    picker_wide: Screen::open(people(), 120, 36).types("i<down><down><tab>");
    picker_small: Screen::open(people(), 50, 16).types("i<down>");
    picker_filtered: screen("i c");
    picker_of_a_path: screen("i~/con");
    picker_of_every_file: screen("i<A-a><A-.><down><down><down><down>");
    picker_of_an_empty_directory: screen("icards<enter>");
    picker_of_ten_thousand: screen("i<down><right>999");
    picker_refused: screen("i/root/");
    plan: planned(80, 24);
    plan_wide: planned(120, 36);
    plan_small: planned(50, 16);
    plan_scrolled: planned(50, 16).types("G");
    plan_without_twins: planned(120, 36).types("t");
    imported: planned(80, 24).types("<enter>");
    reading: under_way("icont<enter>", Stage::Reading);
    reading_wide: under_way_at(120, 36, "icont<enter>", Stage::Comparing);
    reading_small: under_way_at(50, 16, "icont<enter>", Stage::Writing);
    reading_meanwhile: under_way("icont<enter><tab>jj", Stage::Reading);
    exporting: under_way("x<enter>", Stage::Writing);
    export: screen("x");
    export_wide: Screen::open(people(), 120, 36).types("/opt<enter>x<tab><right>");
    export_small: Screen::open(people(), 50, 16).types("hjjjjlx<tab><tab>");
    export_completes: screen("x<tab><tab><C-u>~/");
    export_asks: screen("x<enter>");
    exported: screen("x<enter>y");
}

fn notice(screen: &Screen) -> &str {
    screen.state.notice.as_ref().map_or("", |notice| &notice.text)
}

fn context(screen: &Screen) -> Context {
    screen.state.context()
}

fn effects(screen: &mut Screen, key: &str) -> Vec<Effect> {
    update(&mut screen.state, Event::KeyPressed(Key::parse(key).unwrap()), NOW)
}

/// What is asked for when this was typed into the picker and Enter is pressed.
fn chosen(keys: &str) -> Vec<PathBuf> {
    let mut screen = screen(&format!("i{keys}"));
    match &effects(&mut screen, "enter")[..] {
        [Effect::Import { paths, options, .. }] => {
            assert!(options.dry_run, "it is looked at first");
            paths.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_selected_filtered_marked_or_typed() {
    let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
    assert_eq!(chosen("<down><down>"), paths(&["/home/ada/contacts.vcf"]));
    assert_eq!(chosen("LDIF"), paths(&["/home/ada/people.ldif"]));
    assert_eq!(chosen("cards<tab><C-u>con<tab>"), paths(&["/home/ada/cards", "/home/ada/contacts.vcf"]));
    assert_eq!(chosen("~/Con"), paths(&["/home/ada/contacts.vcf"]), "the only one that goes on like this");
    assert_eq!(chosen("~/notes.txt"), paths(&["~/notes.txt"]), "whatever its name");
    assert_eq!(chosen("/tmp/a.vcf '~/b c.csv'"), paths(&["/tmp/a.vcf", "~/b c.csv"]));
    assert_eq!(chosen("x.vcf y.vcf"), paths(&["/home/ada/x.vcf", "/home/ada/y.vcf"]));
    assert_eq!(chosen("<left><down>b<backspace>~/cards/x"), paths(&["~/cards/x"]));
    assert_eq!(chosen("<A-.>old"), paths(&["/home/ada/.old.vcf"]));
    assert_eq!(chosen(".ol"), paths(&["/home/ada/.old.vcf"]), "who types the dot wants to see it");
}

#[test]
fn the_picker_goes_into_directories_and_up_again() {
    let picker = |keys: &str| {
        let screen = screen(&format!("i{keys}"));
        let Some(Modal::Picker(picker)) = screen.state.modals.last().cloned() else { panic!("{keys} left the picker") };
        picker
    };
    assert_eq!(picker("<down><enter>").title, "~/Downloads");
    assert_eq!(picker("<down><right>").title, "~/Downloads");
    assert_eq!(picker("down<enter>").input.value(), "", "the filter was for the directory before");
    let up = picker("<backspace>");
    assert_eq!((up.title.as_str(), up.selected().unwrap().name.as_str()), ("/home", "ada"));
    assert_eq!(picker("<left><right>").title, "~");
    assert_eq!(picker("<A-up><A-up>").directory, Path::new("/"));
    assert_eq!(picker("~/Downloads/<enter>").title, "~/Downloads");
    assert_eq!(
        picker("cards<enter><enter>").problem.unwrap(),
        "there is nothing to choose here: type a path, or go up"
    );
    assert_eq!(picker("'a<enter>").problem.unwrap(), "a closing ' is missing");
    assert_eq!(picker("<A-a>pipe<enter>").problem.unwrap(), "there is nothing in it that could be read");
    assert!(picker("/root/").problem.unwrap().contains("Permission denied"));
    assert_eq!(picker("/root/<C-u>").problem, None);
    let mut open = callbook::app::Picker::open("/nowhere".into());
    assert_eq!(open.choose(), PickerChoice::Stays);
}

#[test]
fn keys_that_need_the_names_wait_for_them_and_an_older_directory_is_dropped() {
    let mut screen = screen("");
    let asked = effects(&mut screen, "i");
    let [Effect::ListDirectory { request: RequestId(first), .. }] = asked[..] else { panic!("{asked:?}") };
    let typed: Vec<_> = "/home/a".chars().flat_map(|key| effects(&mut screen, &key.to_string())).collect();
    let list =
        |request, directory: &str| Effect::ListDirectory { request: RequestId(request), directory: directory.into() };
    assert_eq!(typed, [list(first + 1, "/"), list(first + 2, "/home/")], "typing never waits");
    assert_eq!(effects(&mut screen, "enter"), []);
    assert_eq!(effects(&mut screen, "down"), []);
    let old = Event::Listed { request: RequestId(first), listing: listing(Path::new("~")) };
    assert_eq!(update(&mut screen.state, old, NOW), []);
    let names = Event::Listed { request: RequestId(first + 2), listing: listing(Path::new("/home/")) };
    assert_eq!(update(&mut screen.state, names, NOW), [list(first + 3, "/home/ada")]);
}

#[test]
fn nothing_is_written_before_the_plan_is_seen_and_one_undo_takes_it_back() {
    let plan = planned(80, 24);
    assert_eq!((context(&plan), plan.book.contacts.len()), (Context::Report, 8));
    let left = planned(80, 24).types("<esc>");
    assert_eq!((left.state.modals.len(), left.book.contacts.len(), notice(&left)), (0, 8, ""));
    let done = plan.types("<enter>");
    assert_eq!((context(&done), done.book.contacts.len()), (Context::Report, 11));
    let again = done.types("<enter>");
    assert_eq!((notice(&again), again.book.contacts.len()), ("it is imported already", 11));
    let undone = again.types("<esc>u");
    assert_eq!(undone.book.contacts.len(), 8);
    assert_eq!(undone.types("<C-r>").book.contacts.len(), 11);
    let without = planned(80, 24).types("t<enter>");
    assert_eq!(without.book.contacts.len(), 10, "the twin is left out");
}

#[test]
fn a_plan_is_made_anew_with_other_options() {
    let mut plan = planned(80, 24);
    let paths = vec![PathBuf::from("/home/ada/contacts.vcf")];
    let dry = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let request = |effects: &[Effect]| match effects {
        [Effect::Import { request, .. }] => *request,
        other => panic!("{other:?}"),
    };
    let asked = effects(&mut plan, "r");
    let options = ImportOptions { restore: true, ..dry.clone() };
    assert_eq!(asked, [Effect::Import { request: request(&asked), paths: paths.clone(), options }]);
    let result = Ok(report(&plan.book));
    assert_eq!(update(&mut plan.state, Event::Imported { request: request(&asked), result }, NOW), []);
    let asked = effects(&mut plan, "t");
    let options = ImportOptions { restore: true, skip_twins: true, ..dry };
    assert_eq!(asked, [Effect::Import { request: request(&asked), paths: paths.clone(), options: options.clone() }]);
    let result = Ok(report(&plan.book));
    assert_eq!(update(&mut plan.state, Event::Imported { request: request(&asked), result }, NOW), []);
    let asked = effects(&mut plan, "enter");
    let options = ImportOptions { dry_run: false, ..options };
    assert_eq!(asked, [Effect::Import { request: request(&asked), paths, options }]);
}

#[test]
fn a_plan_is_for_the_account_of_what_is_shown_and_can_be_for_the_next() {
    assert_eq!(notice(&planned(80, 24).types("a")), "there is no other account");
    let webex = AccountId("webex".to_owned());
    let mut book = with_webex(AccountState::UpToDate { at: NOW });
    book.import = ImportReport { there: Some(612), ..report(&book) };
    let opened = |keys: &str| Screen::open(book.clone(), 80, 24).types(keys);
    let into = |screen: &Screen| match screen.state.modals.last() {
        Some(Modal::Report(report)) => (report.title(), report.options.account.clone()),
        other => panic!("{other:?}"),
    };
    let local = opened("icont<enter>");
    assert_eq!(into(&local), ("Import contacts.vcf into Local?".to_owned(), AccountId::local()));
    let other = local.types("a");
    assert_eq!(into(&other), ("Import contacts.vcf into Webex?".to_owned(), webex.clone()));
    insta::assert_snapshot!("import_into_an_account", other.picture());
    assert_eq!(into(&other.types("a")).1, AccountId::local());

    let mut preferred = opened("");
    preferred.state.accounts.preferred = Some(webex.clone());
    let preferred = preferred.types("icont<enter>");
    assert_eq!(into(&preferred).1, webex);
    let imported = preferred.types("<enter><esc>");
    let new = imported.book.contacts.iter().find(|contact| contact.profile.display_name == "Edsger Dijkstra");
    assert_eq!(new.unwrap().account, webex);
}

#[test]
fn whom_another_account_has_is_left_out_unless_the_account_is_asked_for() {
    let mut book = with_webex(AccountState::UpToDate { at: NOW });
    let in_webex = |name: &str| Elsewhere { name: name.to_owned(), account: AccountId("webex".to_owned()) };
    let elsewhere = vec![in_webex("Ada Lovelace"), in_webex("Grace Hopper")];
    book.import = ImportReport { unchanged: 3, elsewhere, ..ImportReport::default() };
    let plan = Screen::open(book.clone(), 80, 24).types("icont<enter>");
    insta::assert_snapshot!("import_of_whom_another_account_has", plan.picture());
    assert_eq!(notice(&plan.clone().types("<enter>")), "there is nothing to import");
    let new = |screen: &Screen| match screen.state.modals.last() {
        Some(Modal::Report(report)) => report.report.new.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!((new(&plan), new(&plan.types("aa"))), (0, 2), "back to the first account, by one's own will");
    let of_the_account = Screen::open(book, 80, 24).types("hGicont<enter>");
    assert_eq!(new(&of_the_account), 2, "the account is what is looked at");
}

#[test]
fn an_import_that_cannot_be_read_comes_back_to_the_picker() {
    let mut screen = screen("");
    screen.book.failure = Some(Failure::Refused("b c.vcf: cannot read it: No such file".to_owned()));
    let failed = screen.types("i'b c.vcf'<enter>");
    let [Modal::Picker(picker)] = &failed.state.modals[..] else { panic!("{:?}", failed.state.modals) };
    assert_eq!(picker.input.value(), "'/home/ada/b c.vcf'");
    assert_eq!(picker.problem.as_deref(), Some("b c.vcf: cannot read it: No such file"));
    assert_eq!(context(&failed.types("<enter>")), Context::Report);
}

#[test]
fn a_plan_with_nothing_to_do_says_so() {
    let plan = screen("icont<enter>");
    assert_eq!(notice(&plan.types("<enter>")), "there is nothing to import");
}

#[test]
fn what_takes_long_is_shown_stopped_or_put_aside() {
    let shown = under_way("icont<enter>", Stage::Reading);
    assert_eq!(context(&shown), Context::Progress);
    let stopped = shown.types("<esc>");
    assert_eq!((notice(&stopped), stopped.state.modals.len()), ("Stopped: the book is as it was", 0));
    assert!(stopped.state.in_flight.errands().next().is_none());

    let mut aside = under_way("icont<enter><tab>", Stage::Reading);
    assert_eq!(context(&aside), Context::Contacts);
    assert_eq!(notice(&under_way("icont<enter><tab>i", Stage::Reading)), "an import or an export is under way already");
    assert_eq!(context(&under_way("icont<enter><tab>I", Stage::Reading)), Context::Progress);
    assert!(!under_way("icont<enter><tab>q", Stage::Reading).has_quit);
    assert!(under_way("icont<enter><tab>qy", Stage::Reading).has_quit);
    assert!(under_way("icont<enter><C-c>", Stage::Reading).has_quit, "C-c always leaves");

    // The plan never comes under the fingers of somebody who does something else.
    aside = aside.types("n");
    let (request, result) = (aside.state.desk.transfer.as_ref().unwrap().request, Ok(report(&aside.book)));
    aside.happens(Event::Imported { request, result });
    assert_eq!(context(&aside), Context::Line);
    let text = "contacts.vcf: 3 new · 1 changed · 40 unchanged · 2 not readable · I look at it";
    assert_eq!(notice(&aside), text);
    assert_eq!(context(&aside.types("<esc>I")), Context::Report);
}

#[test]
fn a_late_stop_is_no_stop() {
    let writing = under_way("icont<enter><esc>", Stage::Writing);
    assert_eq!(notice(&writing), "it is being written, which is soon done");
    let mut late = under_way("icont<enter>", Stage::Comparing);
    let request = late.state.desk.transfer.as_ref().unwrap().request;
    assert_eq!(effects(&mut late, "esc"), [Effect::StopTransfer { request }]);
    let result = Ok(report(&late.book));
    late.happens(Event::Imported { request, result });
    late.happens(Event::TransferStopped { request });
    assert_eq!(context(&late), Context::Report);
}

#[test]
fn what_is_soon_done_holds_the_keys_and_shows_no_panel() {
    let mut screen = screen("icont");
    let asked = effects(&mut screen, "enter");
    let [Effect::Import { request, .. }] = asked[..] else { panic!("{asked:?}") };
    assert_eq!(effects(&mut screen, "esc"), [], "it waits");
    assert_eq!(context(&screen), Context::Contacts);
    let result = Ok(report(&screen.book));
    assert_eq!(update(&mut screen.state, Event::Imported { request, result }, NOW), []);
    assert_eq!(screen.state.modals.len(), 0, "the key closed the plan");
}

#[test]
fn an_export_says_who_in_which_format_and_where() {
    let export = |keys: &str| {
        let mut screen = screen(keys);
        let mut asked = effects(&mut screen, "enter");
        match asked.pop() {
            Some(Effect::Export { contacts, format, path, replace, .. }) => (contacts.len(), format, path, replace),
            other => panic!("{other:?}"),
        }
    };
    let path = |path: &str| PathBuf::from(path);
    assert_eq!(export("x"), (8, ExportFormat::Vcard4, path("~/contacts.vcf"), false));
    assert_eq!(export("/opt<enter>x").0, 2, "those who are shown");
    assert_eq!(export("/opt<enter>x<right>").0, 8);
    assert_eq!(export("hjjjjlx").2, path("~/Customers.vcf"));
    assert_eq!(export("x<tab><right>"), (8, ExportFormat::Json, path("~/contacts.json"), false));
    assert_eq!(export("x<tab><tab><C-u>/tmp/all.vcf<up><left>").2, path("/tmp/all.vcf"));
    assert_eq!(
        export("x<tab><tab><C-u>mine.vcf<up><right>").2,
        path("~/mine.json"),
        "the extension follows the format"
    );
    let unnamed = screen("x<tab><tab><C-u>~/<enter>");
    assert_eq!(context(&unnamed), Context::ExportFile);
}

#[test]
fn a_file_that_is_there_goes_only_upon_a_yes() {
    let asks = screen("x<enter>");
    assert_eq!(context(&asks), Context::Question);
    assert_eq!(context(&screen("x<enter>n")), Context::ExportChoice);
    let done = asks.types("y");
    assert_eq!((notice(&done), done.state.modals.len()), ("Exported 8 contacts to ~/contacts.vcf", 0));
}

#[test]
fn an_export_that_fails_comes_back_with_the_reason() {
    let mut screen = screen("x<tab><tab><C-u>/full/all.vcf");
    screen.book.failure = Some(Failure::Storage("cannot write /full/all.vcf: No space left on device".to_owned()));
    let failed = screen.types("<enter>");
    let [Modal::Exporter(form)] = &failed.state.modals[..] else { panic!("{:?}", failed.state.modals) };
    assert!(form.problem.as_ref().unwrap().contains("No space left"));
    assert_eq!(notice(&failed.types("<enter>")), "Exported 8 contacts to /full/all.vcf");
}

#[test]
fn paths_are_completed_as_far_as_they_agree() {
    let typed = |keys: &str| {
        let screen = screen(&format!("x<tab><tab><C-u>{keys}"));
        let Some(Modal::Exporter(form)) = screen.state.modals.last() else { panic!("{keys} left the form") };
        form.input.value().to_owned()
    };
    assert_eq!(typed("~/dow<tab>"), "~/Downloads/");
    assert_eq!(typed("~/c<tab>"), "~/c", "cards and contacts go on in two ways");
    assert_eq!(typed("~/ca<tab>"), "~/cards/");
    assert_eq!(typed("~/zzz<tab>"), "~/zzz");
}
