//! A stand-in until the vCard branch is merged.

use serde_json::Value;

use crate::book::CardSource;

/// The properties we do not manage.
pub fn unmanaged(card: &CardSource) -> Vec<Value> {
    card.lines.iter().map(|line| Value::from(line.as_str())).collect()
}

/// The card with these properties instead of the unmanaged ones it has.
pub fn with_unmanaged(card: Option<CardSource>, properties: &[Value]) -> Result<Option<CardSource>, String> {
    let lines: Option<Vec<String>> = properties.iter().map(|p| p.as_str().map(str::to_owned)).collect();
    let lines = lines.ok_or("must be property lines")?;
    Ok(Some(CardSource { version: card.map_or_else(|| "4.0".to_owned(), |c| c.version), lines }))
}
