//! stub
use crate::book::CardSource;
/// stub
pub fn unmanaged(card: &CardSource) -> Vec<serde_json::Value> {
    card.lines.iter().map(|l| l.clone().into()).collect()
}
