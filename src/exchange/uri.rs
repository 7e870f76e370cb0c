//! Values as links that another program may be given: e-mail addresses, numbers, SIP addresses and web pages.
//!
//! Only the schemes of [`SCHEMES`] are ever made. What a value holds cannot add a parameter to its link: everything that
//! separates one part of a link from another is percent-encoded (RFC 3986 section 2.1).

/// The schemes that are opened, and no others.
pub const SCHEMES: [&str; 6] = ["http", "https", "mailto", "tel", "sip", "webextel"];

/// What stands for itself everywhere (RFC 3986 section 2.3).
const UNRESERVED: &str = "-._~";

/// Whether a link is of one of the [`SCHEMES`] and holds nothing that could be read as something else than a link.
pub fn is_allowed(link: &str) -> bool {
    let scheme = link.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str())) && link.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The text with every byte percent-encoded that is neither a letter, a digit, unreserved nor one of `kept`.
fn encoded(text: &str, kept: &str) -> String {
    let mut link = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if byte.is_ascii_alphanumeric() || (byte.is_ascii() && (UNRESERVED.contains(c) || kept.contains(c))) {
            link.push(c);
        } else {
            link.push('%');
            link.extend(
                [byte >> 4, byte & 15]
                    .map(|half| char::from_digit(u32::from(half), 16).map_or('0', |digit| digit.to_ascii_uppercase())),
            );
        }
    }
    link
}

/// The value without a scheme it may have been written with.
fn without_scheme<'a>(value: &'a str, schemes: &[&str]) -> &'a str {
    let value = value.trim();
    let of = |scheme: &&&str| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    schemes.iter().find(of).map_or(value, |scheme| &value[scheme.len()..])
}

/// The two sides of an address: one word, one at sign, one word, and none of the signs that stand around addresses.
fn sides(address: &str) -> Option<(&str, &str)> {
    let strange = |c: char| c.is_whitespace() || c.is_control() || "<>()[]\",;:\\".contains(c);
    let (local, host) = address.rsplit_once('@')?;
    let words = !local.is_empty() && !host.is_empty() && !local.contains('@');
    (words && !address.contains(strange) && !address.starts_with('-')).then_some((local, host))
}

/// The bare address to which mail can be sent; `None` when the value is none.
pub fn mail_address(value: &str) -> Option<&str> {
    let address = without_scheme(value, &["mailto:"]);
    sides(address).map(|_| address)
}

/// A mail to these addresses (RFC 6068); `None` without any.
pub fn mailto(values: &[&str]) -> Option<String> {
    let addresses: Vec<_> = values.iter().filter_map(|value| sides(mail_address(value)?)).collect();
    let addresses = addresses.iter().map(|(local, host)| format!("{}@{}", encoded(local, "!$'*+"), encoded(host, "")));
    let addresses = addresses.collect::<Vec<_>>().join(",");
    (!addresses.is_empty()).then(|| format!("mailto:{addresses}"))
}

/// A telephone number taken apart: what is dialled, and the extension behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Digits, `*` and `#`, after a `+` when it is an international number.
    pub dialled: String,
    /// Digits; empty when there is none.
    pub extension: String,
}

impl Number {
    /// Reads a number as people write it; `None` when it holds something that cannot be dialled.
    pub fn parse(value: &str) -> Option<Self> {
        let value = without_scheme(value, &["tel:"]).to_lowercase();
        let (number, extension) = match ["ext", "x"].iter().find_map(|word| value.split_once(word)) {
            Some((number, extension)) => (number.trim_end_matches([';', ',', ' ']), extension),
            None => (value.as_str(), ""),
        };
        let international = number.trim_start_matches(separates).starts_with('+');
        // The (0) of +49 (0)30 is dialled within the country only.
        let number = if international { number.replacen("(0)", "", 1) } else { number.to_owned() };
        let mut dialled = String::new();
        for c in number.chars() {
            match c {
                '+' if dialled.is_empty() => dialled.push(c),
                '*' | '#' => dialled.push(c),
                _ if separates(c) => {}
                _ => dialled.push(digit(c)?),
            }
        }
        let named = extension.trim_start_matches(|c: char| "ension.=:".contains(c) || separates(c));
        let extension = named.chars().filter(|c| !separates(*c)).map(digit).collect::<Option<String>>()?;
        dialled.contains(|c: char| c.is_ascii_digit()).then_some(Self { dialled, extension })
    }

