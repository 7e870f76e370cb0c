//! callbook: the terminal address book.
//!
//! # The house
//!
//! ```text
//!  6   main.rs                                     arguments, log, exit code
//!  5   runtime/          cli/                      the only two places that do things in order
//!  4   ui/               sync/                     state -> cells, or words (`ui::plain`) · one sync of an account
//!  3   app/              store/                    what the screen means · the embedded SQLite book
//!  2   search/   exchange/   plan/   webex/        matching · vCard, CSV, LDIF, JSON · what a sync does · the wire
//!  1   book/   config.rs                           contacts, groups, changes: the words of the domain · settings
//! ```
//!
//! A folder uses only folders on a lower floor, never one beside or above it; `book`, `search`, `exchange`, `plan`,
//! `app` and `ui` are pure: no IO, no clock, no randomness, no threads. `tests/architecture.rs` checks both.
//!
//! # A key on the keyboard
//!
//! ```text
//!  terminal events ─┐
//!  answers        ──┼─► Event ─► app::update(&mut State, Event, now) ─► Vec<Effect> ─► runtime ─► thread ─► one Event
//!  signals        ──┘                                │
//!                                                    ▼
//!                               ui::draw(&State, &Theme, area, &mut Buffer)
//! ```
//!
//! An **action** is what the user wants (`contacts.delete`), an **event** is what happened, an **effect** is what the world
//! shall do, as plain data. `update` is the only place that decides. Every request has an id and ends in exactly one
//! event; nothing that waits for a disk runs in the loop, and without an event nothing runs at all.
//!
//! # A change of the book
//!
//! ```text
//!  Command ─► store::Book::perform ─► one transaction: records as before/after images + journal row ─► Committed
//! ```
//!
//! The journal is the one truth about what happened: undo and redo across restarts, the history, the trash and the news
//! of another window are all read from it. Undo commits a new change and never rewrites history; where a record was
//! changed since, it is merged field by field, and what was kept is named. A commit looks at what is stored before it
//! replaces it, so two programs on one book never overwrite each other silently.
//!
//! # A contact from the cloud
//!
//! ```text
//!  webex::Client::fetch ─► the list, sealed ─► keys of the KMS ─► Listing ─► plan(base, local, remote) ─► Plan
//!  Plan ─┬─► here:  store::apply_pull, one change of origin Sync                  base, local: store::sync_input
//!        └─► there: store::begin_sending (the sealed body, on the disk) ─► webex ─► store::settle_sending
//! ```
//!
//! A contact has one shared image ([`plan::Image`]) that it and its account agree on, the *base*; what an account has not got
//! is the difference between the two, so there is no list of orders that could be lost. A plan is pure and computed anew
//! each time; [`sync`] carries it out and may be cut off anywhere: what has left is known again by its ciphertext. A list that is
//! the one of last time ends a sync with its GET; of another one only the contacts are opened whose text is not known.
//!
//! # Beside the house
//!
//! `tests/simulator` is a local Webex, a workspace member that shares no code and no cryptography with this crate, so that one misreading
//! of the specification cannot pass on both sides; `tests/official_sdk` lets the published SDK judge it.
//!
//! # Decisions that a reader may wonder about
//!
//! * **The source of an imported vCard is kept**, line by line ([`book::CardSource`]). The exporter reuses each line whose
//!   meaning the user did not change, so that foreign properties, parameters and groups survive; what is managed and what
//!   is not is one table in `exchange::vcard`.
//! * **Images are JSON documents**, and a difference is a set of their members ([`book::patch`]): the same few lines serve the
//!   journal, undo and the three-way merge, and members that this version does not know are carried along.
//! * **The loop's tasks are threads**: one owns the book ([`runtime`]'s librarian), one filters, one looks people of the
//!   directory up by a connection that only reads, and, where there is an account, one syncs, and asks the live directory, by a
//!   connection of its own.
//!   `SQLite` is synchronous, and a pool of threads would wake up now and then for nothing; tokio serves the terminal, the
//!   signals and the channel between.
//! * **The store uses `exchange`** to know whether two vCards mean the same, and to open files for import: both floors above
//!   it import, and should do it alike.
//! * **The terminal is lent** (`runtime::terminal`): while an editor has it nothing here reads or draws; a program that
//!   stops (Ctrl-Z in the editor) stops callbook with it. Signals come through a thread of their own, so that those which
//!   were meant for the editor can be told from those that come after.
//! * **A contact as text is a sheet** ([`exchange::text`]): what the text does not show comes from the contact that it was
//!   written of. What is wrong is pointed out in lines of the text that are no part of it. A text that cannot be saved
//!   goes on as a form, so there is one place where conflicts are settled.
//! * **What a sync knows lies beside the contacts** (`store::sync`): links, what is on its way, the answers that are awaited,
//!   each in a table that can be dropped. "Not yet on Webex" follows from them and is kept in step by every write, so that
//!   neither the list nor the queue compares anything.
//! * **A record that came from an account stands in the file once**: as long as nobody has written over it, its link does not
//!   repeat what was agreed on, nor the journal what it was. Whatever writes over it keeps that first (`store::sync::link`).
//! * **What has not changed on the server is not opened**: a record whose text has the hash of last time says what both sides
//!   agreed on. What shall be sent anew is opened all the same, so that one whose key is refused by now is left alone. What
//!   a plan leaves undone is one document in the book, which the queue, the details and `callbook conflicts` read.
//! * **News come in by parts** (`book::Delta::parts`), and the loop draws after a few milliseconds of them: a sync of
//!   thousands holds no key.
//! * **Keys typed while a save is awaited are held back** and played after it, so that fast typing means the same as slow
//!   typing.
//! * **The keyboard is read byte by byte, not by crossterm**, which takes what a terminal replies to a question for keys. An
//!   automaton takes the replies out however late and in whatever pieces they come; helix' `termina` parses the rest.
//! * **The screen keeps no books of its own about the sync** (`app::accounts`): accounts, queue, disputes, twins and stopped plans come
//!   whole in events, and a modal that asks a person keeps what it showed, so that the answer is about that and nothing else.
//! * **A theme is chosen in the state and looked up by the runtime**: drawing gets roles, never colours or their number.

pub mod app;
pub mod book;
pub mod cli;
pub mod config;
pub mod exchange;
pub mod plan;
pub mod runtime;
pub mod search;
pub mod store;
pub mod sync;
pub mod ui;
pub mod webex;
