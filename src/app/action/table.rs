//! The table itself.

use Context::{
    Checklist, Choice, Conflict, Contacts, Details, ExportChoice, ExportFile, Filter, Groups, Help, Line, Log, Members,
    Memberships, Menu, Notes, Palette, People, Picker, Plan, Progress, Qr, Question, Queue, Report, SignIn, SignOut,
    SyncConflict, WhoIsWho, Words,
};
use Outcome::{Asks, Changes, Closes, Opens};

use super::{
    Action, Answer, App, Context, Motion, OnAccount, OnContacts, OnExport, OnFilter, OnForm, OnGroups, OnMarks,
    OnMembership, OnPanes, OnPicker, OnSettle, OnSync, OnTransfer, OnValue, Outcome, Spec,
};

const EVERYWHERE: &[Context] = &Context::ALL;
const PANES: &[Context] = &[Contacts, Groups, Details];
const SCROLLS: &[Context] = &[Contacts, Groups, Details, Report, Log, Help, Menu, Queue, SyncConflict, WhoIsWho, Plan];
/// Where what is selected is shown in another pane.
const LISTS: &[Context] = &[Contacts, Groups];
const FINDS: &[Context] = &[Contacts, Groups, Details, Help];
const STEPS: &[Context] =
    &[Contacts, Groups, Details, Report, Log, Help, Palette, People, Menu, Picker, Queue, SyncConflict, WhoIsWho, Plan];
const ON_CONTACTS: &[Context] = &[Contacts, Details];
const PAGES: &[Context] = &[
    Contacts,
    Groups,
    Details,
    Report,
    Log,
    Help,
    Members,
    Palette,
    People,
    Picker,
    Queue,
    SyncConflict,
    WhoIsWho,
    Plan,
];
const EXPORT: &[Context] = &[ExportChoice, ExportFile];
const FORM: &[Context] = &[Line, Notes, Choice, Checklist, Members, Words];
const FORM_BUT_NOTES: &[Context] = &[Line, Choice, Checklist, Members];

const fn spec(
    action: Action,
    name: &'static str,
    title: &'static str,
    contexts: &'static [Context],
    keys: &'static [&'static str],
    hint: &'static str,
    outcome: Outcome,
) -> Spec {
    Spec { action, name, title, contexts, keys, hint, outcome }
}

