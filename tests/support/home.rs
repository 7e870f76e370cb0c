//! The program as scripts see it: a home of its own, what goes in, what comes out, the exit code.
#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// Whom permissions stop.
const NOBODY: u32 = 65534;

/// A home directory of its own, with a book and settings.
pub struct Home {
    directory: TempDir,
    program: PathBuf,
    nobody: bool,
}

/// What a command did.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Home {
    pub fn new() -> Self {
        let program = assert_cmd::cargo::cargo_bin!("callbook").to_owned();
        Self { directory: tempfile::tempdir().unwrap(), program, nobody: false }
    }

    /// A home whose commands can be refused by permissions: root, whom nothing is refused, is dropped.
    pub fn of_nobody() -> Self {
        let mut home = Self::new();
        if rustix::process::geteuid().is_root() {
            chown(home.directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            fs::set_permissions(home.directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
            // The one that was built may lie where only root can go.
            let copy = home.path("callbook");
            fs::copy(&home.program, &copy).unwrap();
            (home.program, home.nobody) = (copy, true);
        }
        let started = home.command(&["--version"]).output();
        started.expect("this test needs to run callbook as somebody else than root, which the system does not allow");
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.started_by(&self.program);
        command.args(arguments);
        command
    }

    /// The command with all that it writes to one file limited, as on a disk with so much room.
    pub fn command_with_room(&self, kibibytes: u32, arguments: &[&str]) -> Command {
        let mut command = self.started_by(Path::new("/bin/sh"));
        // POSIX counts in blocks of 512 bytes.
        command.args(["-c", &format!("ulimit -f {}; exec \"$0\" \"$@\"", kibibytes * 2)]);
        command.arg(&self.program).args(arguments);
        command
    }

    /// A line of a shell that finds `callbook`.
    pub fn shell(&self, line: &str) -> Done {
        let mut command = self.started_by(Path::new("/bin/sh"));
        command.args(["-c", line]).env("PATH", self.program.parent().unwrap());
        Done::of(command.output().unwrap())
    }

    fn started_by(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.directory.path()).env("TZ", "UTC");
        command.env("CALLBOOK_BOOK", self.path("book.db"));
        command.env("XDG_CONFIG_HOME", self.path("config")).env("XDG_DATA_HOME", self.path("data"));
        if self.nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Done {
        self.feed(arguments, "")
    }

    pub fn feed(&self, arguments: &[&str], input: &str) -> Done {
        fed(self.command(arguments), input)
    }

    /// The stdout of a command that must succeed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        self.run(arguments).ok()
    }

    pub fn add(&self, contact: &Value) -> String {
        self.feed(&["add"], &contact.to_string()).ok().trim().to_owned()
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.ok(arguments)).unwrap()
    }

    pub fn file(&self, name: &str, contents: &(impl AsRef<[u8]> + ?Sized)) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        path.display().to_string()
    }

    pub fn names(&self) -> Vec<String> {
        self.ok(&["list"]).lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
    }
}

/// Runs a command with this on its stdin.
pub fn fed(command: Command, input: &str) -> Done {
    Done::of(assert_cmd::Command::from_std(command).write_stdin(input).output().unwrap())
}

impl Done {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    #[track_caller]
    pub fn fails(self, code: i32, message: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(message), "{message:?} is not in: {}", self.err);
        assert_eq!(self.out, "", "data of a command that failed");
    }
}
