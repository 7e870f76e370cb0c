//! The list of the server: fetched, and opened only if it is another one than last time.

use crate::{
    book::{AccountId, Failure, Person, PersonRef, Timestamp},
    store::{Book, Hash},
    webex::{Client, KmsError, WebexError, contacts::Listing},
};

use super::{
    SyncError,
    outcome::{Stage, Watched},
};

/// For so many milliseconds the directory is not asked again for people who are known.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What a pull brought.
pub(super) enum Pulled {
    /// The list of last time, and nothing here is unsent.
    Same,
    /// Another one, or one that must be looked at.
    List(Fetched),
    /// It was given up.
    Stopped,
    /// The server says no, or nothing.
    Failed(WebexError),
}

/// A list, opened.
pub(super) struct Fetched {
    pub listing: Listing,
    /// Of the whole list, if it can be trusted to say the same tomorrow.
    pub hash: Option<Hash>,
}

/// Fetches the list. `anyhow` looks at it even if it is the one of last time.
pub(super) async fn pull(book: &Book, client: &Client, anyhow: bool, watched: &Watched) -> Result<Pulled, Failure> {
    let account = client.account();
    let state = book.sync_state(account)?;
    let look = anyhow || state.list.is_none() || book.has_unsent(account)?;
    if look {
        client.warm_up();
    }
    watched.says(Stage::Fetching, 0, 0);
    let list = match watched.unless_stopped(client.fetch()).await {
        None => return Ok(Pulled::Stopped),
        Some(Err(error)) => return Ok(Pulled::Failed(error)),
        Some(Ok(list)) => list,
    };
    let hash = list.hash();
    if !look && state.list == Some(hash) {
        return Ok(Pulled::Same);
    }
    watched.says(Stage::Opening, 0, 0);
    let known = book.known_texts(account)?;
    Ok(match watched.unless_stopped(client.open(&list, &known)).await {
        None => Pulled::Stopped,
        Some(Err(error)) => Pulled::Failed(error),
        Some(Ok(listing)) => {
            let hash = Some(hash).filter(|_| !listing.missing_keys.iter().any(|(_, error)| is_passing(error)));
            Pulled::List(Fetched { listing, hash })
        }
    })
}

/// Whether a key that is missing now may be there in a minute.
pub(super) fn is_passing(error: &WebexError) -> bool {
    let refused = |error: &KmsError| match error {
        KmsError::Refused { status, .. } => !matches!(status, 408 | 423 | 429 | 502..=504),
        error => matches!(error, KmsError::MasterKeyRevoked | KmsError::Unreadable(_)),
    };
    !matches!(error, WebexError::Kms(error) if refused(error))
}

/// Whether the directory shall be asked for everybody.
pub(super) fn directory_is_due(book: &Book, account: &AccountId, now: Timestamp) -> Result<bool, Failure> {
    let asked = book.sync_state(account)?.directory;
    Ok(asked.is_none_or(|at| now.0.saturating_sub(at.0) >= DAY))
}

/// Looks the people of CLOUD contacts up: everybody, or those whom nobody has met yet. Why some were not found, if not
/// because they are not there.
pub(super) async fn people(
    book: &mut Book,
    client: &Client,
    listing: &Listing,
    everybody: bool,
) -> Result<Option<WebexError>, SyncError> {
    let account = client.account();
    let who = |key: &str| PersonRef { directory: account.0.clone(), key: key.to_owned() };
    let mut ids = Vec::new();
    for id in listing.people() {
        if everybody || book.person(&who(&id))?.is_none() {
            ids.push(id);
        }
    }
    if ids.is_empty() && !everybody {
        return Ok(None);
    }
    let looked = client.directory().look_up(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let person = |id: &String| {
        let profile = looked.person(id)?.clone();
        Some(Person { who: who(id), profile, unresolved_since: None })
    };
    let found: Vec<Person> = ids.iter().filter_map(person).collect();
    let missing: Vec<String> = ids.iter().filter(|id| looked.person(id).is_none()).cloned().collect();
    match &looked.refused {
        None if everybody || !missing.is_empty() => drop(book.refresh_people(account, &found, &missing)?),
        // Asking again in five minutes would change nothing.
        Some(error) if everybody && is_final(error) => drop(book.refresh_people(account, &found, &[])?),
        _ if found.is_empty() => {}
        _ => book.remember_people(&found)?,
    }
    Ok(looked.refused)
}

fn is_final(error: &WebexError) -> bool {
    matches!(error, WebexError::Refused(refusal) if matches!(refusal.status, 400..=407 | 409..=422))
}
