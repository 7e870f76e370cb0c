//! A device in the shape of the wire (specification section 4.2).

use reqwest::header::ETAG;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Device, Kind,
    registrar::{DEVICE_TYPE, REGISTER, model},
};
use crate::webex::{
    Timing, WebexError,
    http::{Http, Reply},
};

/// A device as the service tells it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    pub url: String,
    web_socket_url: Option<String>,
    user_id: Option<String>,
    org_id: Option<String>,
    name: Option<String>,
    device_type: Option<String>,
    model: Option<String>,
    ttl: Option<Value>,
    pub modification_time: Option<String>,
    features: Option<Value>,
}

/// Whether a developer feature is on.
fn has(features: &Value, key: &str) -> bool {
    let is_on = |value: &Value| value == &Value::Bool(true) || value.as_str() == Some("true");
    let developer = features["developer"].as_array().into_iter().flatten();
    developer.filter(|feature| feature["key"] == key).any(|feature| is_on(&feature["value"]) || is_on(&feature["val"]))
}

impl Registered {
    /// Reads an answer.
    pub fn read(reply: &Reply, doing: &'static str) -> Result<Self, WebexError> {
        reply.json(doing)
    }

    /// Whether it has this name, and is of our type.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name) && self.device_type.as_deref() == Some(DEVICE_TYPE)
    }

    /// How long it is to stay.
    pub fn kind(&self) -> Kind {
        let ephemeral = self.ttl.is_some() || self.model.as_deref() == Some(model(Kind::Ephemeral));
        if ephemeral { Kind::Ephemeral } else { Kind::Lasting }
    }

    /// Whether an ephemeral device lived longer than it was given without a sign of its process.
    pub fn is_forgotten(&self, timing: Timing) -> bool {
        let modified = self.modification_time.as_deref().and_then(|time| time.parse::<jiff::Timestamp>().ok());
        modified.is_some_and(|modified| {
            let age = jiff::Timestamp::now().duration_since(modified);
            age > jiff::SignedDuration::try_from(timing.device_lifetime()).unwrap_or(jiff::SignedDuration::MAX)
        })
    }

    /// The device that it is, together with what was known of it: features are left out where they have not changed.
    pub fn device(
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
            Some(features) => has(features, key),
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
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn features_are_on_in_either_form_and_whatever_else_there_is() {
        let features = json!({"developer": [7, {"key": "a", "val": "true"}, {"key": "b", "value": true}, {"key": "c", "val": "false"}]});
        assert!(has(&features, "a") && has(&features, "b"));
        assert!(!has(&features, "c") && !has(&features, "d") && !has(&json!(null), "a"));
    }

    #[test]
    fn an_ephemeral_device_is_known_by_its_lifetime_or_its_model() {
        let kind = |more: Value| {
            let mut device = json!({"url": "https://wdm.example.test/devices/1", "features": "none"});
            device.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::from_value::<Registered>(device).unwrap().kind()
        };
        assert_eq!(kind(json!({})), Kind::Lasting);
        assert_eq!(kind(json!({"ttl": 1800})), Kind::Ephemeral);
        assert_eq!(kind(json!({"model": "callbook-ephemeral"})), Kind::Ephemeral);
    }

    #[test]
    fn a_device_is_forgotten_by_its_own_clock_or_never() {
        let device = |time: &str| Registered { modification_time: Some(time.to_owned()), ..Registered::default() };
        assert!(device("2020-01-01T00:00:00.000Z").is_forgotten(Timing::default()));
        assert!(!device("2920-01-01T00:00:00.000Z").is_forgotten(Timing::default()));
        assert!(!device("some day").is_forgotten(Timing::default()));
    }
}
