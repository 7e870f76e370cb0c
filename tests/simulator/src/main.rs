//! The simulator as a program: says on one line that it is ready, and ends by Ctrl-C.

use clap::Parser as _;
use simulator::{Options, Simulator};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let simulator = Simulator::start(Options::parse()).await?;
    println!("{}", serde_json::to_string(&simulator.ready)?);
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    simulator.save()
}