    /// The link of a scheme (RFC 3966 section 3).
    fn link(&self, scheme: &str) -> String {
        let parameter = if self.extension.is_empty() { "" } else { ";ext=" };
        format!("{scheme}:{}{parameter}{}", encoded(&self.dialled, "+*"), self.extension)
    }

    /// A call by the telephone program.
    pub fn tel(&self) -> String {
        self.link("tel")
    }

    /// A call by the Webex app.
    pub fn webextel(&self) -> String {
        self.link("webextel")
    }
}

/// Signs that only make a number easier to read, and marks of direction that telephones copy along with it.
fn separates(c: char) -> bool {
    let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}') || invisible
}

/// The ASCII digit for a digit of a script in which numbers are commonly written.
fn digit(c: char) -> Option<char> {
    let value = [0x30, 0x660, 0x6f0, 0x966, 0xff10].into_iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(zero)?;
        (value < 10).then_some(value)
    });
    char::from_digit(value?, 10)
}

/// A call to a SIP address (RFC 3261 section 19.1), without the parameters it may carry; `None` when the value is none.
pub fn sip(value: &str) -> Option<String> {
    let address = without_scheme(value, &["sip:", "sips:"]);
    let address =
        address.rfind('@').and_then(|at| address[at..].find(';').map(|end| &address[..at + end])).unwrap_or(address);
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let (address, port) = match address.rsplit_once(':') {
        Some((address, port)) if is_port(port) => (address, format!(":{port}")),
        _ => (address, String::new()),
    };
    let (user, host) = sides(address)?;
    Some(format!("sip:{}@{}{port}", encoded(user, "!$'*+=/"), encoded(host, "")))
}

