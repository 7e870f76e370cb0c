//! The people of CLOUD contacts, by their ids (specification sections 9.1 and 9.4).

use std::collections::{HashMap, HashSet};

use super::{Found, WebexDirectory, is_not_for_us, mapping, people, scim, unreadable};
use crate::{book::Profile, webex::WebexError};

const LOOK_UP: &str = "look people up in the directory";
/// After so many ids that are refused by themselves, the rest is not tried.
const MOST_REFUSED: usize = 3;

/// Who was found of those that were asked for. People of other organisations never are.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    people: HashMap<String, Profile>,
    /// Why some may not even have been looked for.
    pub refused: Option<WebexError>,
}

impl Looked {
    /// The person of an id, whatever its case.
    pub fn person(&self, id: &str) -> Option<&Profile> {
        self.people.get(&id.to_lowercase())
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody was found.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Takes those who were asked for; a server may answer with strangers.
    fn add(&mut self, people: Vec<Found>, asked: &HashSet<String>) {
        for Found { id, profile } in people {
            let id = id.to_lowercase();
            if asked.contains(&id) {
                self.people.insert(id, profile);
            }
        }
    }
}

impl WebexDirectory {
    /// Looks people up by their UUIDs, in batches of 50. It never fails: who is not found, for whatever reason, is
    /// unresolved, and the reason stands beside.
    pub async fn look_up(&self, ids: &[&str]) -> Looked {
        let asked: HashSet<String> = ids.iter().map(|id| id.to_lowercase()).collect();
        let mut seen = HashSet::new();
        let ids: Vec<&str> =
            ids.iter().copied().filter(|id| !id.is_empty() && seen.insert(id.to_lowercase())).collect();
        let mut looked = self.by_scim(&ids, &asked).await;
        if looked.refused.as_ref().is_some_and(is_not_for_us) {
            let missing: Vec<&str> = ids.into_iter().filter(|id| looked.person(id).is_none()).collect();
            match self.by_people(&missing).await {
                Ok(people) => {
                    looked.add(people, &asked);
                    looked.refused = None;
                }
                Err(error) => tracing::debug!(%error, "the People API is no way either"),
            }
        }
        looked
    }

    async fn by_scim(&self, ids: &[&str], asked: &HashSet<String>) -> Looked {
        let mut looked = Looked::default();
        let mut refused = 0;
        // The batch to be sent next is the last.
        let mut batches: Vec<&[&str]> = ids.chunks(scim::BATCH).rev().collect();
        while let Some(batch) = batches.pop() {
            match self.scim(LOOK_UP, &scim::by_ids(batch)).await {
                Ok(page) => looked.add(page.people, asked),
                // "Complex query"
                Err(error) if error.status() == Some(400) && batch.len() > 1 => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    batches.extend([second, first]);
                }
                Err(error) => {
                    refused += 1;
                    let is_this_batch = matches!(&error, WebexError::Refused(refusal) if refusal.status == 400 || refusal.status >= 500)
                        || matches!(error, WebexError::Unreadable { .. });
                    looked.refused = Some(error);
                    if !is_this_batch || refused == MOST_REFUSED {
                        break;
                    }
                }
            }
        }
        looked
    }

    async fn by_people(&self, ids: &[&str]) -> Result<Vec<Found>, WebexError> {
        let mut found = Vec::new();
        for batch in ids.chunks(people::BATCH) {
            let url = self.url(LOOK_UP, &format!("/v1/people?{}", people::by_ids(batch)))?;
            let reply = self.get(LOOK_UP, url, "/v1/people").await?;
            found.extend(mapping::people(&reply.body).ok_or_else(|| unreadable(LOOK_UP))?.people);
        }
        Ok(found)
    }
}
