//! Imports and exports: each on a thread and a connection of its own, so that reading, saving and browsing go on.

use std::{
    fs,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{SystemClock, lister, panic_report::please_report};
use crate::{
    app::{Effect, Event, Exported, RequestId, size_in_words},
    book::{Failure, Progress, Stage},
    config::Environment,
    store::{Book, ExportError},
};

/// What takes less long is not spoken of.
const WORTH_SAYING: Duration = Duration::from_millis(150);
/// So often it is said how far it has come.
const RHYTHM: Duration = Duration::from_millis(100);

/// It may be stopped.
const RUNNING: u8 = 0;
/// The book is being written, or all is done: that is finished.
const WRITING: u8 = 1;
/// It was stopped, and said so.
const STOPPED: u8 = 2;

/// Where the answers go.
pub(super) type Answers = Arc<dyn Fn(Event) + Send + Sync>;

/// Carries one thing at a time, and what was stopped until it has cleared away. Dropping it stops what can be stopped and
/// waits for the rest.
#[derive(Default)]
pub(super) struct Porter {
    under_way: Vec<Work>,
}

struct Work {
    request: RequestId,
    phase: Arc<AtomicU8>,
    thread: thread::JoinHandle<()>,
}

impl Porter {
    /// Starts an import or an export of the book at `path`.
    pub fn carry(&mut self, request: RequestId, effect: Effect, path: &Path, answers: &Answers) {
        let phase = Arc::new(AtomicU8::new(RUNNING));
        let (path, seen, sender) = (path.to_owned(), Arc::clone(&phase), Arc::clone(answers));
        let work = move || {
            let answer = catch_unwind(AssertUnwindSafe(|| carry_out(request, effect, &path, &seen, &*sender)));
            let answer = answer.unwrap_or_else(|_| {
                let message = format!("callbook made a mistake there; nothing was saved. {}", please_report());
                Event::TaskFailed { request, message }
            });
            // Exactly one of this and a stop answers.
            if seen.swap(WRITING, Ordering::AcqRel) != STOPPED {
                sender(answer);
            }
        };
        match thread::Builder::new().name("porter".to_owned()).spawn(work) {
            Ok(thread) => {
                self.under_way.retain(|work| !work.thread.is_finished());
                self.under_way.push(Work { request, phase, thread });
            }
            Err(error) => answers(Event::TaskFailed { request, message: format!("nothing was begun: {error}") }),
        }
    }

    /// Stops what is under way, unless the book is being written already.
    pub fn stop(&self, request: RequestId, answers: &Answers) {
        let Some(work) = self.under_way.iter().find(|work| work.request == request) else { return };
        if work.stop() {
            answers(Event::TransferStopped { request });
        }
    }
}

impl Work {
    fn stop(&self) -> bool {
        self.phase.compare_exchange(RUNNING, STOPPED, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl Drop for Porter {
    fn drop(&mut self) {
        for work in &self.under_way {
            work.stop();
        }
        for work in self.under_way.drain(..) {
            let _ = work.thread.join();
        }
    }
}

fn carry_out(request: RequestId, effect: Effect, book: &Path, phase: &AtomicU8, say: &dyn Fn(Event)) -> Event {
    let opened = Book::open(book, Arc::new(SystemClock));
    let mut book = match opened {
        Ok(book) => book,
        Err(error) => return Event::TaskFailed { request, message: error.to_string() },
    };
    let (begun, mut said) = (Instant::now(), None);
    let mut watcher = |progress: Progress| {
        let due = said.map_or(begun.elapsed() >= WORTH_SAYING, |last: Instant| last.elapsed() >= RHYTHM);
        if due && phase.load(Ordering::Acquire) != STOPPED {
            said = Some(Instant::now());
            say(Event::Progressed { request, progress });
        }
        if phase.load(Ordering::Acquire) == STOPPED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let environment = Environment::of_process();
    match effect {
        Effect::Import { paths, options, .. } => {
            let paths: Vec<PathBuf> = paths.iter().map(|path| environment.expand_path(path)).collect();
            // Whoever waits for a pipe to say something cannot be stopped.
            let result = paths.iter().try_for_each(|path| is_regular(path)).and_then(|()| {
                book.import_files_watched(&paths, &options, &mut |progress| {
                    let begins_to_write = progress.stage == Stage::Writing;
                    let go_on = watcher(progress);
                    if begins_to_write && !finish(phase) { ControlFlow::Break(()) } else { go_on }
                })
            });
            Event::Imported { request, result }
        }
        Effect::Export { contacts, format, path, replace, .. } => {
            let path = environment.expand_path(&path);
            let shown = environment.shorten(&path);
            let all = contacts.len();
            let written = book.export_file(&contacts, format, &path, replace, &mut |progress| {
                let go_on = watcher(progress);
                if progress.done == all && !finish(phase) { ControlFlow::Break(()) } else { go_on }
            });
            let exported = match written {
                Ok(count) => Exported::Done { count, path: shown },
                Err(ExportError::Exists) if path.is_dir() => {
                    Exported::Failed(format!("{shown} is a directory; name a file in it"))
                }
                Err(ExportError::Exists) => Exported::Exists { facts: facts(&path), path: shown },
                Err(ExportError::Write(error)) => Exported::Failed(format!("cannot write {shown}: {error}")),
                Err(error) => Exported::Failed(error.to_string()),
            };
            Event::Exported { request, exported }
        }
        _ => Event::TaskFailed { request, message: "this is nothing to be carried".to_owned() },
    }
}

/// From here on it cannot be stopped, unless it was already.
fn finish(phase: &AtomicU8) -> bool {
    phase.compare_exchange(RUNNING, WRITING, Ordering::AcqRel, Ordering::Acquire) != Err(STOPPED)
}

fn is_regular(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() && !found.is_dir() => {
            Err(Failure::Refused(format!("{} is neither a file nor a directory", path.display())))
        }
        // What cannot be looked at is said where it is read.
        _ => Ok(()),
    }
}

/// What there is to know of a file that would be replaced.
fn facts(path: &Path) -> String {
    let Ok(found) = fs::metadata(path) else { return "a link to nothing".to_owned() };
    let day = lister::modified(&found).and_then(|at| jiff::Timestamp::from_millisecond(at.0).ok());
    let size = size_in_words(found.len());
    match day.map(|at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()) {
        Some(day) => format!("{size}, written {day}"),
        None => size,
    }
}