/// A web page; `https` where no scheme is written. `None` for any other scheme than http and https.
pub fn page(value: &str) -> Option<String> {
    let value = value.trim();
    let scheme = value.split_once(':').filter(|(scheme, rest)| {
        let is_word = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        // A host and its port look like a scheme.
        let is_port = rest.split('/').next().is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        is_word && !is_port
    });
    let (scheme, rest) = match scheme {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest.strip_prefix("//")?),
        None => ("https".to_owned(), value.trim_start_matches('/')),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let fits = ["http", "https"].contains(&scheme.as_str()) && !host.is_empty() && !host.contains(char::is_whitespace);
    // What is encoded already stays so, and the signs that structure a page's address are its own.
    fits.then(|| format!("{scheme}://{}", encoded(rest, "%:/?#[]@!$&'()*+,;=")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_to_addresses_and_to_nothing_else() {
        for (value, link) in [
            ("ada@example.org", Some("mailto:ada@example.org")),
            (" mailto:ada@example.org ", Some("mailto:ada@example.org")),
            ("ada+list@example.org", Some("mailto:ada+list@example.org")),
            ("ada?cc=eve@example.org", Some("mailto:ada%3Fcc%3Deve@example.org")),
            ("a&b%c/d#e@example.org", Some("mailto:a%26b%25c%2Fd%23e@example.org")),
            ("ada@example.org?bcc=eve", Some("mailto:ada@example.org%3Fbcc%3Deve")),
            ("zoë@köln.example", Some("mailto:zo%C3%AB@k%C3%B6ln.example")),
            ("mailto:mailto:ada@example.org", None),
            ("-oX@example.org", None),
            ("ada@example.org,eve@example.org", None),
            ("ada@example.org\nBcc: eve@example.org", None),
            ("Ada <ada@example.org>", None),
            ("ada", None),
            ("@example.org", None),
            ("", None),
        ] {
            assert_eq!(mailto(&[value]).as_deref(), link, "{value:?}");
        }
        assert_eq!(mailto(&["a@x", "nobody", "b@y"]).as_deref(), Some("mailto:a@x,b@y"));
        assert_eq!(mailto(&[]), None);
    }

    #[test]
    fn numbers_are_dialled_as_people_write_them() {
        for (value, link) in [
            ("+48 601 234 567", Some("tel:+48601234567")),
            ("+1 (415) 555-0042", Some("tel:+14155550042")),
            ("+49 (0)30 1234-0", Some("tel:+493012340")),
            ("(030) 12 34", Some("tel:0301234")),
            ("tel:+4420;ext=12", Some("tel:+4420;ext=12")),
            ("555.0042 ext. 12", Some("tel:5550042;ext=12")),
            ("555 0042 x12", Some("tel:5550042;ext=12")),
            ("555 0042, Extension 1 2", Some("tel:5550042;ext=12")),
            ("*100#", Some("tel:*100%23")),
            ("٠٦١٢٣", Some("tel:06123")),
            ("\u{202a}+48 601\u{202c}", Some("tel:+48601")),
            ("jando@intel.com", None),
            ("+1?phone-context=evil", None),
            ("12&x=3", None),
            ("call me", None),
            ("+", None),
            ("ext 12", None),
        ] {
            assert_eq!(Number::parse(value).map(|number| number.tel()).as_deref(), link, "{value:?}");
        }
        assert_eq!(Number::parse("+48 601").unwrap().webextel(), "webextel:+48601");
    }

    #[test]
    fn a_sip_address_cannot_add_parameters() {
        for (value, link) in [
            ("lukasz@sip.example", Some("sip:lukasz@sip.example")),
            ("SIP:lukasz@sip.example", Some("sip:lukasz@sip.example")),
            ("a?b&c=d@sip.example", Some("sip:a%3Fb%26c=d@sip.example")),
            ("a@sip.example?subject=x&y", Some("sip:a@sip.example%3Fsubject%3Dx%26y")),
            ("a@sip.example:5060;transport=tcp?x=y", Some("sip:a@sip.example:5060")),
            ("a:secret@sip.example", None),
            ("lukasz", None),
        ] {
            assert_eq!(sip(value).as_deref(), link, "{value:?}");
        }
    }

    #[test]
    fn only_web_pages_are_pages() {
        for (value, link) in [
            ("https://example.org/a?b=c&d#e", Some("https://example.org/a?b=c&d#e")),
            ("HTTP://example.org", Some("http://example.org")),
            ("example.org", Some("https://example.org")),
            ("example.org:8080/x", Some("https://example.org:8080/x")),
            ("//example.org", Some("https://example.org")),
            ("https://example.org/zoë 1%20\"", Some("https://example.org/zo%C3%AB%201%20%22")),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("data:text/html,x", None),
            ("https:", None),
            ("https:///x", None),
            ("my page", None),
            ("", None),
        ] {
            assert_eq!(page(value).as_deref(), link, "{value:?}");
        }
        assert_eq!(page("--help").as_deref(), Some("https://--help"), "the scheme keeps it from being an option");
    }

    #[test]
    fn only_links_of_known_schemes_are_allowed() {
        for link in ["https://x", "HTTP://x", "mailto:a@x", "tel:1", "sip:a@x", "webextel:+1"] {
            assert!(is_allowed(link), "{link}");
        }
        for link in ["file:///x", "javascript:x", "x", "", "-x", "https://a b", "tel:1\n", "ssh://x", "http://ë"] {
            assert!(!is_allowed(link), "{link}");
        }
    }
}
