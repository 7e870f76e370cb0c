//! The People API (specification section 9.3): the second way to people, for accounts that may not read SCIM.

use super::{mapping, scim::encoded};

/// So many ids are looked up at once.
pub const BATCH: usize = 85;
/// How many people a page of a search has.
const PAGE: usize = 50;

/// The query for people whose names begin like this; for an address, of whom it is.
pub fn by_text(text: &str) -> String {
    let name = if text.contains('@') { "email" } else { "displayName" };
    format!("{name}={}&max={PAGE}", encoded(text))
}

/// The query for people by the UUIDs of the directory.
pub fn by_ids(ids: &[&str]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| mapping::hydra_id(id)).collect();
    format!("id={}", encoded(&ids.join(",")))
}

/// The next page of a `Link` header (RFC 8288), if there is one.
pub fn next_page(link: &str) -> Option<&str> {
    let mut rest = link;
    while let Some((_, after)) = rest.split_once('<') {
        let (url, after) = after.split_once('>')?;
        let (parameters, others) =
            after.split_once('<').map_or((after, ""), |(parameters, _)| (parameters, &after[parameters.len()..]));
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let relation = parameter.trim().strip_prefix("rel=").map(|value| value.trim_matches('"'));
            relation.is_some_and(|value| value.split_whitespace().any(|word| word.eq_ignore_ascii_case("next")))
        });
        if is_next {
            return Some(url);
        }
        rest = others;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_looked_for_as_an_address() {
        assert_eq!(by_text("Ada L"), "displayName=Ada%20L&max=50");
        assert_eq!(by_text("a+b@c.test"), "email=a%2Bb%40c.test&max=50");
    }

    #[test]
    fn the_next_page_is_found_among_links() {
        assert_eq!(next_page("<https://a.test/p?c=1>; rel=\"next\""), Some("https://a.test/p?c=1"));
        assert_eq!(
            next_page("<https://a.test/1>; rel=\"prev\", <https://a.test/2>; rel=next"),
            Some("https://a.test/2")
        );
        assert_eq!(next_page("<https://a.test/1>; title=\"x\"; rel=\"last next\""), Some("https://a.test/1"));
        for none in [
            "",
            "<https://a.test/1>; rel=\"prev\"",
            "<https://a.test",
            "https://a.test; rel=next",
            "<a>; rel=\"nextish\"",
        ] {
            assert_eq!(next_page(none), None, "{none}");
        }
    }
}
