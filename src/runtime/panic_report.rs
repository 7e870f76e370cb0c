//! What is left of a mistake of callbook's own: where it was and how it came there, never what was in memory.

use std::{
    backtrace::Backtrace,
    fmt::Write as _,
    fs::{DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    panic::PanicHookInfo,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
};

use super::SystemClock;
use crate::{book::port::Clock as _, config::Environment};

/// The latest report of this process.
static LATEST: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Writes the report of a panic and says where it is, if it could be written. Its message stays out: it may quote what
/// the user has typed.
pub(super) fn write(info: &PanicHookInfo<'_>) -> Option<PathBuf> {
    let directory = Environment::of_process().data_home?.join("callbook");
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let report = report(&place, &Backtrace::force_capture().to_string());
    let written = save(&directory, &report).ok()?;
    *LATEST.lock().unwrap_or_else(PoisonError::into_inner) = Some(written.clone());
    Some(written)
}

/// The end of a sentence that tells of a mistake that was caught: how to report it.
pub(super) fn please_report() -> String {
    match &*LATEST.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(path) => format!("Please report it with {}", path.display()),
        None => "Please report it".to_owned(),
    }
}

fn report(place: &str, backtrace: &str) -> String {
    let mut out = format!(
        "callbook {} stopped because of a mistake of its own.\n\
         This report holds no contacts: only where it happened. Please send it to the makers of callbook.\n\n\
         place   {place}\nthread  {}\nsystem  {} {}\ntime    {}\n\n",
        env!("CARGO_PKG_VERSION"),
        thread::current().name().unwrap_or("unnamed"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        SystemClock.now(),
    );
    let _ = writeln!(out, "{backtrace}");
    out
}

fn save(directory: &Path, report: &str) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let path = directory.join(format!("panic-{}.txt", SystemClock.now().basic()));
    File::options().write(true).create(true).truncate(true).mode(0o600).open(&path)?.write_all(report.as_bytes())?;
    Ok(path)
}
