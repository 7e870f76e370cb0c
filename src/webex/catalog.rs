//! Service discovery (specification sections 3 and 14): which service lives where, and on which of its hosts.

mod shelf;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Method;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use super::{
    TrustedHosts, WebexError,
    auth::Login,
    http::{Authorization, Body, Call, Http, To},
    trust,
};
use crate::config;

pub(super) use shelf::{Asking, Shelf};

const DOING: &str = "find the services";

/// The services of an organisation. Cheap to clone; what is learnt of failing hosts is shared.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    services: Arc<BTreeMap<String, Entry>>,
    /// By a host, with its port if it has one, those that may stand in for it.
    clusters: Arc<BTreeMap<String, Service>>,
}

#[derive(Clone, Debug)]
enum Entry {
    Service(Service),
    /// Outside of the trusted hosts, and the name of the host.
    Untrusted(String),
}

impl Catalog {
    /// Asks for the catalogue: the one that needs no sign-in first, where the organisation is known, since it says where a
    /// token is renewed; then the full one.
    ///
    /// # Errors
    /// The full catalogue cannot be had or read.
    pub async fn load(http: &Http, login: &Login, settings: &config::Webex) -> Result<Self, WebexError> {
        let base = Url::parse(&settings.u2c_url)
            .map_err(|_| WebexError::Invalid("u2c_url in [webex] is no URL".to_owned()))?;
        let discovery = Service::new("u2c", base, Vec::new());
        let before = async {
            let org = login.org_id()?;
            let org: String = url::form_urlencoded::byte_serialize(org.as_bytes()).collect();
            let path = format!("limited/catalog?orgId={org}&format=hostmap");
            let limited = Self::ask(http, &discovery, path, "/limited/catalog", Authorization::None).await;
            limited.inspect_err(|error| tracing::debug!(%error, "no catalogue before the sign-in")).ok()
        };
        let full = || {
            let path = "catalog?format=hostmap".to_owned();
            Self::ask(http, &discovery, path, "/catalog", Authorization::Login(login))
        };
        let (limited, full) = if login.is_due() {
            let limited = before.await;
            if let Some(limited) = &limited {
                login.use_catalog(limited);
            }
            (limited, full().await?)
        } else {
            let (limited, full) = tokio::join!(before, full());
            (limited, full?)
        };
        let full = full.over(limited.unwrap_or_default());
        login.use_catalog(&full);
        Ok(full)
    }

    async fn ask(
        http: &Http,
        discovery: &Service,
        path: String,
        template: &'static str,
        authorization: Authorization<'_>,
    ) -> Result<Self, WebexError> {
        let to = To::Service { service: discovery, path, template };
        let call = Call { doing: DOING, method: Method::GET, to, authorization, body: Body::None, headers: &[] };
        let reply = http.send(call).await?;
        let catalog = Self::parse(&String::from_utf8_lossy(&reply.body))?;
        Ok(catalog.among(http.trusted()))
    }

    /// Reads a catalogue in either format. Entries that are no URL are left out; nothing is said about trust.
    ///
    /// # Errors
    /// It is no catalogue.
    pub fn parse(body: &str) -> Result<Self, WebexError> {
        let unreadable = |reason: &str| WebexError::Unreadable { doing: DOING, reason: reason.to_owned() };
        let body: Format = serde_json::from_str(body).map_err(|_| unreadable("it is no catalogue"))?;
        let hosts = body.hosts.unwrap_or_default();
        let services = match (body.links, body.active) {
            (Some(links), _) => of_hostmap(&links, &hosts),
            (None, Some(active)) => of_version2(&active, body.services.as_ref()),
            (None, None) => return Err(unreadable("there are no services in it")),
        };
        let services = services.into_iter().map(|s| (s.name().to_owned(), Entry::Service(s))).collect();
        let cluster = |host: &String| {
            let link = base(&format!("https://{host}"))?;
            let home = home_of(&link, &hosts);
            Some((host.clone(), Service::new(host, link, home)))
        };
        Ok(Self { services: Arc::new(services), clusters: Arc::new(hosts.keys().filter_map(cluster).collect()) })
    }

