//! The one thing that is meant by what was written.

use super::{Exit, Stop};
use crate::exchange::visible;

/// The only candidate; of several each is listed, so that the user can say which.
pub(super) fn only<T>(
    written: &str,
    candidates: Vec<T>,
    nothing: impl FnOnce() -> String,
    describe: impl Fn(&T) -> String,
) -> Result<T, Stop> {
    match <[T; 1]>::try_from(candidates) {
        Ok([one]) => Ok(one),
        Err(none) if none.is_empty() => Err(Stop::new(Exit::NoMatch, nothing())),
        Err(many) => {
            let lines: Vec<_> = many.iter().map(|one| visible(&describe(one)).into_owned()).collect();
            let head = format!("'{written}' can be any of these; say which by what stands first:");
            Err(Stop::new(Exit::Usage, format!("{head}\n  {}", lines.join("\n  "))))
        }
    }
}
