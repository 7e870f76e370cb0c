//! The form of a contact by keys: every field, words that complete, remarks about values, many groups.

use callbook::{
    app::{Context, Event, Form, Modal},
    book::{Address, Draft, Failure, GroupId, TypedValue},
};

use crate::{fake_book::FakeBook, harness::Screen, people, screen};

/// So many times to the next field. A new contact's cells: first, last and display name 0 to 2, phone 3 and 4, e-mail 5
/// and 6, company 7, title 8, groups 9 and 10, notes 11, address 12 to 19.
fn tabs(count: usize) -> String {
    "<tab>".repeat(count)
}

fn form(screen: &Screen) -> &Form {
    match screen.state.modals.last() {
        Some(Modal::Form(form)) => form,
        other => panic!("no form but {other:?}"),
    }
}

/// The words of the open list, and the one chosen.
fn words(screen: &Screen) -> (Vec<&str>, Option<&str>) {
    let list = form(screen).words.as_ref();
    let words = list.map(|list| list.words.iter().map(|choice| choice.shown.as_str()).collect());
    (words.unwrap_or_default(), list.and_then(|list| list.chosen()).map(|choice| choice.shown.as_str()))
}

fn remarks(screen: &Screen) -> Vec<(&str, bool)> {
    form(screen).remarks.iter().map(|remark| (remark.text.as_str(), remark.is_hint)).collect()
}

fn saved(screen: &Screen) -> &callbook::book::Contact {
    assert_eq!(screen.state.modals.len(), 0, "the form is still open: {:?}", screen.state.modals);
    screen.book.contacts.last().unwrap()
}

#[test]
fn every_field_is_typed_saved_undone_and_redone() {
    let keys = [
        "nZoë<tab>Ångström<tab>Zoë Å.<tab>",
        "+46 70 174 06 01<C-p><C-a>+46 8 123 456 78<S-tab><right><tab><tab>",
        "zoe@optik.example<C-a>zoe@boat.example<S-tab>boat<tab><tab>",
        "Uppsala Optik<tab>Engineer<tab>",
        " <tab>Choir<tab>",
        "met in Graz<enter>likes opera<tab>",
        "<right><tab>Dragarbrunnsgatan 1<tab>2 tr<tab>753 20<tab>Uppsala<tab>Uppland<tab>Sweden<tab>Box 12<tab>",
        "sip:zoe@sip.example<tab>https://zoe.example<tab>1984-02-29<tab>Zo<tab>Dr.<tab>Maria<tab>PhD<tab>",
        "Lenses<tab>Ada<tab><right><tab>https://zoe.example/z.png<C-s>",
    ];
    let made = screen(&keys.concat());
    let mut wanted = Draft::default();
    let profile = &mut wanted.profile;
    for (place, text) in [
        (&mut profile.first_name, "Zoë"),
        (&mut profile.last_name, "Ångström"),
        (&mut profile.display_name, "Zoë Å."),
        (&mut profile.company_name, "Uppsala Optik"),
        (&mut profile.title, "Engineer"),
        (&mut profile.department, "Lenses"),
        (&mut profile.manager, "Ada"),
        (&mut profile.primary_contact_method, "EMAIL"),
        (&mut profile.avatar_url, "https://zoe.example/z.png"),
        (&mut wanted.extras.notes, "met in Graz\nlikes opera"),
        (&mut wanted.extras.birthday, "1984-02-29"),
        (&mut wanted.extras.nickname, "Zo"),
        (&mut wanted.extras.prefix, "Dr."),
        (&mut wanted.extras.middle_name, "Maria"),
        (&mut wanted.extras.suffix, "PhD"),
    ] {
        text.clone_into(place);
    }
    let value = TypedValue::new;
    profile.phone_numbers = vec![value("mobile", "+46 70 174 06 01"), value("work", "+46 8 123 456 78")];
    profile.phone_numbers[0].primary = true;
    profile.emails = vec![value("work", "zoe@optik.example"), value("boat", "zoe@boat.example")];
    profile.sip_addresses = vec![value("work", "sip:zoe@sip.example")];
    wanted.extras.web_pages = vec![value("work", "https://zoe.example")];
    profile.addresses = vec![Address {
        kind: "work".to_owned(),
        street: "Dragarbrunnsgatan 1".to_owned(),
        extended: "2 tr".to_owned(),
        zip_code: "753 20".to_owned(),
        city: "Uppsala".to_owned(),
        state: "Uppland".to_owned(),
        country: "Sweden".to_owned(),
        po_box: "Box 12".to_owned(),
        ..Address::default()
    }];
    let group = |name: &str| made.book.groups.iter().find(|group| group.name == name).unwrap().id;
    wanted.groups = vec![group("Customers"), group("Choir")];
    assert_eq!(Draft::of(saved(&made)), wanted);

    let edited = made.types(&format!("e{}<C-u>Lead<enter>", tabs(12)));
    assert_eq!(saved(&edited).profile.title, "Lead");
    let undone = edited.types("uu");
    assert_eq!((undone.book.contacts.clone(), undone.book.groups.len()), (people().contacts, people().groups.len()));
    let redone = undone.types("<C-r>");
    assert_eq!(Draft::of(saved(&redone)), wanted);
    assert_eq!(saved(&redone.types("<C-r>")).profile.title, "Lead");
}

