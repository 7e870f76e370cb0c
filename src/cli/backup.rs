//! `callbook backup`: what can be done for a book that does not open.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Exit, Source, Stop, say};
use crate::store::restore_backup;

/// What can be done with backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Put a backup in the place of the book; the book that is there is kept beside it
    Restore {
        /// The backup
        file: PathBuf,
    },
}

impl BackupCommand {
    pub(super) fn run(self, source: &Source) -> Result<(), Stop> {
        let Self::Restore { file } = self;
        let book = source.path()?;
        let kept =
            restore_backup(&file, &book, source.clock.now()).map_err(|reason| Stop::new(Exit::Storage, reason))?;
        say(format_args!("Restored {} from {}", book.display(), file.display()));
        if let Some(kept) = kept {
            say(format_args!("The book that was there is now {}", kept.display()));
        }
        Ok(())
    }
}
