//! Writing contacts to files: each is read when its turn has come, and a file appears as a whole or not at all.

use std::{
    fs,
    io::{self, BufWriter, Write},
    ops::ControlFlow,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    book::{Contact, ContactId, Failure, Group, Progress, Stage},
    exchange::{ExportFormat, json, vcard},
    store::{Book, Watcher},
};

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The book says no.
    #[error(transparent)]
    Book(#[from] Failure),
    /// The file or the pipe says no.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// There is such a file, and it shall not be replaced.
    #[error("there is such a file")]
    Exists,
    /// Whoever watched has ended it.
    #[error("it was stopped")]
    Stopped,
}

impl Book {
    /// Writes contacts in a format; those that are no more are left out. Returns how many were written.
    pub fn export(
        &self,
        ids: &[ContactId],
        format: ExportFormat,
        out: &mut dyn Write,
        watcher: &mut Watcher<'_>,
    ) -> Result<usize, ExportError> {
        let groups: Vec<Group> = self.groups()?.into_iter().map(|row| row.group).collect();
        let (head, separator, tail) = format.around();
        let mut written = 0;
        out.write_all(head.as_bytes())?;
        for (number, id) in ids.iter().enumerate() {
            if let Some(contact) = self.contact(*id)? {
                let text = self.exported(&contact, &groups, format)?;
                let lead = if written == 0 { "" } else { separator };
                write!(out, "{lead}{text}")?;
                written += 1;
            }
            if watcher(Progress::of(Stage::Writing, number + 1, ids.len())) == ControlFlow::Break(()) {
                return Err(ExportError::Stopped);
            }
        }
        out.write_all(tail.as_bytes())?;
        Ok(written)
    }

    /// Writes contacts to a file of mode 0600, which takes the place of the one that is there, if it may.
    pub fn export_file(
        &self,
        ids: &[ContactId],
        format: ExportFormat,
        path: &Path,
        replace: bool,
        watcher: &mut Watcher<'_>,
    ) -> Result<usize, ExportError> {
        if !replace && fs::symlink_metadata(path).is_ok() {
            return Err(ExportError::Exists);
        }
        let mut contents = Replacement::begin(path)?;
        let written = self.export(ids, format, &mut contents.file, watcher)?;
        contents.finish(replace)?;
        Ok(written)
    }

    /// One contact in a format.
    pub fn exported(&self, contact: &Contact, groups: &[Group], format: ExportFormat) -> Result<String, Failure> {
        let version = match format {
            ExportFormat::Json => return Ok(json::contact(contact, groups).to_string()),
            ExportFormat::Vcard3 => vcard::Version::V3,
            ExportFormat::Vcard4 => vcard::Version::V4,
        };
        let own = groups.iter().filter(|group| contact.groups.contains(&group.id));
        let names: Vec<String> = own.map(|group| group.name.clone()).collect();
        let photo = contact.extras.photo.as_ref().map(|photo| self.photo(&photo.hash)).transpose()?.flatten();
        Ok(vcard::write(contact, &names, photo.as_ref(), version))
    }
}

/// Two exports of one program have a file of their own each.
static UNFINISHED: AtomicU64 = AtomicU64::new(0);

/// A file that takes the place of another when it is complete.
struct Replacement {
    file: BufWriter<fs::File>,
    /// The unfinished file and the one it will be; nothing for what is no file, such as `/dev/stdout`.
    unfinished: Option<(PathBuf, PathBuf)>,
}

impl Replacement {
    fn begin(target: &Path) -> io::Result<Self> {
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
            let file = fs::OpenOptions::new().write(true).open(&target)?;
            return Ok(Self { file: BufWriter::new(file), unfinished: None });
        }
        loop {
            let mut name = std::ffi::OsString::from(".");
            name.push(target.file_name().unwrap_or_default());
            name.push(format!(".{}-{}.part", std::process::id(), UNFINISHED.fetch_add(1, Ordering::Relaxed)));
            let part = target.with_file_name(name);
            // Never one that is there: it may be somebody's link to elsewhere.
            match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part) {
                Ok(file) => return Ok(Self { file: BufWriter::new(file), unfinished: Some((part, target)) }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Puts it in its place; one that came to be there meanwhile stays, unless it may be replaced.
    fn finish(mut self, replace: bool) -> Result<(), ExportError> {
        self.file.flush()?;
        if let Some((part, target)) = &self.unfinished {
            self.file.get_ref().sync_all()?;
            if !replace {
                match fs::hard_link(part, target) {
                    // The unfinished name goes when this is dropped.
                    Ok(()) => return Ok(()),
                    Err(_) if fs::symlink_metadata(target).is_ok() => return Err(ExportError::Exists),
                    // Not every file system has links.
                    Err(_) => {}
                }
            }
            fs::rename(part, target)?;
            self.unfinished = None;
        }
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some((part, _)) = &self.unfinished {
            // Nothing more can be done about a file that will not go.
            let _ = fs::remove_file(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(target: &Path) -> Replacement {
        let mut contents = Replacement::begin(target).unwrap();
        contents.file.write_all(b"ours").unwrap();
        contents
    }

    #[test]
    fn what_came_to_be_there_meanwhile_is_replaced_only_if_it_may_be() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("cards.vcf");
        let contents = begun(&target);
        fs::write(&target, "theirs").unwrap();
        assert!(matches!(contents.finish(false), Err(ExportError::Exists)));
        assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
        begun(&target).finish(true).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "ours");
        fs::remove_file(&target).unwrap();
        begun(&target).finish(false).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "ours");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn a_link_laid_where_the_unfinished_file_would_be_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let victim = directory.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        // Other tests count on too, so several names are taken.
        let next = UNFINISHED.load(Ordering::Relaxed);
        for number in next..next + 50 {
            let name = format!(".cards.vcf.{}-{number}.part", std::process::id());
            std::os::unix::fs::symlink(&victim, directory.path().join(name)).unwrap();
        }
        begun(&directory.path().join("cards.vcf")).finish(true).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(fs::read_to_string(directory.path().join("cards.vcf")).unwrap(), "ours");
    }
}
