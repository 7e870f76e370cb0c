//! The terminal in other hands: the shell's while the program is stopped, another program's while it runs.

use std::{io, process::Command};

use ratatui::layout::Size;
use rustix::process::{Signal, WaitStatus, kill_current_process_group};

use super::{Loop, keyboard::Keyboard, mouse, plain, terminal};
use crate::app::Event;

impl Loop {
    pub(super) fn resized(&self) -> io::Result<Event> {
        let size = self.screen.terminal.size()?;
        let Size { width, height } = if self.teller.is_some() { plain::size(size) } else { size };
        Ok(Event::Resized { width, height })
    }

    /// Gives the terminal back: nothing is read from it or drawn on it until it is taken back.
    pub(super) fn leave(&mut self) {
        if let Some(teller) = &mut self.teller {
            teller.pause();
        }
        self.keyboard = None;
        terminal::leave();
    }

    /// Takes the terminal again, at the size it has now; the next frame is drawn wholly.
    pub(super) fn take_back(&mut self) -> io::Result<()> {
        self.keyboard = None;
        self.screen.take_again()?;
        let size = self.resized()?;
        self.keyboard = Some(Keyboard::start(self.typed.clone(), false)?);
        if self.state.look.mouse {
            mouse::capture(true)?;
        }
        let _ = self.sender.send(size);
        Ok(())
    }

    /// Stops as a shell expects it of a job; the signal that has it go on brings the screen back.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        if self.state.has_shell {
            self.leave();
            // The whole job stops, so that a script around this program does too.
            kill_current_process_group(Signal::STOP)?;
        }
        Ok(())
    }

    /// Lends the terminal to a program until it ends, and takes it back.
    pub(super) fn lend(&mut self, command: &mut Command) -> io::Result<WaitStatus> {
        self.leave();
        let ended = self.screen.lend(command);
        let end = self.signals.forget_but_end();
        // A terminal that was closed meanwhile cannot be taken back, and nobody is there to be told.
        if self.take_back().is_err() || end {
            let _ = self.sender.send(Event::QuitRequested);
        }
        ended
    }
}
