//! stub
use crate::book::CardSource;
/// stub
pub fn unmanaged(card: &CardSource) -> Vec<serde_json::Value> {
    card.lines.iter().map(|l| l.clone().into()).collect()
}
/// stub
pub fn read<R: std::io::BufRead>(
    _: R,
) -> impl Iterator<Item = Result<crate::book::incoming::Incoming, crate::book::incoming::Fault>> {
    std::iter::empty()
}
