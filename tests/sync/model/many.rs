//! Many runs at the same time: mostly they wait.

use std::{
    fmt::Display,
    panic::{self, AssertUnwindSafe},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// So many at the same time, on however few cores.
const WORKERS: usize = 12;
/// After so many failures nobody learns anything new.
const ENOUGH: usize = 3;

/// What a run did so far, told if it fails.
#[derive(Default)]
pub struct Log(Mutex<Vec<String>>);

impl Log {
    pub fn note(&self, line: impl Display) {
        self.0.lock().unwrap().push(line.to_string());
    }
}

/// Does all the jobs, each on a thread and a runtime of its own, and fails with the names of those that failed.
pub fn at_once<J: Copy + Sync>(jobs: &[J], name: impl Fn(J) -> String + Sync, work: impl AsyncFn(J, &Log) + Sync) {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let worker = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let log = Log::default();
            let one = || {
                // Of one thread, so that the same happens again.
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(work(*job, &log));
            };
            let failed = panic::catch_unwind(AssertUnwindSafe(one)).is_err();
            if failed || jobs.len() == 1 {
                println!("{}\n  {}", name(*job), log.0.into_inner().unwrap().join("\n  "));
            }
            if failed {
                let mut failures = failures.lock().unwrap();
                failures.push(name(*job));
                if failures.len() == ENOUGH {
                    next.store(jobs.len(), Ordering::Relaxed);
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(worker);
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "to be played again: {}", failures.join(", "));
}
