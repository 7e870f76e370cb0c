//! The program in a real terminal: a pseudo-terminal on one side, a screen that reads it on the other.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::{fd::OwnedFd, unix::process::CommandExt as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    fs::{Mode, OFlags},
    pipe::{PipeFlags, pipe_with},
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcgetattr, tcsetwinsize},
};

/// A test that waits longer than this has failed; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is there as long as the terminal is open.
struct Open {
    keyboard: File,
    side: OwnedFd,
    /// Its other end stops the reader.
    _stop: OwnedFd,
}

fn read_until_stopped(mut terminal: File, stopped: &OwnedFd, sender: &Sender<Vec<u8>>) {
    let mut buffer = [0; 4096];
    loop {
        let mut watched = [PollFd::new(&terminal, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
        if poll(&mut watched, None).is_err() || !watched[1].revents().is_empty() {
            return;
        }
        match terminal.read(&mut buffer) {
            Ok(count @ 1..) if sender.send(buffer[..count].to_vec()).is_ok() => {}
            _ => return,
        }
    }
}

/// A program and the screen it draws on.
#[allow(dead_code, reason = "the bench uses less of it than the tests")]
pub struct Terminal {
    pub child: Child,
    open: Option<Open>,
    reader: Option<thread::JoinHandle<()>>,
    output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
    /// All that the program sent.
    pub bytes: Vec<u8>,
    patience: Duration,
}

#[allow(dead_code, reason = "the bench uses less of it than the tests")]
impl Terminal {
    /// Starts a command on a terminal of this size.
    pub fn start(command: &mut Command, columns: u16, rows: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let side = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        tcsetwinsize(&side, Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let end = || Stdio::from(side.try_clone().unwrap());
        // A job of its own, as a shell starts it: what stops it stops nobody else.
        command.process_group(0).env("TERM", "xterm-256color");
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        let reading = File::from(master.try_clone().unwrap());
        let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC).unwrap();
        let (sender, output) = channel();
        let reader = thread::spawn(move || read_until_stopped(reading, &stopped, &sender));
        Self {
            child,
            open: Some(Open { keyboard: File::from(master), side, _stop: stop }),
            reader: Some(reader),
            output,
            screen: vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0),
            bytes: Vec::new(),
            patience: PATIENCE,
        }
    }

    /// Waits longer from now on: for what the program itself waits for.
    pub fn patient(&mut self) -> &mut Self {
        self.patience = PATIENCE * 3;
        self
    }

    /// Presses keys as a terminal sends them.
    pub fn press(&mut self, keys: &str) {
        self.open.as_mut().unwrap().keyboard.write_all(keys.as_bytes()).unwrap();
    }

    fn take_in(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.bytes.extend_from_slice(bytes);
    }

    /// Waits until the screen shows what `wanted` looks for.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + self.patience;
        loop {
            let text = self.text();
            if wanted(&text) {
                return;
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take_in(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("the screen never showed {what}; it shows:\n{text}")
                }
            }
        }
    }

    /// Waits until the text is on the screen.
    pub fn expect(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }

    /// What is on the screen.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// The terminal gets another size, of which the program is told.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&self.open.as_ref().unwrap().side, size).unwrap();
        self.screen.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.signal(Signal::WINCH);
    }

    /// Whether the system holds the program to be stopped.
    #[cfg(target_os = "linux")]
    pub fn is_stopped(&self) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        status.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
    }

    /// Waits until something outside of the screen has come about.
    pub fn wait(&mut self, what: &str, mut wanted: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + self.patience;
        while !wanted(self) {
            assert!(Instant::now() < deadline, "{what} never came about; the screen shows:\n{}", self.text());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take_in(&bytes);
            }
        }
    }

    /// Closes the terminal under the program, as a window that is closed.
    pub fn close(&mut self) -> &mut Self {
        self.open = None;
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self
    }

    /// Waits for the program to end by itself and returns its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + self.patience;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "the program does not end; the screen shows:\n{}", self.text());
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.take_in(&bytes),
                // A closed terminal says nothing more.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(20)),
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
            self.take_in(&bytes);
        }
        status.code()
    }

    /// Whether the terminal turns lines as a shell expects it.
    pub fn is_cooked(&self) -> bool {
        tcgetattr(&self.open.as_ref().unwrap().side)
            .unwrap()
            .local_modes
            .contains(rustix::termios::LocalModes::ICANON | rustix::termios::LocalModes::ECHO)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program on a book of its own, away from the settings of whoever runs the tests.
pub fn callbook(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callbook"));
    command
        .env("CALLBOOK_BOOK", directory.join("book.db"))
        .env("XDG_CONFIG_HOME", directory.join("config"))
        .env("XDG_DATA_HOME", directory.join("data"))
        .env_remove("NO_COLOR")
        .env_remove("COLORTERM")
        .env_remove("COLORFGBG")
        .env_remove("CALLBOOK_THEME")
        .env("LANG", "C.UTF-8");
    command
}