#[test]
fn few_tabs_lead_from_the_name_to_phone_and_mail() {
    let made = screen("nZoë<tab>Ångström<tab><tab>+46 70 174 06 01<tab>zoe@optik.example<enter>");
    let profile = &saved(&made).profile;
    assert_eq!(profile.phone_numbers, [TypedValue::new("mobile", "+46 70 174 06 01")]);
    assert_eq!(profile.emails, [TypedValue::new("work", "zoe@optik.example")]);
}

#[test]
fn a_word_of_the_book_is_taken_when_chosen_and_never_by_itself() {
    let typed = screen(&format!("nZoë{}opt", tabs(7)));
    assert_eq!(words(&typed), (vec!["Poznań Optics"], None));
    assert_eq!(typed.state.context(), Context::Line, "nothing is chosen yet");
    let on = typed.clone().types("ik<tab>");
    assert_eq!((form(&on).draft.profile.company_name.as_str(), words(&on)), ("optik", (vec![], None)));
    assert_eq!(saved(&typed.clone().types("<enter>")).profile.company_name, "opt");
    let taken = typed.clone().types("<down><enter>");
    assert_eq!(form(&taken).draft.profile.company_name, "Poznań Optics");
    assert_eq!(saved(&taken.types("<enter>")).profile.company_name, "Poznań Optics", "then Enter saves");
    let went_on = typed.clone().types("<down><tab>Boss<enter>");
    let profile = &saved(&went_on).profile;
    assert_eq!((profile.company_name.as_str(), profile.title.as_str()), ("Poznań Optics", "Boss"));
    let closed = typed.types("<esc>");
    assert_eq!((words(&closed).0.len(), closed.state.modals.len()), (0, 1), "the list closes before the form");
    assert_eq!(closed.types("<esc>").state.modals.len(), 2, "and only then it asks");
}

#[test]
fn towns_and_countries_complete_too_and_the_list_can_be_asked_for() {
    let town = screen(&format!("nZoë{}poz", tabs(16)));
    assert_eq!(words(&town).0, ["Poznań"]);
    let country = screen(&format!("nZoë{}<C-n>", tabs(18)));
    assert_eq!(words(&country), (vec!["Poland"], Some("Poland")));
    assert_eq!(form(&country.types("<enter>")).draft.profile.addresses[0].country, "Poland");
    let nothing = screen("n<C-n>");
    assert_eq!(words(&nothing).0.len(), 0);
    assert_eq!(nothing.state.notice.unwrap().text, "there are no words for this field");
}

#[test]
fn a_type_is_picked_typed_or_made_up() {
    let picker = screen(&format!("nZoë{} ", tabs(3)));
    let (all, chosen) = words(&picker);
    assert_eq!((all[0], all[3], chosen), ("mobile", "work extension", Some("mobile")));
    assert_eq!(picker.state.context(), Context::Words);
    let moved = picker.clone().types("<down><down><down><enter><tab>4711<enter>");
    assert_eq!(saved(&moved).profile.phone_numbers, [TypedValue::new("work_extension", "4711")]);
    let narrowed = picker.clone().types("fa");
    assert_eq!(words(&narrowed), (vec!["fax"], Some("fax")));
    let faxed = narrowed.types("<tab>1234567<enter>");
    assert_eq!(saved(&faxed).profile.phone_numbers, [TypedValue::new("fax", "1234567")]);
    let closed = picker.types("<esc>");
    assert_eq!((words(&closed).0.len(), form(&closed).draft.profile.phone_numbers[0].kind.as_str()), (0, "mobile"));

    let known = screen(&format!("nZoë{}Home<tab>1234567<enter>", tabs(3)));
    assert_eq!(saved(&known).profile.phone_numbers, [TypedValue::new("home", "1234567")], "a word there is");
    let own = screen(&format!("nZoë{}boat<tab>1234567<enter>", tabs(3)));
    assert_eq!(saved(&own).profile.phone_numbers, [TypedValue::new("boat", "1234567")]);
    let again = own.types(&format!("nBob{}bo", tabs(3)));
    assert_eq!(words(&again).0, ["boat"], "one's own word is offered from now on");
    let method = screen(&format!("nZoë{} <down><down><enter><enter>", "<S-tab><S-tab>"));
    assert_eq!(saved(&method).profile.primary_contact_method, "PHONE");
}

