//! A contact from TOML: the members become those of the JSON that `callbook edit` takes, whose reader checks them; where
//! each stood is remembered, so that what is wrong is pointed out at its line.

use serde_json::{Map, Value};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{super::json, Complaint};
use crate::book::{Contact, Draft, Field, Group};

/// The member that holds the names of groups, here and in JSON.
const GROUPS: (&str, &str) = ("groups", "groupNames");

/// For each member, by its path (`phoneNumbers[1].value`), its line.
pub(super) type Places = Vec<(String, usize)>;

/// The draft of a text, and where its members stand.
pub(super) fn read(text: &str, before: &Contact, groups: &[Group]) -> Result<(Draft, Places), Vec<Complaint>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, places: Vec::new() };
    if !errors.is_empty() {
        let complaint = |error: &toml::de::Error| Complaint {
            line: error.span().map_or(0, |span| reader.line(span.start)),
            field: "not TOML".to_owned(),
            reason: error.message().to_owned(),
        };
        return Err(errors.iter().map(complaint).collect());
    }
    let Value::Object(mut members) = reader.table("", table.get_ref()) else { return Err(Vec::new()) };
    // A line that was taken out empties its field.
    let shown = Field::ALL.into_iter().filter(|field| field.editable_in(before.contact_type)).map(Field::key);
    for name in shown.chain(["favourite", GROUPS.0]) {
        members.entry(name).or_insert(Value::Null);
    }
    if let Some(Value::String(notes)) = members.get_mut(Field::Notes.key())
        && notes.ends_with('\n')
    {
        notes.pop();
    }
    if let Some(names) = members.shift_remove(GROUPS.0) {
        members.insert(GROUPS.1.to_owned(), names);
    }
    match json::edited(before, &Value::Object(members), groups) {
        Ok(draft) => Ok((draft, reader.places)),
        Err(misfits) => Err(misfits.0.into_iter().map(|misfit| reader.complaint(misfit)).collect()),
    }
}

struct Reader<'a> {
    text: &'a str,
    places: Places,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
    }

    fn table(&mut self, path: &str, table: &DeTable) -> Value {
        let mut members = Map::new();
        for (name, value) in table {
            let name = name.get_ref();
            let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            let value = self.value(path, value);
            members.insert(name.to_string(), value);
        }
        Value::Object(members)
    }

    fn value(&mut self, path: String, value: &Spanned<DeValue>) -> Value {
        let line = self.line(value.span().start);
        let read = match value.get_ref() {
            DeValue::String(text) => text.as_ref().into(),
            DeValue::Boolean(switch) => (*switch).into(),
            // A birthday needs no quotes.
            DeValue::Datetime(moment) => moment.to_string().into(),
            // What a number says is of no interest: no field is one.
            DeValue::Integer(_) | DeValue::Float(_) => 0.into(),
            DeValue::Array(entries) => {
                entries.iter().enumerate().map(|(at, entry)| self.value(format!("{path}[{at}]"), entry)).collect()
            }
            DeValue::Table(table) => self.table(&path, table),
        };
        self.places.push((path, line));
        read
    }

    fn complaint(&self, misfit: json::Misfit) -> Complaint {
        let field = match misfit.member.strip_prefix(GROUPS.1) {
            Some(rest) => format!("{}{rest}", GROUPS.0),
            None => misfit.member,
        };
        let known = |path: &str| self.places.iter().find(|(place, _)| place == path).map(|(_, line)| *line);
        // What is missing has no line; what it is missing from has one.
        let parents = field.char_indices().rev().filter(|(_, c)| matches!(c, '.' | '['));
        let line = known(&field).or_else(|| parents.map(|(at, _)| &field[..at]).find_map(known)).unwrap_or_default();
        let quotes = misfit.reason.starts_with("must be a text, not a number");
        let reason = misfit.reason + if quotes { "; put it in quotes" } else { "" };
        Complaint { line, field, reason }
    }
}
