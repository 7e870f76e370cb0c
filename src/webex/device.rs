//! The registration of this program as a device of the user, which the socket and the KMS want (specification section 4).
//!
//! A device is ours when it has the name of this installation and our type. One lasting device is kept for an installation and
//! belongs to one live process; others register an ephemeral one that the server forgets by itself.

use std::{
    fs::{File, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use reqwest::{Method, header::ETAG};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Timing, WebexError,
    auth::Login,
    catalog::Service,
    http::{Authorization, Body, Call, Http, Reply, To},
};

/// What we are among the types of devices.
const DEVICE_TYPE: &str = "DESKTOP";
/// The lifetime that an ephemeral device asks for, seconds.
const TTL: u64 = 1800;
/// What the server says when the user has too many devices.
const EXCESSIVE: &str = "excessive device registrations";
const REGISTER: &str = "register this program as a device";
const REFRESH: &str = "refresh the registration of this program";
const LIST: &str = "list the registered devices";
const DELETE: &str = "remove the registration of this program";

/// How long a device is to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For the one live process that has the installation's device: it is reused by the next one.
    Lasting,
    /// For any other process: the server forgets it when it is not refreshed.
    Ephemeral,
}

/// The right to the installation's lasting device: a lock of the system, which ends with the process at the latest.
#[derive(Debug)]
pub struct Seat(#[allow(dead_code, reason = "it is the lock")] File);

impl Seat {
    /// Takes the seat; `None` when another process has it. Blocks for no longer than the disk.
    ///
    /// # Errors
    /// The file of the lock cannot be made.
    pub fn take(lock: &Path) -> Result<Option<Self>, WebexError> {
        let wrong = |error: io::Error| WebexError::Local(format!("{} cannot be locked: {error}", lock.display()));
        let file = File::options().create(true).write(true).truncate(false).mode(0o600).open(lock).map_err(wrong)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(wrong(error)),
        }
    }
}

/// A registered device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its URL: who we are towards the services.
    pub url: String,
    /// Where its socket is opened.
    pub web_socket_url: String,
    /// The user, a plain UUID.
    pub user_id: String,
    /// Their organisation, a plain UUID.
    pub org_id: String,
    /// The developer feature `web-high-availability`: hosts are chosen by the catalogue also for the socket.
    pub high_availability: bool,
    /// The developer feature `web-shared-mercury`: the socket is opened with other parameters.
    pub shared_mercury: bool,
    /// Whether it was registered for this process only.
    pub ephemeral: bool,
    installation: String,
    etag: Option<String>,
}

/// Where devices are registered, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Registrar<'a> {
    pub http: &'a Http,
    pub login: &'a Login,
    pub wdm: &'a Service,
    pub timing: Timing,
}

impl Device {
    /// The device of this process: one of ours is reused; where there is none, or the kind is ephemeral, it is registered.
    /// When the user has too many devices, old ones of ours are removed, never another program's, and it is tried once more.
    ///
    /// # Errors
    /// The service refuses or cannot be reached; it names a host that is not trusted.
    pub async fn register(
        http: &Http,
        login: &Login,
        wdm: &Service,
        installation: &str,
        kind: Kind,
        timing: Timing,
    ) -> Result<Self, WebexError> {
        Registrar { http, login, wdm, timing }.obtain(installation, kind).await
    }

    /// Removes it; one that is gone already is fine.
    ///
    /// # Errors
    /// The service refuses or cannot be reached.
    pub async fn delete(&self, http: &Http, login: &Login) -> Result<(), WebexError> {
        delete(http, login, &self.url).await
    }

    /// Tells the server that it still lives; what the server has forgotten is registered anew.
    pub(super) async fn refresh(&self, registrar: Registrar<'_>) -> Result<Self, WebexError> {
        match registrar.put(&self.url, &self.installation, self.kind(), self.etag.as_deref()).await {
            // Nothing has changed (304), or features are left out because they have not.
            Ok(reply) => match read(&reply, REFRESH) {
                Ok(registered) => {
                    registered.device(registrar.http, &reply, &self.installation, self.kind(), Some(self))
                }
                Err(_) => Ok(self.clone()),
            },
            Err(error) if error.status() == Some(404) => registrar.obtain(&self.installation, self.kind()).await,
            Err(error) => Err(error),
        }
    }

    fn kind(&self) -> Kind {
        if self.ephemeral { Kind::Ephemeral } else { Kind::Lasting }
    }
}