    /// The same with what is outside of the trusted hosts refused by name.
    fn among(self, trusted: &TrustedHosts) -> Self {
        let judge = |entry: &Entry| match entry {
            Entry::Service(service) => service.among(trusted),
            Entry::Untrusted(host) => Entry::Untrusted(host.clone()),
        };
        let services = self.services.iter().map(|(name, entry)| (name.clone(), judge(entry))).collect();
        let kept = |(host, cluster): (&String, &Service)| match cluster.among(trusted) {
            Entry::Service(cluster) => Some((host.clone(), cluster)),
            Entry::Untrusted(_) => None,
        };
        let clusters = self.clusters.iter().filter_map(kept).collect();
        Self { services: Arc::new(services), clusters: Arc::new(clusters) }
    }

    /// This one, and what only the other has.
    fn over(self, other: Self) -> Self {
        let mut services = Arc::unwrap_or_clone(other.services);
        services.extend(Arc::unwrap_or_clone(self.services));
        let mut clusters = Arc::unwrap_or_clone(other.clusters);
        clusters.extend(Arc::unwrap_or_clone(self.clusters));
        Self { services: Arc::new(services), clusters: Arc::new(clusters) }
    }

    /// A URL of no service of the catalogue (a socket's) on the host that stands in for its own, if there is one.
    pub fn on_best_host(&self, url: &Url) -> Url {
        let cluster = self.clusters.get(authority(url)).or_else(|| self.clusters.get(url.host_str()?));
        cluster.and_then(|cluster| on(url, authority(cluster.best()))).unwrap_or_else(|| url.clone())
    }

    /// Marks the host of such a URL as failed.
    pub fn failed(&self, url: &Url) {
        self.clusters.values().for_each(|cluster| cluster.failed(url));
    }

    /// A service by its name: `wdm`, `encryption`, `contactsService`, `hydra`, `idbroker`.
    ///
    /// # Errors
    /// The catalogue does not have it, or has it outside of the trusted hosts.
    pub fn service(&self, name: &str) -> Result<Service, WebexError> {
        match self.services.get(name) {
            Some(Entry::Service(service)) => Ok(service.clone()),
            Some(Entry::Untrusted(host)) => Err(WebexError::Untrusted { doing: DOING, host: host.clone() }),
            None => Err(WebexError::NoService { service: name.to_owned() }),
        }
    }
}

/// What is there of either format; what has another shape than expected counts as absent.
#[derive(Deserialize)]
struct Format {
    #[serde(default, rename = "serviceLinks", deserialize_with = "lenient")]
    links: Option<BTreeMap<String, Value>>,
    #[serde(default, rename = "hostCatalog", deserialize_with = "lenient")]
    hosts: Option<HashMap<String, Value>>,
    #[serde(default, rename = "activeServices", deserialize_with = "lenient")]
    active: Option<BTreeMap<String, Value>>,
    #[serde(default, deserialize_with = "lenient")]
    services: Option<Vec<Value>>,
}

fn lenient<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

#[derive(Deserialize)]
struct HostEntry {
    host: String,
    #[serde(default)]
    priority: f64,
    #[serde(default)]
    id: String,
}

fn of_hostmap(links: &BTreeMap<String, Value>, hosts: &HashMap<String, Value>) -> Vec<Service> {
    let service = |(name, link): (&String, &Value)| {
        let link = base(link.as_str()?)?;
        let home = home_of(&link, hosts);
        Some(Service::new(name, link, home))
    };
    links.iter().filter_map(service).collect()
}

/// Section 3.3: the hosts of the link that share the fourth field of the id with the first of them, by priority.
fn home_of(link: &Url, hosts: &HashMap<String, Value>) -> Vec<Url> {
    let entries = hosts.get(authority(link)).or_else(|| hosts.get(link.host_str()?));
    let entries = entries.and_then(Value::as_array).into_iter().flatten();
    let mut entries: Vec<HostEntry> = entries.filter_map(|entry| HostEntry::deserialize(entry).ok()).collect();
    let cluster = |entry: &HostEntry| entry.id.split(':').nth(3).map(str::to_owned);
    let home = entries.first().and_then(cluster);
    entries.retain(|entry| cluster(entry) == home);
    entries.sort_by(|a, b| a.priority.total_cmp(&b.priority));
    entries.iter().filter_map(|entry| on(link, &entry.host)).collect()
}

