//! Killed at every step of carrying out, one after the other.

use std::sync::atomic::{AtomicU32, Ordering};

use simulator::{
    Control,
    faults::{HttpFault, On},
};

use super::{
    chance::Chance,
    deeds::Deed,
    elsewhere::Turn,
    many::{self, Log},
    run::Run,
    trouble::Trouble,
};

/// More steps than there are.
const STEPS: u32 = 100;

/// Where death strikes.
#[derive(Clone, Copy, Debug)]
enum At {
    /// Before a change of the book.
    Change,
    /// While a call is on its way there, and arrives.
    Call,
    /// While a call is on its way there, and never arrives.
    CallInVain,
    /// While its answer is on the way back.
    Answer,
}

/// All that a sync can have to do, on both sides.
async fn much_to_do(seed: u64, log: &Log) -> Run<'_> {
    let mut run = Run::new(Chance::of(seed), log).await;
    for deed in [Deed::Add, Deed::Add, Deed::AddGroup, Deed::AddGroup, Deed::AddPerson, Deed::Add] {
        run.here(Some(deed));
    }
    for turn in [Turn::Create, Turn::Create, Turn::CreateGroup, Turn::AddPerson] {
        run.there(Some(turn)).await;
    }
    run.sync(Trouble::Nothing).await;
    for turn in [Turn::Edit, Turn::Delete, Turn::Regroup, Turn::Create] {
        run.there(Some(turn)).await;
    }
    for deed in [Deed::Edit, Deed::EditGroup, Deed::Delete, Deed::AddGroup, Deed::Edit, Deed::Regroup, Deed::Add] {
        run.here(Some(deed));
    }
    run
}

fn trouble(at: At, step: u32) -> Trouble {
    let on = On::path("").after(step);
    let hold = |carried_out| Control::Http { on: on.clone(), fault: HttpFault::Hold { carried_out } };
    let orders = match at {
        At::Change => return Trouble::Killed(step),
        At::Call => vec![hold(false)],
        At::Answer => vec![hold(true)],
        At::CallInVain => {
            let refused = HttpFault::Status { status: 500, retry_after: None };
            vec![hold(false), Control::Http { on: on.clone(), fault: refused }]
        }
    };
    Trouble::Held { orders, killed: true }
}

#[test]
fn a_death_at_every_step_loses_nothing_and_doubles_nothing() {
    let seeds = if std::env::var_os("CALLBOOK_NIGHTLY").is_some() { 25 } else { 1 };
    for seed in 0..seeds {
        let all = [At::Change, At::Call, At::CallInVain, At::Answer];
        // The first step that there is not.
        let ends = all.map(|_| AtomicU32::new(STEPS));
        let jobs: Vec<_> = (0..STEPS).flat_map(|step| (0..all.len()).map(move |at| (at, step))).collect();
        let name = |(at, step): (usize, u32)| format!("{:?}, seed {seed}, step {step}", all[at]);
        many::at_once(&jobs, name, async |(at, step), log| {
            if step < ends[at].load(Ordering::Relaxed) {
                let mut run = much_to_do(seed, log).await;
                if run.sync(trouble(all[at], step)).await {
                    ends[at].fetch_min(step, Ordering::Relaxed);
                }
                run.end().await;
            }
        });
        let ends = ends.map(AtomicU32::into_inner);
        println!("seed {seed}: {ends:?} steps");
        assert!(ends.iter().all(|end| (10..STEPS).contains(end)), "{ends:?} steps");
    }
}
