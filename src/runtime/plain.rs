//! Plain mode on the terminal: what the state says goes out as lines.

use std::io::{self, Write as _, stdout};

use ratatui::layout::Size;

use crate::{
    app::{Event, State},
    ui::plain::{Speaker, words},
};

/// A screen of this size has everything side by side and cuts next to nothing.
const ROOMY: Size = Size { width: 200, height: 60 };
/// What a terminal that does not tell is held to be.
const COLUMNS: u16 = 80;

/// The size that the state is told, on a terminal of this size: nothing is drawn, so nothing need be cut.
pub(super) fn size(terminal: Size) -> Size {
    Size { width: terminal.width.max(ROOMY.width), height: terminal.height.max(ROOMY.height) }
}

/// Tells the state to the terminal.
#[derive(Default)]
pub(super) struct Teller {
    speaker: Speaker,
    by_key: bool,
}

impl Teller {
    /// Something happened that will be told of.
    pub fn happened(&mut self, event: &Event) {
        self.by_key |= matches!(event, Event::KeyPressed(_) | Event::Pasted(_));
    }

    /// Says what is new.
    pub fn tell(&mut self, state: &State, columns: u16) -> io::Result<()> {
        let columns = if columns == 0 { COLUMNS } else { columns };
        let by_key = std::mem::take(&mut self.by_key);
        send(&self.speaker.hear(words(state), by_key, columns.into()))
    }

    /// Ends the line that is open: the terminal is somebody else's now. Where one is will be told again.
    pub fn pause(&mut self) {
        // A terminal that is gone needs no end of a line.
        let _ = send(&self.speaker.pause());
    }
}

/// A terminal that was closed hears nothing; its keyboard asks to quit.
fn send(text: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.raw_os_error() != Some(rustix::io::Errno::IO.raw_os_error()) => Err(error),
        _ => Ok(()),
    }
}