/// Section 14: `activeServices` names an id, that has its URLs in order; those without a priority above nothing are out of use.
fn of_version2(active: &BTreeMap<String, Value>, services: Option<&Vec<Value>>) -> Vec<Service> {
    #[derive(Deserialize)]
    struct ServiceEntry {
        id: String,
        #[serde(default, rename = "serviceUrls")]
        urls: Vec<Value>,
    }
    let entries = services.into_iter().flatten().filter_map(|entry| ServiceEntry::deserialize(entry).ok());
    let by_id: HashMap<String, Vec<Value>> = entries.map(|entry| (entry.id, entry.urls)).collect();
    let url = |entry: &Value| {
        let in_use = entry.get("priority").and_then(Value::as_f64).is_some_and(|priority| priority > 0.0);
        in_use.then(|| base(entry.get("baseUrl")?.as_str()?)).flatten()
    };
    let service = |(name, id): (&String, &Value)| {
        let urls: Vec<Url> = by_id.get(id.as_str()?)?.iter().filter_map(url).collect();
        Some(Service::new(name, urls.first()?.clone(), urls))
    };
    active.iter().filter_map(service).collect()
}

fn base(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| url.has_host() && !url.cannot_be_a_base())
}

fn authority(url: &Url) -> &str {
    &url[url::Position::BeforeHost..url::Position::AfterPort]
}

/// The URL on another host; a port that comes with it replaces the port too.
fn on(link: &Url, host: &str) -> Option<Url> {
    let parsed = Url::parse(&format!("{}://{host}", link.scheme())).ok()?;
    let only_host =
        parsed.username().is_empty() && parsed.path() == "/" && parsed.query().is_none() && parsed.fragment().is_none();
    let mut url = link.clone();
    url.set_host(Some(parsed.host_str().filter(|_| only_host)?)).ok()?;
    if let Some(port) = parsed.port() {
        url.set_port(Some(port)).ok()?;
    }
    Some(url)
}

/// A service and its hosts. Clones share what is learnt of them.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    link: Url,
    hosts: Vec<Url>,
    failed: Mutex<Vec<bool>>,
}

impl Service {
    /// A service at its link, with its bases on other hosts, best first.
    pub(super) fn new(name: &str, link: Url, hosts: Vec<Url>) -> Self {
        let failed = Mutex::new(vec![false; hosts.len()]);
        Self { inner: Arc::new(Inner { name: name.to_owned(), link, hosts, failed }) }
    }

    /// Its name in the catalogue.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The URL of a path (and query) below it, on its best host that has not failed. What is not ours to write in a path must be
    /// percent-encoded.
    pub fn url(&self, path: &str) -> Url {
        let base = self.best();
        let joined = format!("{}/{}", base.as_str().trim_end_matches('/'), path.trim_start_matches('/'));
        Url::parse(&joined).unwrap_or_else(|_| base.clone())
    }

    fn best(&self) -> &Url {
        let mut failed = self.inner.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.iter().all(|failed| *failed) {
            failed.fill(false);
        }
        let alive = self.inner.hosts.iter().zip(failed.iter()).find(|(_, failed)| !**failed);
        alive.map_or(&self.inner.link, |(url, _)| url)
    }

    /// Marks the host of a URL as failed; when all have failed, all are tried again.
    pub fn failed(&self, url: &Url) {
        let mut failed = self.inner.failed.lock().unwrap_or_else(PoisonError::into_inner);
        // A socket of a host has another scheme than its calls.
        let place = |url: &Url| (url.host().map(|host| host.to_owned()), url.port_or_known_default());
        for (host, failed) in self.inner.hosts.iter().zip(failed.iter_mut()) {
            *failed |= place(host) == place(url);
        }
    }

    fn among(&self, trusted: &TrustedHosts) -> Entry {
        let Inner { name, link, hosts, .. } = &*self.inner;
        let kept: Vec<Url> = hosts.iter().filter(|host| trusted.allows(host)).cloned().collect();
        // Its link is where requests go when the catalogue lists no hosts.
        match hosts.first().filter(|_| kept.is_empty()).or(Some(link).filter(|link| !trusted.allows(link))) {
            Some(outside) => Entry::Untrusted(trust::named(outside)),
            None => Entry::Service(Self::new(name, link.clone(), kept)),
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.inner.name)
            .field("link", &self.inner.link.as_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
