//! One property: group, name, parameters and the value as written (RFC 6350 section 3.3).

use super::Version;

/// A parameter with its values, unquoted and with RFC 6868 escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// In upper case.
    pub name: String,
    pub values: Vec<String>,
}

/// A property. As long as nothing was changed it knows the line it was read from and is written as that line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// `item1` of `item1.TEL`; empty without a group.
    group: String,
    /// As written: `X-ABLabel`.
    name: String,
    /// In upper case, for comparing.
    key: String,
    params: Vec<Param>,
    /// As written, escapes and encoding included.
    value: String,
    line: Option<String>,
}

impl Property {
    /// A new property, without parameters.
    pub fn new(name: &str, value: String) -> Self {
        let key = name.to_ascii_uppercase();
        Self { group: String::new(), name: name.to_owned(), key, params: Vec::new(), value, line: None }
    }

    /// The property of a logical line.
    ///
    /// # Errors
    /// The line, when it is no property.
    pub fn parse(line: String, version: Version) -> Result<Self, String> {
        match Self::parts(&line, version) {
            Some(property) => Ok(Self { line: Some(line), ..property }),
            None => Err(line),
        }
    }

    fn parts(line: &str, version: Version) -> Option<Self> {
        let at = colon(line.as_bytes())?;
        let (head, value) = (&line[..at], &line[at + 1..]);
        let mut words = split_unquoted(head, ';');
        let full = words.next()?.trim().trim_start_matches('\u{feff}');
        let (group, name) = full.split_once('.').unwrap_or(("", full));
        if !is_name(name) || !(group.is_empty() || is_name(group)) {
            return None;
        }
        let mut property = Self::new(name, value.to_owned());
        group.clone_into(&mut property.group);
        for word in words.filter(|word| !word.trim().is_empty()) {
            property.read_param(word, version);
        }
        Some(property)
    }

