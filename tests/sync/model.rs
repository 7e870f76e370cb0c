//! Chance against the sync: edits at two windows, edits by a second client, faults, deaths and answers in any order. When
//! the faults have stopped both sides are the same, and are what the model says.
//!
//! `CALLBOOK_SEED=n` plays one run again, and with `--nocapture` tells it; `CALLBOOK_RUNS=n` plays so many,
//! `CALLBOOK_NIGHTLY=1` 20,000.

mod chance;
mod deeds;
mod elsewhere;
mod ledger;
mod many;
mod run;
mod side;
mod steps;
mod trouble;

use std::env;

/// So many runs in an ordinary test.
const RUNS: u64 = 500;
const NIGHTLY: u64 = 20_000;

#[test]
fn whatever_happens_both_sides_end_up_the_same() {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let runs = if env::var_os("CALLBOOK_NIGHTLY").is_some() { NIGHTLY } else { RUNS };
    let seeds = match number("CALLBOOK_SEED") {
        Some(seed) => seed..seed + number("CALLBOOK_RUNS").unwrap_or(1),
        None => 0..number("CALLBOOK_RUNS").unwrap_or(runs),
    };
    many::at_once(&seeds.collect::<Vec<_>>(), |seed| format!("CALLBOOK_SEED={seed}"), run::run);
}