impl Registrar<'_> {
    async fn obtain(self, installation: &str, kind: Kind) -> Result<Device, WebexError> {
        match self.attempt(installation, kind).await {
            // A device whose answer was lost is found in the list, or forgotten by the server: nothing is spoilt.
            Err(error) if error.is_ambiguous() => self.attempt(installation, kind).await,
            result => result,
        }
    }

    async fn attempt(self, installation: &str, kind: Kind) -> Result<Device, WebexError> {
        if kind == Kind::Lasting
            && let Some(device) = self.reuse(installation).await?
        {
            return Ok(device);
        }
        match self.post(installation, kind).await {
            Err(WebexError::Refused(refusal)) if is_excessive(refusal.message.as_deref()) => {
                if self.remove_old(installation, kind).await? == 0 {
                    return Err(refusal.into());
                }
                self.post(installation, kind).await
            }
            result => result,
        }
    }

    /// Removes all devices of this installation.
    pub async fn remove_all(self, installation: &str) -> Result<(), WebexError> {
        for device in self.own(installation).await? {
            delete(self.http, self.login, &device.url).await?;
        }
        Ok(())
    }

    /// A device of ours that is still known, refreshed.
    async fn reuse(self, installation: &str) -> Result<Option<Device>, WebexError> {
        let mut own = match self.own(installation).await {
            Ok(own) => own,
            // Where there is no list a device is registered without it.
            Err(WebexError::Refused(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        own.retain(|device| device.kind() == Kind::Lasting);
        own.sort_by(|a, b| b.modification_time.cmp(&a.modification_time));
        for device in own {
            match self.put(&device.url, installation, Kind::Lasting, None).await {
                Ok(reply) => {
                    let registered = read(&reply, REFRESH)?;
                    return registered.device(self.http, &reply, installation, Kind::Lasting, None).map(Some);
                }
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The devices of this installation.
    async fn own(self, installation: &str) -> Result<Vec<Registered>, WebexError> {
        #[derive(Deserialize)]
        struct List {
            #[serde(default)]
            devices: Vec<Value>,
        }
        let to = To::Service { service: self.wdm, path: "/devices".to_owned(), template: "/devices" };
        let reply = self.http.send(call(self.login, LIST, Method::GET, to)).await?;
        let list: List = reply.json(LIST)?;
        let name = name(installation);
        // Devices of other programs may have any shape.
        let devices = list.devices.into_iter().filter_map(|device| serde_json::from_value::<Registered>(device).ok());
        Ok(devices
            .filter(|device| {
                device.name.as_deref() == Some(&name) && device.device_type.as_deref() == Some(DEVICE_TYPE)
            })
            .collect())
    }

    /// Removes devices of ours that no live process has: lasting ones if the lasting one belongs to us, ephemeral ones that
    /// nobody refreshed in time. How many they were.
    async fn remove_old(self, installation: &str, kind: Kind) -> Result<usize, WebexError> {
        let mut removed = 0;
        for device in self.own(installation).await? {
            let is_old = match device.kind() {
                Kind::Lasting => kind == Kind::Lasting,
                Kind::Ephemeral => device.is_forgotten(self.timing),
            };
            if is_old {
                delete(self.http, self.login, &device.url).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    async fn post(self, installation: &str, kind: Kind) -> Result<Device, WebexError> {
        let path = "/devices?includeUpstreamServices=all".to_owned();
        let to = To::Service { service: self.wdm, path, template: "/devices" };
        let body = body(installation, kind);
        let call = Call { body: Body::Json(&body), ..call(self.login, REGISTER, Method::POST, to) };
        let reply = self.http.send(call).await?;
        read(&reply, REGISTER)?.device(self.http, &reply, installation, kind, None)
    }

    async fn put(self, url: &str, installation: &str, kind: Kind, etag: Option<&str>) -> Result<Reply, WebexError> {
        let mut url = self.http.trusted().check(REFRESH, url)?;
        url.query_pairs_mut().append_pair("includeUpstreamServices", "all");
        let headers: Vec<_> = etag.map(|etag| ("if-none-match", etag.to_owned())).into_iter().collect();
        let body = body(installation, kind);
        let call = Call {
            body: Body::Json(&body),
            headers: &headers,
            ..call(self.login, REFRESH, Method::PUT, To::Url { url, template: "/devices/{id}" })
        };
        self.http.send(call).await
    }
}

async fn delete(http: &Http, login: &Login, url: &str) -> Result<(), WebexError> {
    let url = http.trusted().check(DELETE, url)?;
    let call = call(login, DELETE, Method::DELETE, To::Url { url, template: "/devices/{id}" });
    match http.send(call).await {
        Err(error) if error.status() == Some(404) => Ok(()),
        result => result.map(drop),
    }
}

fn call<'a>(login: &'a Login, doing: &'static str, method: Method, to: To<'a>) -> Call<'a> {
    Call { doing, method, to, authorization: Authorization::Login(login), body: Body::None, headers: &[] }
}

fn name(installation: &str) -> String {
    format!("callbook-{installation}")
}

fn model(kind: Kind) -> &'static str {
    match kind {
        Kind::Lasting => "callbook",
        Kind::Ephemeral => "callbook-ephemeral",
    }
}

fn body(installation: &str, kind: Kind) -> Value {
    let mut body = json!({
        "name": name(installation),
        "deviceType": DEVICE_TYPE,
        "model": model(kind),
        "localizedModel": "callbook",
        "systemName": std::env::consts::OS,
        "systemVersion": env!("CARGO_PKG_VERSION"),
    });
    if kind == Kind::Ephemeral {
        body["ttl"] = TTL.into();
    }
    body
}

fn is_excessive(message: Option<&str>) -> bool {
    message.is_some_and(|message| message.to_lowercase().contains(EXCESSIVE))
}

fn read(reply: &Reply, doing: &'static str) -> Result<Registered, WebexError> {
    reply.json(doing)
}

/// A device as the service tells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    url: String,
    web_socket_url: Option<String>,
    user_id: Option<String>,
    org_id: Option<String>,
    name: Option<String>,
    device_type: Option<String>,
    model: Option<String>,
    ttl: Option<Value>,
    modification_time: Option<String>,
    features: Option<Features>,
}

#[derive(Deserialize)]
struct Features {
    #[serde(default)]
    developer: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    val: Value,
}

impl Features {
    fn has(&self, key: &str) -> bool {
        let is_on = |value: &Value| value == &Value::Bool(true) || value.as_str() == Some("true");
        self.developer.iter().any(|feature| feature.key == key && (is_on(&feature.value) || is_on(&feature.val)))
    }
}

impl Registered {
    fn kind(&self) -> Kind {
        let ephemeral = self.ttl.is_some() || self.model.as_deref() == Some(model(Kind::Ephemeral));
        if ephemeral { Kind::Ephemeral } else { Kind::Lasting }
    }

    /// Whether an ephemeral device lived longer than it was given without a sign of its process.
    fn is_forgotten(&self, timing: Timing) -> bool {
        let modified = self.modification_time.as_deref().and_then(|time| time.parse::<jiff::Timestamp>().ok());
        modified.is_some_and(|modified| {
            let age = jiff::Timestamp::now().duration_since(modified);
            age > jiff::SignedDuration::try_from(timing.device_lifetime()).unwrap_or(jiff::SignedDuration::MAX)
        })
    }

    fn device(
        self,
        http: &Http,
        reply: &Reply,
        installation: &str,
        kind: Kind,
        known: Option<&Device>,
    ) -> Result<Device, WebexError> {
        let missing = |member: &str| WebexError::Unreadable { doing: REGISTER, reason: format!("no {member}") };
        let kept = |member: fn(&Device) -> &String| known.map(|device| member(device).clone());
        let web_socket_url = self.web_socket_url.or_else(|| kept(|d| &d.web_socket_url));
        let web_socket_url = web_socket_url.ok_or_else(|| missing("webSocketUrl"))?;
        http.trusted().check(REGISTER, &self.url)?;
        http.trusted().check(REGISTER, &web_socket_url)?;
        let feature = |key, kept: fn(&Device) -> bool| match &self.features {
            Some(features) => features.has(key),
            None => known.is_some_and(kept),
        };
        let etag = reply.headers.get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        Ok(Device {
            high_availability: feature("web-high-availability", |d| d.high_availability),
            shared_mercury: feature("web-shared-mercury", |d| d.shared_mercury),
            ephemeral: kind == Kind::Ephemeral,
            user_id: self.user_id.or_else(|| kept(|d| &d.user_id)).ok_or_else(|| missing("userId"))?,
            org_id: self.org_id.or_else(|| kept(|d| &d.org_id)).ok_or_else(|| missing("orgId"))?,
            installation: installation.to_owned(),
            etag: etag.or_else(|| known.and_then(|device| device.etag.clone())),
            url: self.url,
            web_socket_url,
        })
    }
}

#[cfg(test)]
impl Device {
    /// One for tests.
    pub(super) fn sample() -> Self {
        Self {
            url: "https://wdm.example.test/wdm/api/v1/devices/1".to_owned(),
            web_socket_url: "wss://mercury.example.test/v1/apps/wx2/registrations/1/messages".to_owned(),
            user_id: "user".to_owned(),
            org_id: "org".to_owned(),
            high_availability: false,
            shared_mercury: false,
            ephemeral: false,
            installation: "i".to_owned(),
            etag: None,
        }
    }
}
