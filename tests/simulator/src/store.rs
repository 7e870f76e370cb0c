//! What outlives a restart with `--state`: certificates, tokens, keys and books, in one file.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::{
    certs::Certificates,
    contacts::AddressBook,
    kms::Keys,
    oauth::Tokens,
    world::{Inner, World},
};

const FILE: &str = "state.json";

/// Everything that is kept.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// The certificates.
    pub certificates: Certificates,
    /// The tokens.
    pub tokens: Tokens,
    /// The content keys.
    pub keys: Keys,
    /// The books by user.
    pub books: BTreeMap<String, AddressBook>,
    /// The first user's token, for `ready.json`.
    pub token: String,
}

/// What a directory holds; `None` before the first run.
///
/// # Errors
/// The file cannot be read, or is no such file.
pub fn load(directory: &Path) -> anyhow::Result<Option<Kept>> {
    let path = directory.join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut kept: Kept = serde_json::from_slice(&text)
        .with_context(|| format!("{} is damaged: remove it to begin anew", path.display()))?;
    kept.books = kept.books.into_iter().map(|(user, book)| (user, book.written())).collect();
    Ok(Some(kept))
}

/// Writes what is to be kept. The old file stays until the new one is whole.
///
/// # Errors
/// The file cannot be written.
pub fn save(directory: &Path, world: &World, token: &str) -> anyhow::Result<()> {
    let text = {
        let Inner { tokens, keys, books, .. } = &*world.lock();
        serde_json::to_vec(&serde_json::json!({
            "certificates": world.certificates, "tokens": tokens, "keys": keys, "books": books, "token": token,
        }))?
    };
    write(&directory.join(FILE), &text)
}

/// Writes a file that only its owner may read, whole or not at all.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, text: &[u8]) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let part = path.with_extension("part");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(text).and_then(|()| file.sync_all()).with_context(|| format!("cannot write {}", part.display()))?;
    fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}
