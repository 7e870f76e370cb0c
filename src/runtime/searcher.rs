//! The thread that filters: only the newest request counts.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

use tokio::sync::mpsc::UnboundedSender;

use super::panic_report::please_report;

use crate::{
    app::{Event, RequestId},
    book::{ContactId, GroupRow},
    search::{Index, Query, Scope, filter},
};

/// What to look for, and where.
pub(super) struct Search {
    pub request: RequestId,
    pub query: Query,
    pub scope: Scope,
    pub index: Arc<Index>,
    pub groups: Arc<Vec<GroupRow>>,
    /// The contacts whose notes match, when the query asks for notes.
    pub notes: HashSet<ContactId>,
}

/// Hands searches to the thread, which ends when this is dropped.
pub(super) struct Searcher {
    searches: mpsc::Sender<Search>,
    newest: Arc<AtomicU64>,
}

impl Searcher {
    pub fn start(events: UnboundedSender<Event>) -> std::io::Result<Self> {
        let (searches, queue) = mpsc::channel::<Search>();
        let newest = Arc::new(AtomicU64::new(0));
        let watched = Arc::clone(&newest);
        thread::Builder::new().name("searcher".to_owned()).spawn(move || {
            for search in queue {
                let request = search.request;
                let event = match catch_unwind(AssertUnwindSafe(|| hits(&search, &watched))) {
                    Ok(Some(hits)) => Event::Filtered { request, hits },
                    Ok(None) => continue,
                    Err(_) => {
                        let message = format!("callbook made a mistake in this search. {}", please_report());
                        Event::TaskFailed { request, message }
                    }
                };
                // A loop that has ended wants no answers.
                let _ = events.send(event);
            }
        })?;
        Ok(Self { searches, newest })
    }

    pub fn search(&self, search: Search) {
        self.newest.store(search.request.0, Ordering::Relaxed);
        let _ = self.searches.send(search);
    }
}

/// The contacts found, best first; `None` when a newer search has come.
fn hits(search: &Search, newest: &AtomicU64) -> Option<Vec<ContactId>> {
    let superseded = || newest.load(Ordering::Relaxed) != search.request.0;
    let in_notes = |id| search.notes.contains(&id);
    let groups = search.groups.iter().map(|row| &row.group);
    let hits = filter(&search.query, search.scope, &search.index, groups, &in_notes, &superseded)?;
    Some(hits.into_iter().map(|hit| hit.id).collect())
}
