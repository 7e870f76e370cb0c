//! The terminal: taken over, given back whatever happens, and in between lent to another program.

use std::{
    env,
    io::{self, Stdout, Write as _, stdin, stdout},
    mem::ManuallyDrop,
    panic,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crossterm::{
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    execute,
    terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use nix::unistd::{getppid, getsid};
use ratatui::{Terminal, backend::CrosstermBackend};
use rustix::{
    io::Errno,
    process::{Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, waitpid},
    termios::{OptionalActions, Termios, tcgetattr, tcsetattr},
};

use super::{mouse, panic_report};

/// Whether the terminal gets lines of text instead of frames. One for the process, as raw mode is.
static PLAIN: AtomicBool = AtomicBool::new(false);
/// Whether it knows no escape sequence at all.
static DUMB: AtomicBool = AtomicBool::new(false);

/// Whether lines are sent instead of frames.
pub(super) fn is_plain() -> bool {
    PLAIN.load(Ordering::Relaxed)
}

/// Whether nothing but lines may be sent.
pub(super) fn is_dumb() -> bool {
    DUMB.load(Ordering::Relaxed)
}

/// The terminal while the program has it. Dropping it gives it back.
pub(super) struct Screen {
    /// Never dropped: on a terminal that is gone its drop would panic; [`leave`] does all that it does.
    pub terminal: ManuallyDrop<Terminal<CrosstermBackend<Stdout>>>,
    /// How the terminal was found.
    found: Option<Termios>,
}

impl Screen {
    /// Takes the terminal over. A panic of this thread gives it back and says where its report is; those of others are
    /// reported, caught and shown on the screen, which goes on.
    pub(super) fn enter(plain: bool) -> io::Result<Self> {
        PLAIN.store(plain, Ordering::Relaxed);
        DUMB.store(env::var_os("TERM").is_none_or(|term| term == "dumb"), Ordering::Relaxed);
        let owner = thread::current().id();
        panic::set_hook(Box::new(move |info| {
            let report = panic_report::write(info);
            if thread::current().id() == owner {
                leave();
                let place = info.location().map(|place| format!(", at {place}")).unwrap_or_default();
                let report = report.map(|path| format!(" The report to send them is {}", path.display()));
                // Nobody may be there to read it.
                let _ = writeln!(
                    io::stderr(),
                    "callbook stopped because of a mistake of its makers{place}. What was saved is safe.{}",
                    report.unwrap_or_default()
                );
            }
        }));
        let found = tcgetattr(stdin()).ok();
        take()?;
        Ok(Self { terminal: ManuallyDrop::new(Terminal::new(CrosstermBackend::new(stdout()))?), found })
    }

    /// Takes the terminal again, whatever was done to it meanwhile; the next frame is drawn wholly.
    pub(super) fn take_again(&mut self) -> io::Result<()> {
        // What crossterm holds to be raw may have been made cooked by a shell.
        let _ = disable_raw_mode();
        take()?;
        self.wipe()
    }

    /// Clears the terminal, so that the next frame is drawn wholly. (What ratatui calls so asks the terminal where its
    /// cursor is, and waits for an answer.)
    pub(super) fn wipe(&mut self) -> io::Result<()> {
        if is_plain() {
            return Ok(());
        }
        execute!(stdout(), Clear(ClearType::All))?;
        // What was drawn last is held to be blank from now on.
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Runs a program on the terminal, which must be left, and waits for its end. If it stops (Ctrl-Z in an editor), this
    /// program stops with it, and the shell has both go on together.
    pub(super) fn lend(&self, command: &mut Command) -> io::Result<WaitStatus> {
        let child = command.spawn()?;
        let child = Pid::from_child(&child);
        let status = loop {
            match waitpid(Some(child), WaitOptions::UNTRACED) {
                Ok(Some((_, status))) if status.stopped() => {
                    let whom = if has_shell() { (getpid(), Signal::STOP) } else { (child, Signal::CONT) };
                    kill_process(whom.0, whom.1)?;
                }
                Ok(Some((_, status))) => break status,
                Ok(None) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        };
        // One that crashed leaves the terminal as it had it.
        if let Some(found) = &self.found {
            let _ = tcsetattr(stdin(), OptionalActions::Drain, found);
        }
        Ok(status)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Asks for the colour of the ground (OSC 11) and for the device attributes (DA1), which come after it if it comes at all.
pub(super) fn ask_for_ground() -> io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(b"\x1b]11;?\x1b\\\x1b[c")?;
    out.flush()
}

/// Whether a shell waits for this program: one that stopped without would never go on. A terminal emulator or tmux that
/// runs a program directly makes it the first of its session.
///
/// A container shows a session that was begun outside of it as process 0, which rustix holds to be impossible; nix does not.
pub(super) fn has_shell() -> bool {
    getsid(Some(getppid())).is_ok_and(|session| getsid(None) == Ok(session))
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    if !is_plain() {
        execute!(stdout(), EnterAlternateScreen, EnableFocusChange)?;
    }
    // In plain mode too: the ends of pasted lines would be so many Enters.
    if is_dumb() { Ok(()) } else { execute!(stdout(), EnableBracketedPaste) }
}

/// Gives the terminal back, as much as can be; one that is gone needs nothing.
pub(super) fn leave() {
    if !is_dumb() {
        let _ = execute!(stdout(), DisableBracketedPaste);
    }
    if !is_plain() {
        let _ = mouse::capture(false);
        let _ = execute!(stdout(), DisableFocusChange, LeaveAlternateScreen, crossterm::cursor::Show);
    }
    let _ = disable_raw_mode();
    let _ = stdout().flush();
}
