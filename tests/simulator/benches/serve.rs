#![allow(clippy::cast_precision_loss, reason = "figures for people")]
//! That the simulator is never the bottleneck of a client's measurement, nor grows: its own processor time for a list of 50,000
//! contacts, and its memory over 1,000 sign-ins of a client. `cargo bench -p simulator`; with `-- --sessions N` fewer sign-ins.
//!
//! The goals: half a second; the peak of the second half at most 1.1 times that of the first.

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Instant,
};

use serde_json::{Value, json};
use simulator::Options;
use support::{Bench, CONTACTS};

/// How long a tick of the scheduler's accounting is on Linux, seconds.
const TICK: f64 = 0.01;

struct Server {
    child: Child,
    ready: Value,
}

impl Server {
    fn start(flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simulator"));
        let mut child = command.args(flags).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, ready: serde_json::from_str(&line).unwrap() }
    }

    fn text(&self, member: &str) -> &str {
        self.ready[member].as_str().unwrap()
    }

    /// Processor time used so far, seconds.
    fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<_> = stat[stat.rfind(')').unwrap()..].split(' ').collect();
        (fields[12].parse::<f64>().unwrap() + fields[13].parse::<f64>().unwrap()) * TICK
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Resident memory of this process, KiB: the simulator of the second measurement runs in it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::main]
async fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let at = arguments.iter().position(|argument| argument == "--sessions");
    let sessions: usize = at.and_then(|at| arguments.get(at + 1)).map_or(1000, |count| count.parse().unwrap());

    let server = Server::start(&["--contacts", "50000"]);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let root = reqwest::Certificate::from_pem(&std::fs::read(server.text("tls_root")).unwrap()).unwrap();
    let http = reqwest::Client::builder().tls_certs_only([root]).build().unwrap();
    let url = format!("{}{CONTACTS}", server.text("api").strip_suffix("/v1").unwrap());
    let mut times = Vec::new();
    for _ in 0..5 {
        let (before, began) = (server.processor(), Instant::now());
        let length =
            http.get(&url).bearer_auth(server.text("token")).send().await.unwrap().bytes().await.unwrap().len();
        times.push(server.processor() - before);
        println!(
            "50,000 contacts: {:.1} MB in {:.2} s, processor of the simulator {:.2} s",
            length as f64 / 1e6,
            began.elapsed().as_secs_f64(),
            times.last().unwrap()
        );
    }
    times.sort_by(f64::total_cmp);
    println!("median {:.2} s (goal 0.5 s)", times[2]);
    drop(server);

    let bench = Bench::start(Options { contacts: 50, ..Options::default() }).await;
    let mut peaks = [0, 0];
    for number in 0..sessions {
        let mut session = bench.session().await;
        session.ask(json!({"method": "create", "uri": "/keys", "count": 1})).await;
        bench.call("GET", CONTACTS, None).await;
        let path = session.device["url"].as_str().unwrap().strip_prefix(&bench.base).unwrap().to_owned();
        bench.call("DELETE", &path, None).await;
        let half = usize::from(number >= sessions / 2);
        peaks[half] = peaks[half].max(resident());
    }
    let ratio = peaks[1] as f64 / peaks[0] as f64;
    println!(
        "{sessions} sign-ins: peak {} MiB, then {} MiB: ratio {ratio:.2} (goal 1.1)",
        peaks[0] / 1024,
        peaks[1] / 1024
    );
}
