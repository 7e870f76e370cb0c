//! Tokens, and what can be read of them.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::ZeroizeOnDrop;

use crate::{
    book::{Timestamp, port::Clock},
    config::Secret,
    webex::{WebexError, random},
};

/// What a sign-in yields. Times are absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// What services want to see.
    pub access: Secret,
    /// When it ends; `None` when only a refusal tells (a personal access token).
    pub expires: Option<Timestamp>,
    /// From when on it is renewed before its end.
    pub renew: Option<Timestamp>,
    /// What renews it.
    pub refresh: Option<Secret>,
    /// When that ends.
    pub refresh_expires: Option<Timestamp>,
    /// The scopes, separated by spaces; empty when they are not known.
    pub scopes: String,
}

impl Tokens {
    /// Whether there is nothing left that a service accepts.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Whether it is time to renew: past the moment that was drawn for it, or over.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.is_over(now) || (self.refresh.is_some() && self.renew.is_some_and(|renew| renew <= now))
    }

    /// The same with a moment for renewal drawn at random, so that not all programs renew at once: after 60, 70, 80 or 90 % of
    /// what remains (section 2.4).
    #[must_use]
    pub fn scheduled(mut self, now: Timestamp) -> Self {
        let tenths = 6 + random::bytes::<1>().map_or(2, |[byte]| i64::from(byte % 4));
        let remaining = self.expires.map(|expires| expires.0.saturating_sub(now.0).max(0));
        self.renew = remaining.map(|remaining| Timestamp(now.0.saturating_add(remaining / 10 * tenths)));
        self
    }

    /// As they are kept. The copy is wiped afterwards.
    pub(super) fn kept<T>(&self, keep: impl FnOnce(&Kept) -> T) -> T {
        let kept = Kept {
            access: self.access.expose().to_owned(),
            expires: self.expires,
            renew: self.renew,
            refresh: self.refresh.as_ref().map(|refresh| refresh.expose().to_owned()),
            refresh_expires: self.refresh_expires,
            scopes: self.scopes.clone(),
        };
        keep(&kept)
    }

    /// The organisation (section 2.2): the realm of a JWT, else the third of three parts.
    pub fn org_id(&self) -> Option<String> {
        let token = self.access.expose();
        let realm = claims(token).and_then(|claims| claims.realm);
        realm.or_else(|| match token.split('_').collect::<Vec<_>>()[..] {
            [_, _, org] => Uuid::parse_str(org).ok().map(|_| org.to_owned()),
            _ => None,
        })
    }
}

/// The form in which tokens are written.
#[derive(Deserialize, Serialize, ZeroizeOnDrop)]
pub(super) struct Kept {
    access: String,
    #[zeroize(skip)]
    expires: Option<Timestamp>,
    #[zeroize(skip)]
    renew: Option<Timestamp>,
    refresh: Option<String>,
    #[zeroize(skip)]
    refresh_expires: Option<Timestamp>,
    #[zeroize(skip)]
    scopes: String,
}

impl From<Kept> for Tokens {
    fn from(mut kept: Kept) -> Self {
        Self {
            access: std::mem::take(&mut kept.access).into(),
            expires: kept.expires,
            renew: kept.renew,
            refresh: kept.refresh.take().map(Secret::from),
            refresh_expires: kept.refresh_expires,
            scopes: std::mem::take(&mut kept.scopes),
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    realm: Option<String>,
    exp: Option<i64>,
}

fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()
}

/// A personal access token as a person pastes it (section 2.6): with or without the word `Bearer`, with any blanks around.
///
/// # Errors
/// It cannot be a token, or it says of itself that it is over. It is not quoted.
pub fn personal(text: &str, clock: &dyn Clock) -> Result<Tokens, WebexError> {
    let tokens = of_words(text)?;
    if tokens.is_over(clock.now()) {
        return Err(WebexError::SignedOut { reason: "this access token has expired".to_owned() });
    }
    Ok(tokens)
}

/// The same, whether it is over or not.
pub(super) fn of_words(text: &str) -> Result<Tokens, WebexError> {
    let mut words = text.split_whitespace().peekable();
    words.next_if(|word| word.eq_ignore_ascii_case("bearer"));
    let token = match (words.next(), words.next()) {
        (Some(token), None) if token.chars().all(|c| c.is_ascii_graphic()) => token,
        (None, _) => return Err(WebexError::Invalid("there is no access token: nothing came".to_owned())),
        _ => return Err(WebexError::Invalid("what came is no access token: it must be one word of ASCII".to_owned())),
    };
    let expires = claims(token).and_then(|claims| claims.exp).map(|exp| Timestamp(exp.saturating_mul(1000)));
    Ok(Tokens { access: token.into(), expires, ..Tokens::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp(1_000_000)
        }
        fn uuid(&self) -> Uuid {
            Uuid::nil()
        }
    }

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims))
    }

    fn org(token: &str) -> Option<String> {
        Tokens { access: token.into(), ..Tokens::default() }.org_id()
    }

    #[test]
    fn the_organisation_is_read_of_either_form_of_token() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/data/vectors/misc.json")).unwrap();
        let vector = &vectors["org_id_from_user_token"];
        assert_eq!(org(vector["token"].as_str().unwrap()).as_deref(), vector["org_id"].as_str());
        assert_eq!(org(&jwt(r#"{"realm":"r"}"#)).as_deref(), Some("r"));
        for token in ["", "a_b", "a_b_c", "a_b_c_d", "x.y.z", &jwt("{}"), &jwt("[")] {
            assert_eq!(org(token), None, "{token}");
        }
    }

    #[test]
    fn renewal_is_due_after_60_to_90_percent_of_what_remains() {
        let tokens = |refresh: Option<&str>| Tokens {
            expires: Some(Timestamp(2_000)),
            refresh: refresh.map(Secret::from),
            ..Tokens::default()
        };
        let drawn: Vec<_> = (0..64).map(|_| tokens(Some("r")).scheduled(Timestamp(1_000)).renew.unwrap().0).collect();
        assert!(drawn.iter().all(|renew| [1_600, 1_700, 1_800, 1_900].contains(renew)), "{drawn:?}");
        assert!(drawn.iter().any(|renew| *renew != drawn[0]), "it is drawn at random");
        let scheduled = tokens(Some("r")).scheduled(Timestamp(1_000));
        assert!(!scheduled.is_due(Timestamp(1_599)) && scheduled.is_due(Timestamp(1_900)));
        assert!(!scheduled.is_over(Timestamp(1_999)) && scheduled.is_over(Timestamp(2_000)));
        assert!(!tokens(None).scheduled(Timestamp(1_000)).is_due(Timestamp(1_999)), "nothing renews it");
        assert_eq!(tokens(None).scheduled(Timestamp(9_000)).renew, Some(Timestamp(9_000)));
    }

    #[test]
    fn a_pasted_token_is_taken_as_people_paste_it() {
        for text in ["abc", " Bearer  abc\n", "bearer abc", "\tabc\r\n"] {
            assert_eq!(personal(text, &Noon).unwrap().access, Secret::from("abc"), "{text:?}");
        }
        for text in ["", "Bearer", "two words", "ümlaut"] {
            let said = personal(text, &Noon).unwrap_err();
            assert!(matches!(&said, WebexError::Invalid(_)) && !said.to_string().contains("words"), "{text}: {said}");
        }
        assert!(personal(&jwt(r#"{"exp":999}"#), &Noon).unwrap_err().to_string().contains("has expired"));
        assert_eq!(personal(&jwt(r#"{"exp":1001}"#), &Noon).unwrap().expires, Some(Timestamp(1_001_000)));
    }
}
