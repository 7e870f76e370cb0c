//! `callbook sync`

use std::{
    io::Write as _,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use clap::Args;

use super::online::{Online, Which};
use crate::{
    cli::{Exit, Session, Source, Stop, say},
    plan::Plan,
    sync::{Ended, Engine, How, Report, SyncError, Watched},
    webex::{Client, WebexError},
};

/// Brings the contacts here and on Webex together: takes over what is new there, sends what is new here.
#[derive(Debug, Args)]
pub struct Sync {
    #[command(flatten)]
    which: Which,
    /// Print what would happen, and do nothing
    #[arg(long, conflicts_with = "apply")]
    plan: bool,
    /// Print the plan as a JSON object
    #[arg(long, requires = "plan")]
    json: bool,
    /// Do it even if much would be deleted
    #[arg(long)]
    apply: bool,
    /// Wait at most so long for another callbook that syncs just now
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u64,
}

/// So often it is looked whether the other one is done.
const GLANCE: Duration = Duration::from_millis(100);

impl Sync {
    /// Syncs, or shows what a sync would do. What was done is said, what was not too, and the exit code tells why.
    pub fn run(self, source: &Source) -> Result<(), Stop> {
        let mut session = Session::open(source)?;
        let online = Online::prepare(source, &self.which)?;
        let login = online.access.login()?;
        let client = online.access.client(&login)?;
        let done = if self.plan {
            self.show(&mut session, source, &online, &client)
        } else {
            self.sync(&mut session, source, &online, &client)
        };
        online.runtime.block_on(client.close());
        if let Some(notice) = login.take_notice() {
            say(notice);
        }
        done.and(session.finish())
    }

    fn show(&self, session: &mut Session<'_>, source: &Source, online: &Online, client: &Client) -> Result<(), Stop> {
        let plan = online.runtime.block_on(Engine::preview(&session.book, client, &*source.clock))??;
        if self.json {
            let plan = serde_json::to_value(&plan).map_err(|error| WebexError::Local(error.to_string()))?;
            return session.print_json(&plan);
        }
        Ok(write!(session.out, "{plan}")?)
    }

    fn sync(&self, session: &mut Session<'_>, source: &Source, online: &Online, client: &Client) -> Result<(), Stop> {
        let how = How { confirmed: self.apply, at_once: true, ..How::default() };
        let mut once = || {
            session.change(|book| {
                Ok(online.runtime.block_on(async {
                    let mut engine = Engine::open(book, client.clone(), Arc::clone(&source.clock))?;
                    engine.sync(how, &Watched::by_nobody()).await
                }))
            })
        };
        let (begun, mut is_said) = (Instant::now(), false);
        let report = loop {
            match once()? {
                // What the other one sends may be what was there when it began: only a sync of one's own has all of it.
                Err(elsewhere @ SyncError::Elsewhere { process: Some(_) }) if begun.elapsed().as_secs() < self.wait => {
                    if !std::mem::replace(&mut is_said, true) {
                        say(format_args!("{elsewhere}; waiting for it"));
                    }
                    thread::sleep(GLANCE);
                }
                done => break done?,
            }
        };
        if report.here + report.there > 0 || matches!(report.ended, Ended::Done) {
            say(format_args!("{}: {}", online.access.account, counts(&report)));
        }
        if let Some(error) = &report.directory {
            say(format_args!("callbook: people of the directory were not all looked up: {error}"));
        }
        if let Ended::Braked(plan) = &report.ended {
            write!(session.out, "{plan}")?;
        }
        ended(report)
    }
}

fn counts(report: &Report) -> String {
    let parts = [(report.here, "taken over"), (report.there, "sent")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if parts.is_empty() { "up to date".to_owned() } else { parts.join(", ") }
}

/// The exit code, and a sentence for each thing that is left.
fn ended(report: Report) -> Result<(), Stop> {
    // A plan that was stopped has said so.
    for held in report.held.iter().filter(|_| !matches!(report.ended, Ended::Braked(_))) {
        say(held);
    }
    for failed in &report.failed {
        say(format_args!("{}: {}", failed.name, failed.error));
    }
    let waiting = report.conflicts + report.unclear;
    match report.ended {
        Ended::Failed(error) => Err(error.into()),
        Ended::Braked(plan) => Err(Stop::new(Exit::Conflict, braked(&plan))),
        Ended::Stopped | Ended::Left(_) => {
            Err(Stop::new(Exit::Partly, "not everything is done yet; sync again to go on"))
        }
        Ended::Done if waiting > 0 => {
            let words = if waiting == 1 { "1 record waits".to_owned() } else { format!("{waiting} records wait") };
            Err(Stop::new(Exit::Conflict, format!("{words} for your answer: callbook conflicts")))
        }
        Ended::Done if !report.failed.is_empty() => {
            Err(Stop::new(Exit::Partly, "not everything could be sent; see: callbook queue"))
        }
        Ended::Done => Ok(()),
    }
}

fn braked(plan: &Plan) -> String {
    let reason = plan.brake.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{reason}; nothing was deleted. If that is what you want: callbook sync --apply")
}

impl From<SyncError> for Stop {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Elsewhere { .. } => Self::new(Exit::Storage, error.to_string()),
            SyncError::Book(failure) => failure.into(),
        }
    }
}
