//! The jobs of the thread, one by one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
    thread,
};

use super::{Desk, Job, effects::request_of};
use crate::{
    app::{Event, RequestId},
    book::{Failure, port::Clock as _},
    config::Keeping,
    runtime::{SystemClock, accounts::Standing, demo, panic_report::please_report},
    store::{Book, watch},
};

/// So many rows are taken in at once: a sync may bring thousands, and nobody who types shall notice.
const PART: usize = 250;

impl Desk {
    pub(super) fn answer(&self, event: Event) {
        // A loop that has ended wants no answers; the work is done all the same.
        let _ = self.events.send(event);
    }

    fn alarm(&self, failure: &Failure) {
        self.answer(Event::Alarmed(failure.to_string()));
    }

    pub(super) fn watch(&mut self) {
        let (noticed, jobs) = (Arc::clone(&self.noticed), self.jobs.clone());
        let watched = watch(self.book.path(), move || {
            if !noticed.swap(true, Ordering::AcqRel) {
                let _ = jobs.send(Job::Look);
            }
        });
        match watched {
            Ok(watch) => {
                self.watch = Some(watch);
                // What happened between opening and watching made no notice.
                self.look();
            }
            Err(sentence) => self.answer(Event::Alarmed(sentence)),
        }
    }

    fn look(&mut self) {
        match self.book.news() {
            Ok(None) => {}
            Ok(Some(delta)) => {
                for part in delta.parts(PART) {
                    self.answer(Event::BookChanged(part));
                }
                self.book_moved();
            }
            Err(failure) => self.alarm(&failure),
        }
    }

    /// Says what the accounts have not got yet and what waits for a person, where that differs.
    pub(super) fn book_moved(&mut self) {
        let Some(standing) = &mut self.standing else { return };
        let told = standing.news(&self.book).and_then(|news| {
            for event in news {
                self.answer(event);
            }
            self.office.book_moved(&self.book)
        });
        if let Err(failure) = told {
            self.alarm(&failure);
        }
    }

    /// A panicking job is a failure that the user sees; the transaction it was in has rolled back.
    pub(super) fn carry_out(&mut self, job: Job) {
        let request = if let Job::Effect(effect) = &job { request_of(effect) } else { None };
        if catch_unwind(AssertUnwindSafe(|| self.carry_out_job(job))).is_err() {
            let message = format!("callbook made a mistake there; nothing was saved. {}", please_report());
            self.answer(match request {
                Some(request) => Event::TaskFailed { request, message },
                None => Event::Alarmed(message),
            });
        }
    }

    fn carry_out_job(&mut self, job: Job) {
        match job {
            Job::Effect(effect) => self.carry_out_effect(effect),
            Job::Look => {
                self.noticed.store(false, Ordering::Release);
                self.look();
                self.office.rung();
            }
            Job::Carried(event) => {
                self.look();
                self.answer(event);
            }
            Job::KeepHouse(keeping) => self.keep_house(keeping),
            Job::Settings(settings) => self.office.take_settings(*settings),
            Job::LookFor(wanted) => self.office.look_for(*wanted),
            Job::Accounts => {
                self.standing = Some(Standing::default());
                self.book_moved();
            }
            Job::Stop => {}
        }
    }

    pub(super) fn open_demo(&mut self, request: RequestId) {
        let opened = demo::open().and_then(|book| Ok((crate::runtime::opening(&book)?, book)));
        match opened {
            Ok((opening, book)) => {
                self.book = book;
                self.office.open(&self.book);
                self.standing = Some(Standing::default());
                self.people.open(self.book.path());
                self.watch();
                self.answer(Event::BookOpened { request: Some(request), opening });
            }
            Err(error) => self.answer(Event::TaskFailed { request, message: format!("cannot open the demo: {error}") }),
        }
    }

    fn keep_house(&mut self, keeping: Keeping) {
        if self.book.is_scratch() {
            return;
        }
        match self.book.drop_what_is_old(keeping) {
            Ok(None) => {}
            Ok(Some(delta)) => {
                self.answer(Event::BookChanged(delta));
                self.book_moved();
            }
            Err(failure) => return self.alarm(&failure),
        }
        let (path, events) = (self.book.path().to_owned(), self.events.clone());
        // Reading a whole book may take a while; keys and saves do not wait for it.
        let check = move || {
            if let Err(failure) = Book::check(&path).and_then(|()| Book::back_up_daily(&path, SystemClock.now())) {
                let _ = events.send(Event::Alarmed(failure.to_string()));
            }
        };
        if let Err(error) = thread::Builder::new().name("caretaker".to_owned()).spawn(check) {
            self.answer(Event::Alarmed(format!("the book was neither checked nor backed up: {error}")));
        }
    }
}
