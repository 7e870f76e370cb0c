//! What the screen means: a pure state machine. Events come in, effects go out; [`update()`] is the only place that
//! decides. Nothing here touches a disk, a clock or a terminal.
//!
//! Keys typed while an answer is awaited that decides what they mean (a save under way, a filter not yet applied) are
//! held back and played once it is there, so that fast typing means the same as slow typing.

mod accounts;
pub mod action;
mod answers;
mod conflict;
mod contacts;
mod deed;
mod details;
mod effect;
mod event;
mod export;
mod footer;
mod form;
mod group_form;
mod groups;
mod help;
mod homes;
mod import;
mod in_flight;
mod input;
mod kept;
mod key;
mod keymap;
pub mod layout;
mod list;
mod listing;
mod log;
mod look;
mod marks;
mod members;
mod memberships;
mod menu;
mod modal;
mod mouse;
mod notice;
mod palette;
mod panes;
mod people;
mod picker;
mod qr;
mod question;
mod roster;
mod settings;
mod state;
pub mod text;
mod text_edit;
mod transfer;
mod update;
mod values;

pub use accounts::{
    AccountDeed, AccountWords, Accounts, DisputeLine, DisputeView, PlanView, QueueView, SignIn, SignInAreas,
    SignInLine, SignInStep, SignOut, TwinsLine, TwinsView, Urgency,
};
pub use action::{Action, Context, Outcome, Spec, TABLE};
pub use conflict::Conflict;
pub use contacts::{ContactLine, Contacts, Filter, Heading};
pub use deed::{Deed, Link};
pub use details::{Around, DetailLine, Details, History, Item, Kind, LABEL_WIDTH, MARGIN, Sheet, Weight, Whose};
pub use effect::Effect;
pub use event::{Answered, Event, Opening, SignInEnd};
pub use export::{COMPLETIONS, ExportCell, Exporter};
pub use footer::{HintLine, PlacedHint};
pub use form::{
    Cell, Check, Content, Form, FormLine, LABEL_WIDTH as FORM_LABEL_WIDTH, Part, Remark, TYPE_WIDTH, WordList,
};
pub use group_form::{GroupCell, GroupForm, GroupLine};
pub use groups::{Groups, Level, Section, SectionLine};
pub use help::{Help, HelpLine};
pub use homes::{Home, Homes};
pub use import::{Report, ReportLine, Weight as ReportWeight, name as import_name};
pub use in_flight::{Errand, InFlight, RequestId};
pub use input::cursor_byte;
pub use kept::Kept;
pub use key::{Code, Key};
pub use keymap::{Keymap, Meaning};
pub use list::List;
pub use listing::{EntryKind, FileEntry, Listing, size_in_words};
pub use log::{Log, LogEntry, LogLine, LogView};
pub use look::{Ground, Look};
pub use marks::Marks;
pub use members::Members;
pub use memberships::{Choice, ChoiceLine, Memberships, Tick};
pub use menu::Menu;
pub use modal::Modal;
pub use mouse::{Gesture, Mouse, Pointer};
pub use notice::{Notice, Tone};
pub use palette::{Entry, Palette};
pub use people::{People, PeopleAreas, PersonLine, PersonWeight, Standing};
pub use picker::{Choice as PickerChoice, Picker};
pub use qr::Qr;
pub use question::{Question, Then};
pub use roster::Roster;
pub use settings::Settings;
pub use state::{Aids, Hint, Keyboard, Pane, State};
pub use text_edit::{TextBack, TextEdit, TextEdits};
pub use transfer::{Exported, Transfer, TransferDesk};
pub use update::update;
