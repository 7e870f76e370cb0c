//! Device registration (specification section 4).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    call::{Call, Reply},
    clock,
    problem::Problem,
    world::World,
};

/// How many devices a user may have.
const DEFAULT_CAP: usize = 100;

/// A registered device.
#[derive(Clone, Debug)]
struct Device {
    owner: String,
    org: String,
    /// Its id within the URL.
    id: String,
    /// What was registered, as sent.
    registered: Map<String, Value>,
    modified: String,
}

/// The devices by URL.
#[derive(Debug)]
pub struct Devices {
    devices: BTreeMap<String, Device>,
    /// How many a user may have.
    pub cap: usize,
}

impl Default for Devices {
    fn default() -> Self {
        Self { devices: BTreeMap::new(), cap: DEFAULT_CAP }
    }
}

impl Devices {
    /// Whose a device is.
    pub fn owner(&self, url: &str) -> Option<&str> {
        self.devices.get(url).map(|device| device.owner.as_str())
    }

    /// The URL and the owner of a device by its id.
    pub fn by_id(&self, id: &str) -> Option<(&str, &str)> {
        self.devices
            .iter()
            .find(|(_, device)| device.id == id)
            .map(|(url, device)| (url.as_str(), device.owner.as_str()))
    }

    /// Forgets them all, as the service does with devices that were not refreshed.
    pub fn clear(&mut self) {
        self.devices.clear();
    }

    fn json(&self, url: &str, world: &World) -> Option<Value> {
        let device = self.devices.get(url)?;
        let mut shown = device.registered.clone();
        let socket = world.base.replacen("https://", "wss://", 1);
        for (name, value) in [
            ("url", url.to_owned()),
            ("webSocketUrl", format!("{socket}/v1/apps/wx2/registrations/{}/messages", device.id)),
            ("userId", device.owner.clone()),
            ("orgId", device.org.clone()),
            ("modificationTime", device.modified.clone()),
        ] {
            shown.insert(name.to_owned(), value.into());
        }
        shown.insert(
            "services".to_owned(),
            json!({"encryptionServiceUrl": format!("{}/encryption/api/v1", world.base)}),
        );
        shown.insert("features".to_owned(), json!({"developer": [], "entitlement": [], "user": []}));
        Some(Value::Object(shown))
    }
}

/// What may be registered: the members of the specification, no others.
fn registration(call: &Call) -> Result<Map<String, Value>, Problem> {
    let body: Map<String, Value> = call.json()?;
    let known = ["name", "deviceType", "model", "localizedModel", "systemName", "systemVersion", "ttl"];
    for required in ["name", "deviceType"] {
        if !body.get(required).is_some_and(Value::is_string) {
            return Err(Problem::bad_request(format!("{required} is missing")));
        }
    }
    Ok(body.into_iter().filter(|(name, _)| known.contains(&name.as_str())).collect())
}

/// `POST devices`.
///
/// # Errors
/// Without a valid token, with a body of another shape, or beyond the cap.
pub fn register(world: &World, call: &Call) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    let registered = registration(call)?;
    let mut inner = world.lock();
    let own = inner.devices.devices.values().filter(|device| device.owner == caller.user).count();
    if own >= inner.devices.cap {
        return Err(Problem::forbidden("User has excessive device registrations"));
    }
    let id = Uuid::new_v4().to_string();
    let url = format!("{}/wdm/api/v1/devices/{id}", world.base);
    let modified = clock::iso(clock::now());
    inner.devices.devices.insert(url.clone(), Device { owner: caller.user, org: caller.org, id, registered, modified });
    let shown = inner.devices.json(&url, world).unwrap_or_default();
    Ok(Reply::json(200, &shown).with_header("etag", "\"simulator-1\""))
}

/// `GET devices`.
///
/// # Errors
/// Without a valid token.
pub fn list(world: &World, call: &Call) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    let inner = world.lock();
    let own = inner.devices.devices.iter().filter(|(_, device)| device.owner == caller.user);
    let shown: Vec<_> = own.filter_map(|(url, _)| inner.devices.json(url, world)).collect();
    Ok(Reply::json(200, &json!({"devices": shown})))
}

/// `PUT`, `GET` and `DELETE devices/{id}`.
///
/// # Errors
/// 404 for a device that is unknown or somebody else's.
pub fn one(world: &World, call: &Call, id: &str) -> Result<Reply, Problem> {
    let caller = world.authorize(call)?;
    let mut inner = world.lock();
    let url = match inner.devices.by_id(id) {
        Some((url, owner)) if owner == caller.user => url.to_owned(),
        _ => return Err(Problem::not_found("device")),
    };
    match call.method.as_str() {
        "DELETE" => {
            inner.devices.devices.remove(&url);
            inner.sockets.close(&url, 1000, "device removed");
            return Ok(Reply::empty(204));
        }
        "PUT" => {
            let registered = registration(call)?;
            if let Some(device) = inner.devices.devices.get_mut(&url) {
                device.registered = registered;
                device.modified = clock::iso(clock::now());
            }
        }
        "GET" => {}
        _ => return Err(Problem::method_not_allowed()),
    }
    Ok(Reply::json(200, &inner.devices.json(&url, world).unwrap_or_default()).with_header("etag", "\"simulator-1\""))
}
