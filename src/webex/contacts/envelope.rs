//! The SDK's envelope, `{"statusCode","data","message"}` (specification section 8.8): the machine-readable form of every
//! call. What the SDK drops stands beside it: our own sentence, the server's, and the tracking id.

use serde::Serialize;

use super::{Listing, RemoteContact, RemoteGroup};
use crate::webex::WebexError;

/// The SDK's words for success.
const SUCCESS: &str = "SUCCESS";
/// The SDK's words for failure.
const FAILURE: &str = "FAILURE";

/// A result in the SDK's shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<D> {
    /// The HTTP status, or 422 where there was none.
    pub status_code: u16,
    /// What was asked for, or `error`.
    pub data: D,
    /// `SUCCESS` or `FAILURE`.
    pub message: &'static str,
    /// Of our own: what happened and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// Of our own: the server's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_message: Option<String>,
    /// Of our own: by which its makers find it in their logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_id: Option<String>,
}

/// `data` of a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The SDK's words.
    pub error: String,
}

/// `data` of a call that brings nothing back: `{}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Nothing {}

/// `data` of a contact made.
#[derive(Clone, Debug, Serialize)]
pub struct OneContact<'a> {
    /// The contact.
    pub contact: &'a RemoteContact,
}

/// `data` of a group made.
#[derive(Clone, Debug, Serialize)]
pub struct OneGroup<'a> {
    /// The group.
    pub group: &'a RemoteGroup,
}

/// `data` of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Both<'a> {
    /// The contacts in the order of the server.
    pub contacts: &'a [RemoteContact],
    /// The groups in the order of the server.
    pub groups: &'a [RemoteGroup],
}

/// A call that went well.
pub fn success<D: Serialize>(status: u16, data: D) -> Envelope<D> {
    Envelope { status_code: status, data, message: SUCCESS, details: None, server_message: None, tracking_id: None }
}

/// The whole list; `details` says where it is not complete and which keys are missing.
pub fn list(listing: &Listing) -> Envelope<Both<'_>> {
    let mut details = Vec::new();
    if !listing.complete {
        details.push("the list may not be complete".to_owned());
    }
    details.extend(listing.missing_keys.iter().map(|(key, reason)| format!("no key {key}: {reason}")));
    let details = (!details.is_empty()).then(|| details.join("; "));
    Envelope { details, ..success(200, Both { contacts: &listing.contacts, groups: &listing.groups }) }
}

/// A call that failed, with the exact words of the SDK in `data.error`.
pub fn failure(error: &WebexError) -> Envelope<Failed> {
    let refusal = if let WebexError::Refused(refusal) = error { Some(refusal) } else { None };
    // 400 of our own making is what the SDK refuses by itself too, with these words.
    let own = if let WebexError::Invalid(reason) = error { Some(reason.clone()) } else { None };
    let status = error.status().unwrap_or(422);
    Envelope {
        status_code: status,
        data: Failed { error: own.unwrap_or_else(|| words(status)) },
        message: FAILURE,
        details: Some(error.to_string()),
        server_message: refusal.and_then(|refusal| refusal.message.clone()),
        tracking_id: refusal.and_then(|refusal| refusal.tracking_id.clone()),
    }
}

fn words(status: u16) -> String {
    let words = match status {
        400 => "400 Bad request",
        401 => "User is unauthorised, possible token expiry",
        403 => "User request is forbidden",
        404 => "User info not found",
        408 => "Request to the server timedout",
        500 => "Internal server error occurred",
        501 => "Method is not implemented at the backend",
        503 => "Unable to establish a connection with the server",
        other => return format!("{other} Exception has occurred"),
    };
    words.to_owned()
}
