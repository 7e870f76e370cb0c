//! An edit in place. No call for it is evidenced (specification section 10.1), so it is sent only where the user asks for
//! it, in the shape of the one that a sister service has (section 10.2), and the list must show what became of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{CONTACTS, Contacts, item};
use crate::{
    config::Edit,
    webex::{
        WebexError,
        http::{Authorization, Body, Call, To},
    },
};

const EDIT: &str = "edit the contact";
const TEXTS: [&str; 6] = ["displayName", "firstName", "lastName", "companyName", "title", "avatarURL"];
const LISTS: [&str; 3] = ["emails", "phoneNumbers", "sipAddresses"];

/// Whether an edit may be tried in place. Cheap to clone; clones are one.
#[derive(Clone, Debug, Default)]
pub(super) struct MayPatch(Arc<AtomicBool>);

impl MayPatch {
    pub fn of(edit: Edit) -> Self {
        Self(Arc::new(AtomicBool::new(edit == Edit::Patch)))
    }
}

impl Contacts {
    /// The body that makes the record `old`, as it came, what the body `new` of [`Contacts::seal`] says. `None` where edits
    /// are not tried in place, or both are not sealed with one key.
    pub fn patch_of(&self, new: &str, old: &str) -> Option<String> {
        if self.memory.may_patch.0.load(Ordering::Relaxed) { patch(new, old) } else { None }
    }

    /// The service has no edit in place, or none of this shape: it is not tried again.
    pub fn never_patch(&self) {
        self.memory.may_patch.0.store(false, Ordering::Relaxed);
    }

    /// Sends a body of [`Contacts::patch_of`], identically. That it was taken is no proof; the list is.
    ///
    /// # Errors
    /// The service refuses or cannot be reached. [`WebexError::Ambiguous`]: it may have been edited.
    pub async fn send_patch(&self, id: &str, body: &str) -> Result<(), WebexError> {
        let to = To::Service {
            service: &self.service,
            path: item(EDIT, CONTACTS, id)?,
            template: "/encrypt/Users/contacts/{id}",
        };
        let (authorization, body) = (Authorization::Login(&self.login), Body::Text(body.to_owned()));
        self.http
            .send(Call { doing: EDIT, method: Method::PATCH, to, authorization, body, headers: &[] })
            .await
            .map(drop)
    }
}

/// The new members without what never changes, and an empty one for each that the old record has and the new one has not.
fn patch(new: &str, old: &str) -> Option<String> {
    let mut new: Map<String, Value> = serde_json::from_str(new).ok()?;
    let old: Map<String, Value> = serde_json::from_str(old).ok()?;
    if new.get("encryptionKeyUrl") != old.get("encryptionKeyUrl") {
        return None;
    }
    new.retain(|name, _| !matches!(name.as_str(), "contactType" | "contactId"));
    let texts = TEXTS.map(|name| (name, json!("")));
    let lists = LISTS.map(|name| (name, json!([])));
    for (name, empty) in texts.into_iter().chain(lists).chain([("addressInfo", json!({}))]) {
        if old.get(name).is_some_and(|value| !value.is_null()) {
            new.entry(name).or_insert(empty);
        }
    }
    Some(Value::Object(new).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_new_version_has_not_is_emptied_and_what_never_changes_is_not_sent() {
        let old = r#"{"contactId": "1", "contactType": "CUSTOM", "encryptionKeyUrl": "kms://k/keys/1", "title": "a.b.c.d.e",
                      "emails": [{"value": "a.b.c.d.e"}], "addressInfo": {"city": "a.b.c.d.e"}, "lastName": null, "ims": []}"#;
        let new = r#"{"contactType": "CUSTOM", "encryptionKeyUrl": "kms://k/keys/1", "displayName": "f.g.h.i.j",
                      "emails": [{"value": "f.g.h.i.j"}], "groups": ["g"]}"#;
        let patched: Value = serde_json::from_str(&patch(new, old).unwrap()).unwrap();
        let expected = json!({"encryptionKeyUrl": "kms://k/keys/1", "displayName": "f.g.h.i.j", "title": "",
                              "emails": [{"value": "f.g.h.i.j"}], "addressInfo": {}, "groups": ["g"]});
        assert_eq!(patched, expected);
    }

    #[test]
    fn under_another_key_there_is_no_patch() {
        let old = r#"{"encryptionKeyUrl": "kms://k/keys/1", "ims": "what is not sent stays under the old key"}"#;
        assert_eq!(patch(r#"{"encryptionKeyUrl": "kms://k/keys/2"}"#, old), None);
        assert_eq!(patch("no json", old), None);
    }
}
