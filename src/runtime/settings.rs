//! The settings: read at the start, and again whenever their file is written while the screen runs.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use notify::{
    EventKind, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, ModifyKind},
};
use tokio::sync::mpsc::UnboundedSender;

use super::Looks;
use crate::{
    app::{Event, Settings},
    config::{self, CommandLine, Environment},
};

/// The settings in force, and the themes that they name.
///
/// # Errors
/// Everything that is wrong with either, a sentence each.
pub fn settings(chosen: &CommandLine) -> Result<(Settings, Looks), Vec<String>> {
    let read = config::load(chosen, &Environment::of_process());
    let looks = Looks::of_process(&read.0.looks);
    match (Settings::of(read), looks) {
        (Ok(settings), Ok(looks)) => Ok((Settings { look: looks.look.clone(), ..settings }, looks)),
        (settings, looks) => {
            let wrong = [settings.err(), looks.err()].map(|wrong| wrong.map(|wrong| wrong.to_string()));
            Err(wrong.iter().flatten().flat_map(|wrong| wrong.lines()).map(str::to_owned).collect())
        }
    }
}

/// Ends the watching when dropped.
pub(super) struct SettingsWatch(#[expect(dead_code, reason = "held for its Drop")] notify::RecommendedWatcher);

impl SettingsWatch {
    /// Sends the settings each time they differ from those before. Directories are watched, not the file: editors replace
    /// it, and dotfile managers link it. `None` where there is no such directory, or no way to watch.
    pub fn start(chosen: CommandLine, current: Settings, events: UnboundedSender<Event>) -> Option<Self> {
        let file = config::file(&chosen, &Environment::of_process());
        let mut places = vec![file.clone()];
        places.extend(file.canonicalize().ok().filter(|target| *target != file));
        let names: Vec<OsString> = places.iter().filter_map(|place| place.file_name().map(OsString::from)).collect();
        let mut last = Ok(current);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            let is_ours = |path: &PathBuf| path.file_name().is_some_and(|name| names.iter().any(|ours| *ours == *name));
            if !is_whole(event.kind) || !event.paths.iter().any(is_ours) {
                return;
            }
            let now = settings(&chosen).map(|(settings, _)| settings);
            if now != last {
                last.clone_from(&now);
                // A loop that has ended wants no settings.
                let _ = events.send(Event::Configured(now.map(Box::new)));
            }
        })
        .ok()?;
        let directories = places.iter().filter_map(|place| place.parent());
        let here = |directory| if directory == Path::new("") { Path::new(".") } else { directory };
        let found = directories.filter(|at| watcher.watch(here(at), RecursiveMode::NonRecursive).is_ok()).count();
        (found > 0).then_some(Self(watcher))
    }
}

/// Whether the file is whole after this, rather than being written at the moment.
fn is_whole(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(_))
        | EventKind::Remove(_) => true,
        // Elsewhere nobody says when a file is closed.
        EventKind::Modify(_) | EventKind::Create(_) => cfg!(not(target_os = "linux")),
        _ => false,
    }
}