    fn read_param(&mut self, word: &str, version: Version) {
        let (name, values) = match word.split_once('=') {
            Some((name, values)) => (name.trim().to_ascii_uppercase(), values),
            None => (bare_name(word.trim()).to_owned(), word.trim()),
        };
        // Nobody could read what has no name; it stays in the line as long as that is used.
        if !is_name(&name) {
            return;
        }
        let mut read = Vec::new();
        for value in split_unquoted(values, ',') {
            let value = value.trim();
            let value = value.strip_prefix('"').map_or(value, |v| v.strip_suffix('"').unwrap_or(v));
            let value = if version == Version::V2_1 { value.to_owned() } else { uncaret(value) };
            // RFC 6350 itself quotes whole lists of types: `TYPE="work,voice"`.
            if name == "TYPE" {
                read.extend(value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned));
            } else {
                read.push(value);
            }
        }
        if name == "VALUE" {
            read = read.first().and_then(|value| value_type(value)).into_iter().collect();
        }
        match self.params.iter_mut().find(|param| param.name == name) {
            Some(_) if name == "VALUE" => {}
            Some(known) => known.values.append(&mut read),
            None if read.is_empty() => {}
            None => self.params.push(Param { name, values: read }),
        }
    }

    /// The name in upper case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The group in lower case; empty without one.
    pub fn group(&self) -> String {
        self.group.to_ascii_lowercase()
    }

    /// The value as written.
    pub fn raw(&self) -> &str {
        &self.value
    }

    /// All parameters.
    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// The first value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|param| param.name == name)?.values.first().map(String::as_str)
    }

    /// Whether a parameter has this value, in any case.
    pub fn has(&self, name: &str, value: &str) -> bool {
        let of_name = self.params.iter().filter(|param| param.name == name);
        of_name.flat_map(|param| &param.values).any(|found| found.eq_ignore_ascii_case(value))
    }

    /// The words of `TYPE`, as written.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        let types = self.params.iter().filter(|param| param.name == "TYPE");
        types.flat_map(|param| &param.values).map(String::as_str)
    }

    /// Puts another value in place of the value.
    pub fn set_value(&mut self, value: String) {
        if self.value != value {
            self.value = value;
            self.line = None;
        }
    }

    /// Cuts inline data out of the line, which stays as it is but for that.
    pub fn cut_inline(&mut self) {
        let kept = self.value.find(',').map_or(0, |at| at + 1);
        if let Some(line) = &mut self.line {
            line.truncate(line.len() - (self.value.len() - kept));
        }
        self.value.truncate(kept);
    }

    /// Puts the property in a group.
    pub fn set_group(&mut self, group: &str) {
        if self.group() != group {
            group.clone_into(&mut self.group);
            self.line = None;
        }
    }

    /// Removes every parameter of this name.
    pub fn remove(&mut self, name: &str) {
        self.retain_params(|param| param.name != name);
    }

    /// Removes the parameters that are not wanted.
    pub fn retain_params(&mut self, wanted: impl FnMut(&Param) -> bool) {
        let before = self.params.len();
        self.params.retain(wanted);
        if self.params.len() != before {
            self.line = None;
        }
    }

    /// Adds a parameter at the end.
    pub fn add(&mut self, name: &str, value: &str) {
        self.add_all(name, vec![value.to_owned()]);
    }

    /// Adds a parameter of several values at the end.
    pub fn add_all(&mut self, name: &str, values: Vec<String>) {
        self.params.push(Param { name: name.to_owned(), values });
        self.line = None;
    }

    /// Adds a word to `TYPE`.
    pub fn add_type(&mut self, word: &str) {
        match self.params.iter_mut().find(|param| param.name == "TYPE") {
            Some(types) => types.values.push(word.to_owned()),
            None => self.params.push(Param { name: "TYPE".to_owned(), values: vec![word.to_owned()] }),
        }
        self.line = None;
    }

    /// Removes the words of `TYPE` (given in lower case) that are not wanted.
    pub fn retain_types(&mut self, mut wanted: impl FnMut(&str) -> bool) {
        let mut removed = false;
        for types in self.params.iter_mut().filter(|param| param.name == "TYPE") {
            let before = types.values.len();
            types.values.retain(|word| wanted(&word.to_lowercase()));
            removed |= types.values.len() != before;
        }
        if removed {
            self.line = None;
            self.params.retain(|param| param.name != "TYPE" || !param.values.is_empty());
        }
    }

    /// Makes the property forget the line it was read from, because another version writes it otherwise.
    pub fn forget_line(&mut self) {
        self.line = None;
    }

    /// The logical line, not folded, when nothing else is wanted any more.
    pub fn into_line(mut self) -> String {
        self.line.take().unwrap_or_else(|| self.to_line())
    }

    /// The logical line, not folded.
    pub fn to_line(&self) -> String {
        if let Some(line) = &self.line {
            return line.clone();
        }
        let mut line = String::with_capacity(self.value.len() + 64);
        if !self.group.is_empty() {
            line.push_str(&self.group);
            line.push('.');
        }
        line.push_str(&self.name);
        for param in &self.params {
            line.push(';');
            line.push_str(&param.name);
            line.push('=');
            let values: Vec<String> = param.values.iter().map(|value| quoted(value)).collect();
            line.push_str(&values.join(","));
        }
        line.push(':');
        line.push_str(&self.value);
        line
    }
}

/// RFC 6350 section 3.3, `name`, and the underscore that some programs use.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Where the value begins: the first colon outside of quotes, or the first one when quotes do not close.
pub fn colon(line: &[u8]) -> Option<usize> {
    let mut quoted = false;
    let outside = line.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    });
    outside.or_else(|| line.iter().position(|byte| *byte == b':'))
}

/// The `ENCODING` that a head declares.
pub fn encoding(head: &str) -> Option<&str> {
    split_unquoted(head, ';').skip(1).find_map(|word| {
        let (name, value) = word.split_once('=').unwrap_or((bare_name(word.trim()), word));
        name.trim().eq_ignore_ascii_case("ENCODING").then_some(value.trim().trim_matches('"'))
    })
}

