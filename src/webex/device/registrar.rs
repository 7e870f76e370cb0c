//! The calls about devices, and the rules about whose they are.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Device, Kind, registered::Registered};
use crate::webex::{
    Service, Timing, WebexError,
    auth::Login,
    http::{Authorization, Body, Call, Http, Reply, To},
};

/// What we are among the types of devices.
pub(super) const DEVICE_TYPE: &str = "DESKTOP";
/// The lifetime that an ephemeral device asks for, seconds.
const TTL: u64 = 1800;
/// What the server says when the user has too many devices.
const EXCESSIVE: &str = "excessive device registrations";
pub(super) const REGISTER: &str = "register this program as a device";
const REFRESH: &str = "refresh the registration of this program";
const LIST: &str = "list the registered devices";
const DELETE: &str = "remove the registration of this program";

/// Where devices are registered, and by whom.
#[derive(Clone, Copy)]
pub(in crate::webex) struct Registrar<'a> {
    pub http: &'a Http,
    pub login: &'a Login,
    pub wdm: &'a Service,
    pub timing: Timing,
}

impl Registrar<'_> {
    /// The device of an installation: one of ours, or a new one.
    pub(super) async fn obtain(self, installation: &str, kind: Kind) -> Result<Device, WebexError> {
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

    /// Tells the server that a device still lives.
    pub(super) async fn refresh(self, device: &Device) -> Result<Device, WebexError> {
        let Device { url, installation, etag, .. } = device;
        let reply = self.put(url, installation, device.kind(), etag.as_deref()).await?;
        match Registered::read(&reply, REFRESH) {
            Ok(registered) => registered.device(self.http, &reply, installation, device.kind(), Some(device)),
            // Nothing has changed (304).
            Err(_) => Ok(device.clone()),
        }
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
                    let registered = Registered::read(&reply, REFRESH)?;
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
        Ok(devices.filter(|device| device.is_called(&name)).collect())
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
        Registered::read(&reply, REGISTER)?.device(self.http, &reply, installation, kind, None)
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

/// Removes a device; one that is gone already is fine.
pub(super) async fn delete(http: &Http, login: &Login, url: &str) -> Result<(), WebexError> {
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

pub(super) fn model(kind: Kind) -> &'static str {
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
