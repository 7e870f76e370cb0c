//! The terminal: entered once, and given back whatever happens.

use std::{
    io::{self, Stdout, Write as _, stdout},
    mem::ManuallyDrop,
    panic, thread,
};

use crossterm::{
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Terminal, backend::CrosstermBackend};

use super::mouse;

/// The terminal while the program has it. Dropping it gives it back.
pub(super) struct Screen {
    /// Never dropped: on a terminal that is gone its drop would panic; [`leave`] does all that it does.
    pub terminal: ManuallyDrop<Terminal<CrosstermBackend<Stdout>>>,
}

impl Screen {
    /// Takes the terminal over. A panic of this thread gives it back before it is reported; those of others are caught
    /// and shown on the screen, which goes on.
    pub(super) fn enter() -> io::Result<Self> {
        let report = panic::take_hook();
        let owner = thread::current().id();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == owner {
                leave();
                report(info);
            }
        }));
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        Ok(Self { terminal: ManuallyDrop::new(Terminal::new(CrosstermBackend::new(stdout()))?) })
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

/// As much as can be given back; a terminal that is gone needs nothing.
fn leave() {
    let _ = mouse::capture(false);
    let _ = execute!(stdout(), DisableBracketedPaste, LeaveAlternateScreen, crossterm::cursor::Show);
    let _ = disable_raw_mode();
    let _ = stdout().flush();
}
