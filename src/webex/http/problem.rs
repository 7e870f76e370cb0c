//! What a server says when it refuses (specification section 11.2): many shapes, one sentence.

use std::time::Duration;

use serde_json::Value;

use super::Reply;
use crate::webex::Refusal;

/// The members that hold the text, in the order in which they are looked at.
const TEXTS: [&str; 7] = ["error_description", "message", "msg", "errorString", "description", "errors", "error"];
/// So much of a text is shown, in characters.
const LONGEST: usize = 300;
/// So deep a body is searched.
const DEEPEST: usize = 6;

/// The refusal behind an answer; what must not come back is struck out of its text.
pub fn refusal(doing: &'static str, reply: &Reply, secrets: &[&str], retry_after: Option<Duration>) -> Refusal {
    let body = serde_json::from_slice::<Value>(&reply.body).unwrap_or_default();
    let in_body = body.get("trackingId").and_then(Value::as_str).map(tidy);
    let message = text(&body, DEEPEST).map(|text| {
        let struck = secrets.iter().filter(|secret| !secret.is_empty());
        tidy(&struck.fold(text.to_owned(), |text, secret| text.replace(secret, "***")))
    });
    Refusal {
        doing,
        status: reply.status,
        message: message.filter(|message| !message.is_empty()),
        tracking_id: reply.tracking_id.clone().or(in_body).filter(|id| !id.is_empty()),
        retry_after,
    }
}

/// The code of an OAuth error (RFC 6749 section 5.2), if there is one.
pub fn oauth_code(body: &[u8]) -> Option<String> {
    let body = serde_json::from_slice::<Value>(body).ok()?;
    let code = body.get("error").and_then(Value::as_str).map(tidy);
    code.filter(|code| !code.is_empty())
}

fn text(value: &Value, depth: usize) -> Option<&str> {
    if depth == 0 {
        return None;
    }
    match value {
        Value::String(text) => Some(text.as_str()).filter(|text| !text.trim().is_empty()),
        Value::Array(values) => values.iter().find_map(|value| text(value, depth - 1)),
        Value::Object(members) => {
            TEXTS.iter().find_map(|name| members.get(*name).and_then(|value| text(value, depth - 1)))
        }
        _ => None,
    }
}

/// Text from outside, fit for a line: without control characters and changes of direction, and not long.
pub fn tidy(text: &str) -> String {
    let is_plain = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut tidy: String =
        text.trim().chars().map(|c| if c == '\n' { ' ' } else { c }).filter(is_plain).take(LONGEST + 1).collect();
    if tidy.chars().count() > LONGEST {
        tidy.pop();
        tidy.push('…');
    }
    tidy
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use serde_json::json;

    use super::*;

    fn said(body: &str) -> Option<String> {
        let reply = Reply { status: 400, headers: HeaderMap::new(), body: body.as_bytes().to_vec(), tracking_id: None };
        refusal("try", &reply, &["secret-token"], None).message
    }

    #[test]
    fn every_shape_of_error_is_read() {
        for body in [
            json!({"message": "No", "trackingId": "x"}),
            json!({"errors": [{"description": "No"}]}),
            json!({"error": {"message": [{"description": "No"}]}}),
            json!({"errorString": "No"}),
            json!({"msg": "No"}),
            json!({"error": "No"}),
            json!({"message": "", "error": "No"}),
            json!("No"),
        ] {
            assert_eq!(said(&body.to_string()).as_deref(), Some("No"), "{body}");
        }
        for body in ["", "<html>", "{}", "[[[[[[[[[[\"deep\"]]]]]]]]]]", "{\"message\":7}"] {
            assert_eq!(said(body), None, "{body}");
        }
    }

    #[test]
    fn what_it_says_is_short_plain_and_without_secrets() {
        let long = json!({"message": format!("a\u{1b}[31m\u{202e}\nb{}", "x".repeat(900))}).to_string();
        let said_long = said(&long).unwrap();
        assert!(said_long.starts_with("a[31m bxx") && said_long.chars().count() == LONGEST + 1, "{said_long}");
        assert_eq!(said(r#"{"message":"the token secret-token is old"}"#).unwrap(), "the token *** is old");
        assert_eq!(oauth_code(br#"{"error":"invalid_grant"}"#).as_deref(), Some("invalid_grant"));
        assert_eq!(oauth_code(br#"{"error":{"code":1}}"#), None);
    }
}
