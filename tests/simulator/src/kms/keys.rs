//! Content keys, the resources they are bound to, and who may have them (specification section 6.6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    certs,
    clock::{self, Millis},
    jose::{self, Key},
};

/// A content key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContentKey {
    /// The JWK member `k`.
    pub k: String,
    /// Who made it.
    pub owner: String,
    /// When.
    pub created: Millis,
    /// The resource it is bound to, and since when.
    pub bound: Option<(String, Millis)>,
}

impl ContentKey {
    /// The bytes.
    pub fn bytes(&self) -> Key {
        // Made here, from 32 bytes.
        jose::key(&self.k).unwrap_or_default()
    }
}

/// A resource: keys are bound to it, users are authorised for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resource {
    /// Its keys.
    pub keys: Vec<String>,
    /// Authorisation id and user.
    pub authorizations: BTreeMap<String, String>,
}

/// Everything the KMS keeps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Keys {
    /// By URI.
    pub keys: BTreeMap<String, ContentKey>,
    /// By URI.
    pub resources: BTreeMap<String, Resource>,
}

fn uri(kind: &str) -> String {
    format!("{}/{kind}/{}", certs::kid(), Uuid::new_v4())
}

impl Keys {
    /// A fresh unbound key.
    pub fn create(&mut self, owner: &str) -> String {
        let name = uri("keys");
        let k = jose::encode(jose::random::<{ jose::KEY_BYTES }>());
        self.keys.insert(name.clone(), ContentKey { k, owner: owner.to_owned(), created: clock::now(), bound: None });
        name
    }

    /// A resource with these keys, for its maker and others; `None` when a key is unknown or not the maker's.
    pub fn create_resource(&mut self, owner: &str, keys: &[String], users: &[String]) -> Option<String> {
        if keys.iter().any(|key| self.keys.get(key).is_none_or(|key| key.owner != owner)) {
            return None;
        }
        let name = uri("resources");
        for key in keys {
            if let Some(key) = self.keys.get_mut(key) {
                key.bound = Some((name.clone(), clock::now()));
            }
        }
        let everyone = std::iter::once(owner.to_owned()).chain(users.iter().filter(|user| *user != owner).cloned());
        let authorizations = everyone.map(|user| (uri("authorizations"), user)).collect();
        self.resources.insert(name.clone(), Resource { keys: keys.to_vec(), authorizations });
        Some(name)
    }

    /// Binds a key of this user to a resource of theirs.
    pub fn bind(&mut self, user: &str, key: &str, resource: &str) -> bool {
        let allowed = self.is_authorized(user, resource);
        let Some(content_key) = self.keys.get_mut(key).filter(|key| key.owner == user && allowed) else { return false };
        content_key.bound = Some((resource.to_owned(), clock::now()));
        if let Some(resource) = self.resources.get_mut(resource) {
            resource.keys.push(key.to_owned());
        }
        true
    }

    /// Whether a user is authorised for a resource.
    pub fn is_authorized(&self, user: &str, resource: &str) -> bool {
        self.resources.get(resource).is_some_and(|resource| resource.authorizations.values().any(|other| other == user))
    }

    /// Whether a user may have a key: its maker, or somebody authorised for its resource.
    pub fn may_have(&self, user: &str, key: &ContentKey) -> bool {
        key.owner == user || key.bound.as_ref().is_some_and(|(resource, _)| self.is_authorized(user, resource))
    }

    /// Whether a text contains the bytes of a key.
    pub fn is_in(&self, text: &str) -> bool {
        self.keys.values().any(|key| text.contains(&key.k))
    }

    /// A key as the KMS shows it.
    pub fn key_json(&self, uri: &str) -> Option<Value> {
        let key = self.keys.get(uri)?;
        let mut shown = json!({
            "uri": uri,
            "jwk": {"kty": "oct", "kid": uri, "alg": "A256GCM", "k": key.k},
            "userId": key.owner,
            "createDate": clock::iso(key.created),
            "expirationDate": clock::iso(key.created + 365 * 24 * clock::HOUR),
        });
        if let Some((resource, at)) = &key.bound {
            shown["bindDate"] = clock::iso(*at).into();
            shown["resourceUri"] = resource.clone().into();
        }
        Some(shown)
    }

    /// A resource as the KMS shows it.
    pub fn resource_json(&self, uri: &str) -> Option<Value> {
        let resource = self.resources.get(uri)?;
        let authorizations: Vec<_> = resource.authorizations.keys().collect();
        Some(json!({"uri": uri, "keyUris": resource.keys, "authorizationUris": authorizations}))
    }

    /// The authorisations of a resource as the KMS shows them.
    pub fn authorizations_json(&self, uri: &str) -> Value {
        let Some(resource) = self.resources.get(uri) else { return json!([]) };
        let shown = |(id, user): (&String, &String)| json!({"uri": id, "authId": user, "resourceUri": uri});
        resource.authorizations.iter().map(shown).collect()
    }
}
