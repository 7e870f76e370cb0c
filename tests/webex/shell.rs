//! A shell whose variables point callbook at a simulator, as a person has it.
#![allow(dead_code, reason = "each program of tests uses its own part of this")]

use std::{
    io::Write as _,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use simulator::Options;

use crate::support::Stage;

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {} {}", self.out, self.err))
    }

    #[track_caller]
    pub fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn well(self) -> Self {
        self.with(0)
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.err.contains(words), "{words:?} is not in: {}", self.err);
        self
    }

    /// The network or the sign-in said no, in one line that has these words.
    #[track_caller]
    pub fn refused(self, words: &str) {
        let ended = self.with(5);
        ended.says(words);
        assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    }
}

/// The shell.
pub struct Shell {
    pub stage: Stage,
    pub variables: Vec<(&'static str, String)>,
}

impl Shell {
    pub async fn new(options: Options) -> Self {
        let stage = Stage::start(options).await;
        let directory = stage.directory.path();
        let mut variables = stage.simulator.ready.variables();
        variables.push(("CALLBOOK_BOOK", directory.join("book.db").display().to_string()));
        variables.push(("HOME", directory.display().to_string()));
        Self { stage, variables }
    }

    pub async fn signed_in(options: Options) -> Self {
        let shell = Self::new(options).await;
        shell.feed(shell.stage.token(), &["login", "--token-stdin"]).await.well();
        shell
    }

    pub fn set(&mut self, name: &'static str, value: &str) {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
    }

    pub fn spawn(&self, words: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_callbook"))
            .args(words)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub async fn run(&self, words: &[&str]) -> Ended {
        self.feed("", words).await
    }

    /// The same with something on its stdin.
    pub async fn feed(&self, input: &str, words: &[&str]) -> Ended {
        let mut child = self.spawn(words);
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        tokio::task::spawn_blocking(move || ended(child)).await.unwrap()
    }
}

pub fn ended(child: Child) -> Ended {
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
