//! Refusals, as JSON (specification section 11.2).

use serde_json::{Value, json};

use crate::call::Reply;

/// A call that is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What is wrong.
    pub message: String,
    /// An OAuth error code (RFC 6749 section 5.2).
    pub error: Option<&'static str>,
    /// Seconds to wait, for the header `Retry-After`.
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A refusal with a status.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), error: None, retry_after: None }
    }

    /// 400
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// 401
    pub fn unauthorized() -> Self {
        Self::new(401, "The access token is missing, unknown or expired")
    }

    /// 403
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, message)
    }

    /// 404
    pub fn not_found(what: &str) -> Self {
        Self::new(404, format!("{what} not found"))
    }

    /// 405
    pub fn method_not_allowed() -> Self {
        Self::new(405, "Method not allowed")
    }

    /// 400 with an OAuth error code.
    pub fn oauth(error: &'static str, message: impl Into<String>) -> Self {
        Self { error: Some(error), ..Self::bad_request(message) }
    }

    /// As an answer.
    pub fn reply(&self, tracking_id: &str) -> Reply {
        let mut body = json!({
            "message": self.message,
            "errors": [{"description": self.message}],
            "trackingId": tracking_id,
        });
        if let (Some(error), Value::Object(body)) = (self.error, &mut body) {
            body.insert("error".to_owned(), error.into());
            body.insert("error_description".to_owned(), self.message.clone().into());
        }
        let reply = Reply::json(self.status, &body);
        match self.retry_after {
            Some(seconds) => reply.with_header("retry-after", &seconds.to_string()),
            None => reply,
        }
    }
}
