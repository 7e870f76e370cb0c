//! Finding contacts: folding, the index, matching, ranking and highlighting. Pure.
//!
//! A query is a list of terms that must all match; each term takes its best field. A term matches a text
//!
//! * as a piece of it (`lace` in Lovelace), or
//! * as an abbreviation that starts at a word and goes on by neighbours, by the start of a later word, or by leaving
//!   out a letter or two (`adlvl` is Ada Lovelace),
//!
//! so that a longer term never finds more than its beginning, and letters scattered over a text are no match. Pieces
//! are ranked by where they stand; abbreviations rank below them, ordered by `fuzzy-matcher`.

mod filter;
mod fold;
mod highlight;
mod index;
mod matching;
mod misspelling;
mod people;
mod query;
mod rank;
mod vocabulary;

pub use filter::{Hit, Scope, filter};
pub use fold::{fold, second_form};
pub use highlight::highlight;
pub use index::Index;
pub use misspelling::highlight_person;
pub use people::{PeopleHits, PeopleIndex, person_text};
pub use query::Query;
pub use rank::rank;
pub use vocabulary::{Topic, Vocabulary};