/// What a bare word of vCard 2.1 says (versit vCard 2.1, "Property parameters").
fn bare_name(word: &str) -> &'static str {
    const BARE: [(&str, &str); 8] = [
        ("QUOTED-PRINTABLE", "ENCODING"),
        ("BASE64", "ENCODING"),
        ("8BIT", "ENCODING"),
        ("7BIT", "ENCODING"),
        ("INLINE", "VALUE"),
        ("URL", "VALUE"),
        ("CONTENT-ID", "VALUE"),
        ("CID", "VALUE"),
    ];
    BARE.iter().find(|(bare, _)| bare.eq_ignore_ascii_case(word)).map_or("TYPE", |(_, name)| name)
}

/// The value type in the words of 4.0. That a value stands in the card goes without saying.
fn value_type(found: &str) -> Option<String> {
    match found.to_ascii_lowercase().as_str() {
        "url" => Some("uri".to_owned()),
        "inline" | "binary" => None,
        other => is_name(other).then(|| other.to_owned()),
    }
}

fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
}

/// RFC 6868 section 3.
fn uncaret(value: &str) -> String {
    if !value.contains('^') {
        return value.to_owned();
    }
    let mut text = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        let resolved = match (c, rest.as_str().chars().next()) {
            ('^', Some('n')) => '\n',
            ('^', Some('^')) => '^',
            ('^', Some('\'')) => '"',
            _ => {
                text.push(c);
                continue;
            }
        };
        rest.next();
        text.push(resolved);
    }
    text
}

/// A parameter's value as written: RFC 6868 escapes, and quotes where RFC 6350 section 3.3 asks for them.
fn quoted(value: &str) -> String {
    let value = value.replace('^', "^^").replace('\n', "^n").replace('"', "^'");
    let value: String = value.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    let plain = !value.is_empty() && value.trim() == value && !value.contains([':', ';', ',']);
    if plain { value } else { format!("\"{value}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Property {
        Property::parse(line.to_owned(), Version::V3).unwrap()
    }

    #[test]
    fn an_untouched_property_is_its_line() {
        for line in ["tel;type=work;Type=\"voice\":+1", "item1.X-ABLabel:a:b", "N;X=\"a:b;c\":x;y", "TEL;CELL;PREF:1"] {
            assert_eq!(parse(line).to_line(), line);
        }
    }

    #[test]
    fn bare_words_and_quoted_lists_are_types() {
        let property = parse("TEL;WORK;TYPE=\"voice,text\";PREF;VALUE=uri:tel:1");
        assert_eq!(property.types().collect::<Vec<_>>(), ["WORK", "voice", "text", "PREF"]);
        assert_eq!((property.param("VALUE"), property.raw()), (Some("uri"), "tel:1"));
        assert_eq!(parse("KEY;X509;BASE64:AA").param("ENCODING"), Some("BASE64"));
    }

    #[test]
    fn quotes_that_never_close_do_not_hide_the_value() {
        assert_eq!(parse("NOTE;X=\"open:hello").raw(), "hello");
        assert_eq!(Property::parse("no colon".to_owned(), Version::V3), Err("no colon".to_owned()));
        assert_eq!(Property::parse(":no name".to_owned(), Version::V3), Err(":no name".to_owned()));
        assert_eq!(Property::parse("item1.:no name".to_owned(), Version::V3), Err("item1.:no name".to_owned()));
    }

    #[test]
    fn parameters_survive_being_written_again() {
        let mut property = parse("X-A;LABEL=\"a^nb:c\";Y=^^^':v");
        property.forget_line();
        let again = parse(&property.to_line());
        assert_eq!(again.params(), property.params());
        assert_eq!(again.param("LABEL"), Some("a\nb:c"));
    }

    #[test]
    fn a_change_of_the_types_leaves_the_rest() {
        let mut property = parse("TEL;X-COUCHDB-UUID=\"c2fa\";TYPE=WORK,VOICE:1");
        property.retain_types(|word| word != "work");
        property.add_type("HOME");
        assert_eq!(property.to_line(), "TEL;X-COUCHDB-UUID=c2fa;TYPE=VOICE,HOME:1");
    }
}
