//! One HTTP call as the services see it, and its answer.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;

/// A call, its body read.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its number, from 1.
    pub number: u64,
    /// The method.
    pub method: Method,
    /// The path as sent.
    pub path: String,
    /// The segments of the path, percent-decoded.
    pub segments: Vec<String>,
    /// The query as sent, without the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A call from its parts.
    ///
    /// # Errors
    /// The path is not one: bad percent encoding, empty or dot segments.
    pub fn new(number: u64, method: Method, uri: &Uri, headers: HeaderMap, body: Bytes) -> Result<Self, Problem> {
        let path = uri.path().to_owned();
        let segments = path.trim_matches('/').split('/').map(segment).collect::<Option<Vec<_>>>();
        let segments = segments.ok_or_else(|| Problem::bad_request("The path is malformed"))?;
        Ok(Self { number, method, path, segments, query: uri.query().unwrap_or_default().to_owned(), headers, body })
    }

    /// A header as text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The pairs of the query.
    pub fn pairs(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The first value of a query parameter.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The body as JSON of a shape.
    ///
    /// # Errors
    /// It is not JSON, or of another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Problem::bad_request(format!("The body is not acceptable: {error}")))
    }

    /// The body as a form.
    ///
    /// # Errors
    /// It is declared to be something else.
    pub fn form(&self) -> Result<Form, Problem> {
        if !self.header("content-type").starts_with("application/x-www-form-urlencoded") {
            return Err(Problem::oauth("invalid_request", "The body must be a form"));
        }
        Ok(Form(url::form_urlencoded::parse(&self.body).into_owned().collect()))
    }

    /// The bearer token of the header `Authorization`.
    pub fn bearer(&self) -> Option<&str> {
        bearer(self.header("authorization"))
    }

    /// The tracking id that came with it.
    pub fn tracking_id(&self) -> String {
        match self.header("trackingid") {
            "" => format!("SIMULATOR_{}", self.number),
            id => id.to_owned(),
        }
    }
}

/// The token behind the word `Bearer`.
pub fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn segment(raw: &str) -> Option<String> {
    if raw.is_empty() || raw == "." || raw == ".." {
        return None;
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The pairs of a form.
#[derive(Clone, Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// A value; empty when it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// It is absent or empty.
    pub fn need(&self, name: &str) -> Result<&str, Problem> {
        match self.get(name) {
            "" => Err(Problem::oauth("invalid_request", format!("{name} is missing"))),
            value => Ok(value),
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Headers beside the content type.
    pub headers: Vec<(String, String)>,
    /// The body, JSON unless a header says otherwise.
    pub body: Bytes,
}

impl Reply {
    /// Without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// With a body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self { body: body.to_string().into(), ..Self::empty(status) }
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As the server sends it.
    pub fn response(self, tracking_id: &str) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if !self.body.is_empty() {
            headers.insert("content-type", HeaderValue::from_static("application/json;charset=UTF-8"));
        }
        if let Ok(id) = HeaderValue::from_str(tracking_id) {
            headers.insert("trackingid", id);
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded_and_tricks_refused() {
        assert_eq!(segment("a%2Fb"), Some("a/b".to_owned()));
        for trick in ["", ".", "..", "%", "%zz", "%4", "%ff"] {
            assert_eq!(segment(trick), None, "{trick}");
        }
    }

    #[test]
    fn bearers_are_read_whatever_the_case() {
        assert_eq!(bearer("Bearer a_b_c"), Some("a_b_c"));
        assert_eq!(bearer("bearer  a"), Some("a"));
        assert_eq!(bearer("Basic a"), None);
    }
}
