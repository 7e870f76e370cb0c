//! People of the organisation (specification section 9): SCIM first, the People API where SCIM is not for everybody.

mod lookup;
mod mapping;
mod people;
mod port;
mod scim;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Method;
use url::Url;

pub use lookup::Looked;
pub use mapping::{Found, Page, hydra_id, people as read_people, person as read_person, scim as read_scim, uuid_of};
pub use port::BlockingDirectory;
pub(super) use scim::encoded;

use super::{
    WebexError,
    auth::Login,
    http::{Authorization, Body, Call, Http, Reply, To},
};
use crate::{
    book::{AccountId, Person, PersonRef},
    config,
};

const SEARCH: &str = "search the directory";
const ME: &str = "ask who is signed in";
/// Where the public API lives for devices of the integration environment.
const INTEGRATION: &str = "https://integration.webexapis.com";

/// The directory of an account. Cheap to clone.
#[derive(Clone)]
pub struct WebexDirectory {
    inner: Arc<Inner>,
}

struct Inner {
    http: Http,
    login: Login,
    /// Without a slash at its end.
    api: String,
    account: AccountId,
    device: Option<String>,
    organisation: Mutex<Option<String>>,
}

/// People who match what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The best of them.
    pub people: Vec<Person>,
    /// How many match in all, as far as is known.
    pub total: usize,
}

impl WebexDirectory {
    /// The directory that people of an account are looked up in. `organisation` and `device` are those of the registered
    /// device; without the former it is found out.
    pub fn new(
        http: &Http,
        login: &Login,
        settings: &config::Webex,
        account: &AccountId,
        organisation: Option<&str>,
        device: Option<&str>,
    ) -> Self {
        let own = settings.api_url != config::Webex::default().api_url;
        let integration = !own && device.is_some_and(|url| url.contains("-int"));
        let api = if integration { INTEGRATION } else { settings.api_url.trim_end_matches('/') };
        Self {
            inner: Arc::new(Inner {
                http: http.clone(),
                login: login.clone(),
                api: api.to_owned(),
                account: account.clone(),
                device: device.map(str::to_owned),
                organisation: Mutex::new(organisation.map(str::to_owned).or_else(|| login.org_id())),
            }),
        }
    }

    /// The people whose names or addresses begin with what was typed, at most `limit` of them; nobody where nothing is
    /// typed. Whom SCIM does not show to this account the People API is asked for.
    ///
    /// # Errors
    /// Neither answers.
    pub async fn search(&self, text: &str, limit: usize) -> Result<Hits, WebexError> {
        let text = text.trim();
        if text.is_empty() || limit == 0 {
            return Ok(Hits::default());
        }
        let page = match self.scim(SEARCH, &scim::by_text(text)).await {
            Err(error) if is_not_for_us(&error) => self.search_people(text, limit).await?,
            page => page?,
        };
        let total = page.total.unwrap_or_default().max(page.people.len());
        let people = page.people.into_iter().take(limit).map(|found| self.person(found)).collect();
        Ok(Hits { people, total })
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    pub async fn me(&self) -> Result<Person, WebexError> {
        self.own_record().await.map(|(found, _)| self.person(found))
    }

    async fn own_record(&self) -> Result<(Found, Option<String>), WebexError> {
        let reply = self.get(ME, self.url(ME, "/v1/people/me")?, "/v1/people/me").await?;
        mapping::person(&reply.body).ok_or_else(|| unreadable(ME))
    }

    fn person(&self, found: Found) -> Person {
        let who = PersonRef { directory: self.inner.account.to_string(), key: found.id };
        Person { who, profile: found.profile, unresolved_since: None }
    }

    async fn search_people(&self, text: &str, limit: usize) -> Result<mapping::Page, WebexError> {
        let mut url = self.url(SEARCH, &format!("/v1/people?{}", people::by_text(text)))?;
        let mut all = mapping::Page::default();
        loop {
            let reply = self.get(SEARCH, url, "/v1/people").await?;
            let page = mapping::people(&reply.body).ok_or_else(|| unreadable(SEARCH))?;
            let is_empty = page.people.is_empty();
            all.people.extend(page.people);
            let link = reply.header("link");
            let next = link.as_deref().and_then(people::next_page);
            let Some(next) = next.filter(|_| !is_empty && all.people.len() < limit) else {
                all.total = Some(all.people.len() + usize::from(next.is_some()));
                return Ok(all);
            };
            // A link may lead anywhere; the token may not.
            url = self.inner.http.trusted().check(SEARCH, next)?;
        }
    }

    async fn scim(&self, doing: &'static str, query: &str) -> Result<mapping::Page, WebexError> {
        let organisation = self.organisation().await?;
        let path = format!("/identity/scim/{}/v2/Users?{query}", scim::encoded(&organisation));
        let reply = self.get(doing, self.url(doing, &path)?, "/identity/scim/{orgId}/v2/Users").await?;
        mapping::scim(&reply.body).ok_or_else(|| unreadable(doing))
    }

    async fn organisation(&self) -> Result<String, WebexError> {
        let known = || self.inner.organisation.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(organisation) = known().clone() {
            return Ok(organisation);
        }
        let organisation = self.own_record().await?.1.ok_or_else(|| unreadable(ME))?;
        *known() = Some(organisation.clone());
        Ok(organisation)
    }

    fn url(&self, doing: &'static str, path: &str) -> Result<Url, WebexError> {
        self.inner.http.trusted().check(doing, &format!("{}{path}", self.inner.api))
    }

    async fn get(&self, doing: &'static str, url: Url, template: &'static str) -> Result<Reply, WebexError> {
        let mut headers = vec![("spark-user-agent", "webex-calling/beta".to_owned())];
        headers.extend(self.inner.device.clone().map(|device| ("cisco-device-url", device)));
        let call = Call {
            doing,
            method: Method::GET,
            to: To::Url { url, template },
            authorization: Authorization::Login(&self.inner.login),
            body: Body::None,
            headers: &headers,
        };
        self.inner.http.send(call).await
    }
}

impl fmt::Debug for WebexDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebexDirectory").field("account", &self.inner.account).finish_non_exhaustive()
    }
}

/// Whether SCIM is for administrators here, or not there at all.
fn is_not_for_us(error: &WebexError) -> bool {
    matches!(error, WebexError::Refused(refusal) if matches!(refusal.status, 403 | 404))
}

fn unreadable(doing: &'static str) -> WebexError {
    WebexError::Unreadable { doing, reason: "it is no list of people".to_owned() }
}
