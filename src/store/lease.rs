//! One sync at a time: a lock of the operating system per account, which ends with its process whatever kills it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use crate::book::{AccountId, account};

use super::{beside, real_path};

/// The right to pull and apply for one account; it ends when this is dropped or the process is gone.
#[derive(Debug)]
pub struct Lease(#[expect(dead_code, reason = "held for its Drop")] File);

impl Lease {
    /// Takes the lease of `account` in the book at `book`: the file `book.db.sync-<account>.lock`, which stays. `None`
    /// when somebody else has it, in this process or another, or when it cannot be made: then nobody syncs from here.
    pub fn take(book: &Path, account: &AccountId) -> Option<Self> {
        let mut file = open(book, account)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
        }
        // Only for people who wonder; the lock itself is the system's.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| write!(file, "{}", std::process::id()));
        Some(Self(file))
    }

    /// The process that has the lease of an account; `None` when nobody has.
    pub fn holder(book: &Path, account: &AccountId) -> Option<u32> {
        let mut file = open(book, account)?;
        if file.try_lock_shared().is_ok() {
            return None;
        }
        let mut text = String::new();
        file.read_to_string(&mut text).ok()?;
        text.trim().parse().ok()
    }
}

fn open(book: &Path, account: &AccountId) -> Option<File> {
    account::check_name(&account.0).ok()?;
    let path = beside(&real_path(book), &format!(".sync-{account}.lock"));
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path).ok()
}