/// Every action, in the order of the footer and the help screen.
#[rustfmt::skip]
pub static TABLE: &[Spec] = &[
    spec(Action::Answer(Answer::Yes), "question.yes", "Yes", &[Question], &["y", "enter"], "yes", Asks("perform")),
    spec(Action::Answer(Answer::No), "question.no", "No, leave it as it is", &[Question], &["n", "esc"], "no", Closes),
    spec(Action::Answer(Answer::KeepMine), "conflict.mine", "Keep mine: my fields over theirs", &[Conflict], &["m"], "keep mine", Asks("perform")),
    spec(Action::Answer(Answer::TakeTheirs), "conflict.theirs", "Take theirs: drop what I typed", &[Conflict], &["t"], "take theirs", Closes),
    spec(Action::Answer(Answer::Back), "conflict.back", "Back to the form", &[Conflict], &["esc", "b"], "back", Closes),
    spec(Action::Settle(OnSettle::Mine), "sync_conflict.mine", "Keep mine: my values go there", &[SyncConflict], &["m"], "keep mine", Asks("answer conflict")),
    spec(Action::Settle(OnSettle::Theirs), "sync_conflict.theirs", "Take theirs: their values come here", &[SyncConflict], &["t"], "take theirs", Asks("answer conflict")),
    spec(Action::Settle(OnSettle::Both), "sync_conflict.both", "Keep both: theirs here, mine in a contact of its own", &[SyncConflict], &["b"], "keep both", Asks("answer conflict")),
    spec(Action::Settle(OnSettle::Same), "who_is_who.same", "They are the same, one by one", &[WhoIsWho], &["s"], "the same", Asks("answer twins")),
    spec(Action::Settle(OnSettle::Different), "who_is_who.different", "They are different people", &[WhoIsWho], &["d"], "different people", Asks("answer twins")),
    spec(Action::Settle(OnSettle::Apply), "plan.apply", "Carry the plan out as it stands here", &[Plan], &["a"], "apply", Asks("confirm brake")),
    spec(Action::Settle(OnSettle::Leave), "plan.leave", "Leave it: nothing of the plan is done", &[Plan], &["n"], "leave it", Asks("refuse brake")),
    spec(Action::Settle(OnSettle::KeepCopy), "sign_out.keep", "Sign out and keep a copy on this machine", &[SignOut], &["k"], "keep a copy", Asks("sign out")),
    spec(Action::Settle(OnSettle::RemoveCopy), "sign_out.remove", "Sign out and remove its contacts from this machine", &[SignOut], &["r"], "remove", Asks("sign out")),
    spec(Action::Settle(OnSettle::OpenPage), "sign_in.open", "Open the page in a browser", &[SignIn], &["enter", "o"], "open", Asks("open")),
    spec(Action::Settle(OnSettle::CopyCode), "sign_in.copy", "Copy the code", &[SignIn], &["y"], "copy the code", Asks("copy")),
    spec(Action::Settle(OnSettle::Again), "sign_in.again", "Try once more", &[SignIn], &["r"], "try again", Asks("sign in")),
    spec(Action::Settle(OnSettle::Trust), "sign_in.trust", "Yes: trust this key server", &[SignIn], &["t"], "trust it", Asks("trust key server")),
    spec(Action::Settle(OnSettle::Distrust), "sign_in.distrust", "No: do not trust this key server", &[SignIn], &["n"], "do not trust", Asks("trust key server")),
    spec(Action::Settle(OnSettle::CancelSignIn), "sign_in.cancel", "Give the sign-in up", &[SignIn], &["esc"], "cancel", Closes),
    spec(Action::Settle(OnSettle::Show), "queue.show", "Show the contact or group, or what you are asked about it", &[Queue], &["enter"], "show", Closes),
    spec(Action::Settle(OnSettle::Retry), "queue.retry", "Try this one now", &[Queue], &["r"], "try now", Asks("retry sending")),
    spec(Action::Settle(OnSettle::RetryAll), "queue.retry_all", "Try all of them now", &[Queue], &["R"], "try all", Asks("retry sending")),
    spec(Action::Settle(OnSettle::Drop), "queue.drop", "Drop this change: it becomes again what is there", &[Queue], &["d"], "drop", Asks("drop sending")),
    spec(Action::Answer(Answer::Import), "import.start", "Import as planned", &[Report], &["enter"], "import", Asks("import")),
    spec(Action::Answer(Answer::Restore), "import.restore", "Restore who lies in the trash, or leave them there", &[Report], &["r"], "restore", Asks("import")),
    spec(Action::Answer(Answer::Twins), "import.twins", "Leave out who may be in the book already, or bring them in", &[Report], &["t"], "twins", Asks("import")),
    spec(Action::Answer(Answer::Account), "import.account", "Import into the next account", &[Report], &["a"], "account", Asks("import")),
    spec(Action::Picker(OnPicker::Choose), "picker.choose", "Import the file or what is marked; go into the directory", &[Picker], &["enter"], "choose", Asks("import")),
    spec(Action::Picker(OnPicker::Mark), "picker.mark", "Mark it, to import several files or a whole directory", &[Picker], &["tab"], "mark", Changes),
    spec(Action::Picker(OnPicker::Parent), "picker.parent", "Up to the directory that holds this one", &[Picker], &["A-up"], "up", Asks("list directory")),
    spec(Action::Picker(OnPicker::EveryFile), "picker.every_file", "Show every file, or only files of contacts", &[Picker], &["A-a"], "any file", Changes),
    spec(Action::Picker(OnPicker::Hidden), "picker.hidden", "Show hidden files, or hide them again", &[Picker], &["A-."], "hidden", Changes),
    spec(Action::Transfer(OnTransfer::Stop), "transfer.stop", "Stop: the book and the file stay as they are", &[Progress], &["esc"], "stop", Asks("stop transfer")),
    spec(Action::Transfer(OnTransfer::Aside), "transfer.aside", "Go on with something else meanwhile", &[Progress], &["tab", "enter"], "go on meanwhile", Closes),
    spec(Action::Export(OnExport::Start), "export.start", "Write the file", EXPORT, &["enter"], "export", Asks("export")),
    spec(Action::Export(OnExport::Complete), "export.complete", "Complete the path", &[ExportFile], &["tab"], "complete", Changes),
    spec(Action::Export(OnExport::NextChoice), "export.next_choice", "The next one to choose from", &[ExportChoice], &["right", "l", "space"], "choose", Changes),
    spec(Action::Export(OnExport::PreviousChoice), "export.previous_choice", "The previous one to choose from", &[ExportChoice], &["left", "h"], "", Changes),
    spec(Action::Export(OnExport::Next), "export.next", "To the next field", &[ExportChoice], &["tab", "down", "j"], "next", Changes),
    spec(Action::Export(OnExport::Previous), "export.previous", "To the previous field", EXPORT, &["S-tab", "up"], "", Changes),
    spec(Action::Answer(Answer::Select), "menu.choose", "Do what is selected", &[Menu], &["enter"], "choose", Asks("open")),
    spec(Action::Answer(Answer::Run), "palette.run", "Run the selected command", &[Palette], &["enter"], "run", Closes),

    spec(Action::Answer(Answer::Choose), "people.choose", "Add the person, or go to the contact that is there already", &[People], &["enter"], "choose", Opens("form")),

    spec(Action::Filter(OnFilter::Keep), "filter.keep", "Keep the filter and go to the list", &[Filter], &["enter", "tab"], "keep", Changes),
    spec(Action::Filter(OnFilter::Clear), "filter.clear", "Show everything again, then unmark", &[Filter, Contacts, Groups, Details], &["esc"], "clear", Changes),

    spec(Action::Form(OnForm::Save), "form.save", "Save", FORM_BUT_NOTES, &["enter"], "save", Asks("perform")),
    spec(Action::Form(OnForm::SaveAnyway), "form.save_anyway", "Save, also from the notes", FORM, &["C-s"], "", Asks("perform")),
    spec(Action::Form(OnForm::TakeWord), "form.take_word", "Take the word chosen", &[Words], &["enter"], "take", Changes),
    spec(Action::Form(OnForm::CloseWords), "form.close_words", "Close the list of words", &[Words], &["esc"], "back", Changes),
    spec(Action::Form(OnForm::NextWord), "form.next_word", "The next word of the list", &[Words], &["down", "C-n"], "", Changes),
    spec(Action::Form(OnForm::PreviousWord), "form.previous_word", "The previous word of the list", &[Words], &["up"], "", Changes),
    spec(Action::Form(OnForm::NextChoice), "form.next_choice", "The next word, the next group", &[Choice, Checklist], &["right"], "choose", Changes),
    spec(Action::Form(OnForm::PreviousChoice), "form.previous_choice", "The previous word, the previous group", &[Choice, Checklist], &["left"], "", Changes),
    spec(Action::Form(OnForm::Words), "form.words", "The words to choose from", &[Line, Choice], &["C-n"], "words", Changes),
    spec(Action::Form(OnForm::Toggle), "form.toggle", "In the group, or not", &[Checklist, Members], &["space"], "tick", Changes),
    spec(Action::Form(OnForm::AddRow), "form.add_row", "Another number or address", &[Line, Choice], &["C-a"], "add", Changes),
    spec(Action::Form(OnForm::DropRow), "form.drop_row", "The number or address goes", &[Line, Choice], &["C-d"], "drop", Changes),
    spec(Action::Form(OnForm::Primary), "form.primary", "The preferred one, or not", &[Line, Choice], &["C-p"], "main", Changes),
    spec(Action::Form(OnForm::Next), "form.next", "To the next field", FORM, &["tab"], "next", Changes),
    spec(Action::Form(OnForm::Previous), "form.previous", "To the previous field", FORM, &["S-tab"], "", Changes),
    spec(Action::Form(OnForm::Down), "form.down", "To the field below", FORM_BUT_NOTES, &["down"], "", Changes),
    spec(Action::Form(OnForm::Up), "form.up", "To the field above", FORM_BUT_NOTES, &["up"], "", Changes),

    spec(Action::Membership(OnMembership::Save), "memberships.save", "Save; while something is typed, tick that", &[Memberships], &["enter"], "save", Asks("perform")),
    spec(Action::Membership(OnMembership::Tick), "memberships.tick", "In the group, or not", &[Memberships], &["space"], "tick", Changes),
    spec(Action::Membership(OnMembership::Up), "memberships.up", "To the group above", &[Memberships], &["up"], "", Changes),
    spec(Action::Membership(OnMembership::Down), "memberships.down", "To the group below", &[Memberships], &["down"], "", Changes),

    spec(Action::Sync(OnSync::Conflict), "sync.conflict", "Conflicts: what waits for your answer", PANES, &["w c"], "answer", Opens("sync conflict")),
    spec(Action::Sync(OnSync::Plan), "sync.plan", "Show the plan that was stopped", PANES, &["w p"], "plan", Opens("plan")),
    spec(Action::Value(OnValue::Act), "value.act", "Act on the value: call, write to, open", &[Details], &["enter"], "act", Asks("open")),
    spec(Action::Contacts(OnContacts::Create), "contacts.create", "A new contact", ON_CONTACTS, &["n"], "new", Opens("form")),
    spec(Action::Contacts(OnContacts::Edit), "contacts.edit", "Edit the contact", ON_CONTACTS, &["e"], "edit", Opens("form")),
    spec(Action::Contacts(OnContacts::Delete), "contacts.delete", "Delete the contact or the marked ones (to the trash)", ON_CONTACTS, &["d"], "delete", Opens("question")),
    spec(Action::Contacts(OnContacts::Restore), "contacts.restore", "Restore the contact or the marked ones from the trash", ON_CONTACTS, &["r"], "restore", Asks("perform")),
    spec(Action::Groups(OnGroups::Create), "groups.create", "A new group", &[Groups], &["n"], "new group", Opens("group form")),
    spec(Action::Groups(OnGroups::Edit), "groups.edit", "Edit the group: name, type, members", &[Groups], &["e"], "edit", Opens("group form")),
    spec(Action::Groups(OnGroups::Delete), "groups.delete", "Delete the group (its members stay)", &[Groups], &["d"], "delete", Opens("question")),
    spec(Action::Filter(OnFilter::Start), "filter.start", "Find: names, company, numbers, groups, note:", FINDS, &["/"], "find", Changes),
    spec(Action::Value(OnValue::Call), "value.call", "Call the number or SIP address", PANES, &["c"], "call", Asks("open")),
    spec(Action::Value(OnValue::Copy), "value.copy", "Copy the value", PANES, &["y"], "copy", Asks("copy")),
    spec(Action::Value(OnValue::Mail), "value.mail", "Write an e-mail", PANES, &["m"], "mail", Asks("open")),
    spec(Action::Value(OnValue::Open), "value.open", "Open the web page", PANES, &["o"], "", Asks("open")),
    spec(Action::Value(OnValue::Qr), "value.qr", "Show the contact or its number as a QR code", PANES, &["Q"], "", Opens("qr code")),
    spec(Action::Marks(OnMarks::One), "marks.one", "Mark the contact, or unmark it", &[Contacts], &["space"], "mark", Changes),
    spec(Action::Contacts(OnContacts::Groups), "contacts.groups", "Groups of the contact or the marked ones", ON_CONTACTS, &["t"], "groups", Opens("memberships")),
    spec(Action::Contacts(OnContacts::Favour), "contacts.favourite", "A favourite, or not", ON_CONTACTS, &["f"], "", Asks("perform")),
    spec(Action::Marks(OnMarks::Range), "marks.range", "Mark a range: begin, end", &[Contacts], &["V"], "", Changes),
    spec(Action::Marks(OnMarks::All), "marks.all", "Mark all that are shown, or none", &[Contacts], &["*"], "", Changes),
    spec(Action::Contacts(OnContacts::Sort), "contacts.sort", "The next order: name, last name, company, latest change", PANES, &["s"], "", Asks("sort")),
    spec(Action::Contacts(OnContacts::EditText), "contacts.edit_text", "Edit the contact as text in your editor", ON_CONTACTS, &["E"], "", Asks("edit text")),
    spec(Action::Contacts(OnContacts::EditOther), "contacts.edit_other", "Edit the contact as a vCard (as TOML if vCard is set)", ON_CONTACTS, &["A-e"], "", Asks("edit text")),
    spec(Action::Contacts(OnContacts::CreateText), "contacts.create_text", "A new contact as text in your editor", ON_CONTACTS, &["N"], "", Asks("edit text")),
    spec(Action::App(App::Import), "app.import", "Import files of contacts", PANES, &["i"], "import", Opens("picker")),
    spec(Action::App(App::Export), "app.export", "Export contacts to a file", PANES, &["x"], "", Opens("export")),
    spec(Action::Transfer(OnTransfer::Show), "transfer.show", "Show the import or export under way", PANES, &["I"], "progress", Opens("progress")),
    spec(Action::App(App::Demo), "app.demo", "Try the demo book (while yours is empty)", PANES, &["D"], "demo", Asks("open demo")),
    spec(Action::App(App::Undo), "app.undo", "Undo the latest change", PANES, &["u"], "undo", Asks("perform")),
    spec(Action::App(App::Redo), "app.redo", "Do again what was undone", PANES, &["C-r"], "", Asks("perform")),
    spec(Action::Sync(OnSync::Now), "sync.now", "Sync with Webex now", PANES, &["R", "f5"], "", Asks("sync now")),
    spec(Action::Sync(OnSync::Queue), "sync.queue", "Queue: what waits to be sent", PANES, &["w q"], "", Opens("queue")),
    spec(Action::Sync(OnSync::Cancel), "sync.cancel", "Stop the sync under way", PANES, &["w x"], "", Asks("cancel sync")),
    spec(Action::Sync(OnSync::Directory), "sync.directory", "Ask the directory of Webex anew", PANES, &["w d"], "", Asks("refresh directory")),
    spec(Action::Account(OnAccount::SignIn), "account.sign_in", "Sign in to Webex", PANES, &["w i"], "", Opens("sign-in")),
    spec(Action::Account(OnAccount::Add), "account.add", "Sign in to another Webex account", PANES, &["w a"], "", Opens("sign-in")),
    spec(Action::Account(OnAccount::SignOut), "account.sign_out", "Sign out of Webex", PANES, &["w o"], "", Opens("sign-out")),
    spec(Action::Account(OnAccount::CopyTo), "account.copy_to", "Copy the contact or the marked ones to another account", ON_CONTACTS, &["w y"], "", Asks("perform")),
    spec(Action::Account(OnAccount::MoveTo), "account.move_to", "Move the contact or the marked ones to another account", ON_CONTACTS, &["w m"], "", Opens("question")),
    spec(Action::Contacts(OnContacts::AddPerson), "contacts.add_person", "Add a person of the directory", PANES, &["a"], "people", Opens("people")),

    spec(Action::Move(Motion::Up), "move.up", "Up", STEPS, &["k", "up"], "", Changes),
    spec(Action::Move(Motion::Down), "move.down", "Down", STEPS, &["j", "down"], "", Changes),
    spec(Action::Move(Motion::Left), "move.left", "To the pane on the left", PANES, &["h", "left"], "", Changes),
    spec(Action::Move(Motion::Right), "move.right", "To the pane on the right", PANES, &["l", "right"], "", Changes),
    spec(Action::Move(Motion::Into), "move.into", "Into what is selected", LISTS, &["enter"], "", Changes),
    spec(Action::Move(Motion::NextPane), "move.next_pane", "To the next pane", PANES, &["tab"], "", Changes),
    spec(Action::Move(Motion::PreviousPane), "move.previous_pane", "To the previous pane", PANES, &["S-tab"], "", Changes),
    spec(Action::Move(Motion::PageUp), "move.page_up", "A page up", PAGES, &["pageup"], "", Changes),
    spec(Action::Move(Motion::PageDown), "move.page_down", "A page down", PAGES, &["pagedown"], "", Changes),
    spec(Action::Move(Motion::HalfUp), "move.half_up", "Half a page up", SCROLLS, &["C-u"], "", Changes),
    spec(Action::Move(Motion::HalfDown), "move.half_down", "Half a page down", SCROLLS, &["C-d"], "", Changes),
    spec(Action::Move(Motion::First), "move.first", "To the top", SCROLLS, &["g g", "home"], "", Changes),
    spec(Action::Move(Motion::Last), "move.last", "To the bottom", SCROLLS, &["G", "end"], "", Changes),
    spec(Action::Panes(OnPanes::Narrower), "panes.narrower", "The pane narrower", PANES, &["<"], "", Changes),
    spec(Action::Panes(OnPanes::Wider), "panes.wider", "The pane wider", PANES, &[">"], "", Changes),
    spec(Action::Panes(OnPanes::Even), "panes.even", "The panes as wide as they were", PANES, &["="], "", Changes),

    spec(Action::App(App::Close), "app.close", "Close", &[Line, Notes, Choice, Checklist, Members, Memberships, People, Picker, ExportChoice, ExportFile, Report, Log, Help, Palette, Menu, Qr, Queue, SyncConflict, WhoIsWho, Plan, SignOut], &["esc"], "close", Closes),
    spec(Action::App(App::Palette), "app.palette", "Find a command and run it", EVERYWHERE, &[":", "f2"], "all", Opens("palette")),
    spec(Action::App(App::NextTheme), "app.theme", "The next theme", PANES, &["T"], "", Changes),
    spec(Action::App(App::Mouse), "app.mouse", "The mouse on or off (off, the terminal marks text itself)", PANES, &["M"], "", Asks("capture mouse")),
    spec(Action::App(App::Help), "app.help", "Show the keys", EVERYWHERE, &["?", "f1"], "help", Opens("help")),
    spec(Action::App(App::Log), "app.log", "What happened so far", &[Contacts, Groups, Details, Log], &["L"], "", Opens("log")),
    spec(Action::App(App::Redraw), "app.redraw", "Draw the screen anew", EVERYWHERE, &["C-l"], "", Asks("redraw")),
    spec(Action::App(App::Suspend), "app.suspend", "Back to the shell for a while (`fg` comes back)", EVERYWHERE, &["C-z"], "", Asks("suspend")),
    spec(Action::App(App::Quit), "app.quit", "Quit", PANES, &["q"], "quit", Asks("quit")),
    spec(Action::App(App::Leave), "app.leave", "Quit from anywhere", EVERYWHERE, &["C-c"], "", Asks("quit")),
];