#[test]
fn a_value_is_looked_at_when_it_is_left_and_a_hint_stops_nobody() {
    let typing = screen(&format!("nZoë{}+46 70 123 45 6", tabs(3)));
    assert_eq!(remarks(&typing), [], "nobody is interrupted while typing");
    let left = typing.types("<tab>");
    assert_eq!(remarks(&left), [("this number is one digit short for Sweden", true)]);
    let mended = left.clone().types("<S-tab>7");
    assert_eq!(remarks(&mended), []);
    assert_eq!(remarks(&mended.types("<tab>")), []);
    assert_eq!(saved(&left.types("<enter>")).profile.phone_numbers[0].value, "+46 70 123 45 6", "kept as typed");
    // What has no country code belongs where the owner lives, if that is known.
    let here = |region: Option<&str>| {
        let mut screen = screen("");
        screen.state.aids.region = region.map(str::to_owned);
        let left = screen.types(&format!("nZoë{}070 123 45 6<tab>", tabs(3)));
        remarks(&left).len()
    };
    assert_eq!((here(None), here(Some("SE"))), (0, 1));
}

#[test]
fn what_is_broken_is_said_with_its_remedy_and_keeps_the_form_open() {
    let left = screen(&format!("nZoë{}ada at example.org<tab>", tabs(6)));
    let remark = ("'ada at example.org' does not look like name@example.org", false);
    assert_eq!(remarks(&left), [remark]);
    let refused = left.types(&format!("{}1985-02-29<C-s>", tabs(17)));
    assert_eq!(remarks(&refused), [remark, ("there is no day 1985-02-29", false)]);
    assert_eq!(form(&refused).editor.value(), "ada at example.org", "the first one has the focus");
    let mended = refused.types(&format!("<C-u>ada@example.org{}<C-u>1985-02-28<C-s>", tabs(18)));
    assert_eq!(saved(&mended).extras.birthday, "1985-02-28");
}

#[test]
fn a_value_typed_into_its_type_is_not_lost_in_silence() {
    let stray = screen(&format!("nZoë{}ada at example.org<C-s>", tabs(5)));
    let text = "'ada at example.org' stands in the type: type the value here, or drop the row";
    assert_eq!(remarks(&stray), [(text, false)]);
    assert_eq!(saved(&stray.clone().types("<C-d><C-s>")).profile.emails, []);
    let left = screen(&format!("nZoë{}boat<tab><tab>", tabs(5)));
    assert_eq!(remarks(&left).len(), 1);
    assert_eq!(saved(&stray.types("ada@example.org<C-s>")).profile.emails[0].label, "ada at example.org");
}

#[test]
fn remarks_go_with_their_rows() {
    let two = screen(&format!("nZoë{}no<C-a>zoe@x.example<C-a>neither<tab>", tabs(6)));
    assert_eq!(remarks(&two).len(), 2);
    let dropped = two.types(&format!("{}<C-d>", "<S-tab>".repeat(5)));
    assert_eq!(remarks(&dropped), [("'neither' does not look like name@example.org", false)]);
    assert_eq!(form(&dropped).draft.profile.emails.len(), 2);
}

#[test]
fn a_paste_of_a_hundred_lines_is_one_edit() {
    let text = (0..100).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n") + "\n";
    let mut line = screen(&format!("nZoë{}x<left>", tabs(7)));
    line.happens(Event::Pasted(text.clone()));
    let company = &form(&line).draft.profile.company_name;
    assert!(company.starts_with("line 0 line 1 ") && company.ends_with("line 99x"), "{company}");
    let mut notes = screen(&format!("n{}", tabs(11)));
    notes.happens(Event::Pasted(text.clone()));
    assert_eq!(form(&notes).draft.extras.notes, text.trim_end());
    let mut number = screen(&format!("n{}", tabs(3)));
    number.happens(Event::Pasted("+46 70 174 06 01\n".to_owned()));
    assert_eq!(form(&number).draft.profile.phone_numbers[0].value, "+46 70 174 06 01", "a type takes no paste");
}

/// A book of sixty groups.
fn sixty_groups() -> FakeBook {
    let mut book = people();
    for number in 0..57 {
        book.group(&format!("Group {number:02} of many"));
    }
    book
}

#[test]
fn sixty_groups_are_narrowed_by_typing() {
    let open = Screen::open(sixty_groups(), 80, 24).types(&format!("e{}", tabs(9)));
    let found = open.types("42 ");
    let id = |screen: &Screen, name: &str| screen.book.groups.iter().find(|group| group.name == name).unwrap().id;
    let ticked: Vec<GroupId> = vec![id(&found, "Friends"), id(&found, "Group 42 of many")];
    assert_eq!(form(&found).draft.groups, ticked);
    let cleared = found.types("<esc>");
    assert_eq!((cleared.state.modals.len(), form(&cleared).groups.query.value()), (1, ""), "the query goes first");
    assert_eq!(form(&cleared.types("<right><left> ")).draft.groups, ticked[1..], "those it was in come first");
}

#[test]
fn words_and_numbers_are_asked_for_once() {
    let mut screen = screen("n");
    screen.asked.clear();
    let screen = screen.types(&format!("{}+46 70 174 06 01<tab><S-tab><S-tab><tab>", tabs(3)));
    let count = |name: &str| screen.asked.iter().filter(|asked| **asked == name).count();
    assert_eq!((count("load words"), count("check number")), (1, 2), "{:?}", screen.asked);
}

#[test]
fn a_form_that_could_not_be_saved_keeps_its_list_of_rows() {
    let mut screen = screen(&format!("nZoë{}1234567<C-a>7654321", tabs(4)));
    screen.book.failure = Some(Failure::Storage("the disk is full; nothing was saved".to_owned()));
    let failed = screen.types("<enter>");
    assert_eq!(form(&failed).draft.profile.phone_numbers.len(), 2);
    let saved = failed.types("<enter>");
    assert_eq!((saved.state.modals.len(), saved.book.undo.len()), (0, 1));
}

macro_rules! pictures {
    ($($name:ident: $width:literal x $height:literal $keys:expr;)*) => { $(
        #[test]
        fn $name() {
            insta::assert_snapshot!(Screen::open(sixty_groups(), $width, $height).types(&$keys).picture());
        }
    )* };
}

const LONG: &str = "東京光学株式会社 & Sons, Manufacturers of Very Long Names and 👩‍👩‍👧 Lenses GmbH & Co. KGaA";

pictures! {
    type_picker_wide: 120 x 36 format!("jjjje{} ", tabs(3));
    type_picker: 80 x 24 format!("jjjje{} <down>", tabs(5));
    type_picker_small: 50 x 16 format!("jjjje{} <down>", tabs(3));
    type_picker_tiny: 20 x 5 format!("jjjje{} <down>", tabs(3));
    completion_wide: 120 x 36 format!("nZoë{}a", tabs(7));
    completion: 80 x 24 format!("nZoë{}a<down>", tabs(7));
    completion_small: 50 x 16 format!("nZoë{}a<down>", tabs(7));
    completion_tiny: 20 x 5 format!("nZoë{}a<down>", tabs(7));
    problems_wide: 120 x 36 format!("nZoë{}+46 70 123 45 6<tab><tab>ada at example.org<tab>", tabs(3));
    problems: 80 x 24 format!("nZoë{}+46 70 123 45 6<tab><tab>ada at example.org<C-s>", tabs(3));
    problems_small: 50 x 16 format!("nZoë{}+46 70 123 45 6<tab><tab>ada at example.org<C-s>", tabs(3));
    problems_tiny: 20 x 5 format!("nZoë{}ada<C-s>", tabs(6));
    long_and_wide: 120 x 36 format!("n{LONG}{}{LONG}<left><left>", tabs(7));
    long_and_wide_small: 50 x 16 format!("n{LONG}{}{LONG}<home><right><right>", tabs(7));
    long_and_wide_tiny: 20 x 5 format!("n{LONG}<left>");
    many_groups: 80 x 24 format!("jjjje{}<right><right>", tabs(11));
    many_groups_found: 80 x 24 format!("jjjje{}1", tabs(11));
}
