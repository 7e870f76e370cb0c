//! The terminal in other hands: the shell's while the program is stopped, another program's while it runs.

use std::{io, process::Command};

use ratatui::layout::Size;
use rustix::process::{Signal, WaitStatus, kill_current_process_group};

use super::{Loop, editor, keyboard::Keyboard, mouse, plain, terminal};
use crate::app::{Event, TextBack};

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
        self.ending |= self.take_back().is_err() || end;
        ended
    }

    /// Has a text edited. Once this program shall end it is not edited again, and where it is left is said at the very end.
    pub(super) fn edit_text(&mut self, file: Option<String>, extension: &str, text: &str) -> Result<TextBack, String> {
        let result = match file {
            Some(file) if self.ending => Err(format!("Not saved; your text is in {file}")),
            file => editor::edit(file, extension, text, |command| self.lend(command)),
        };
        if self.ending {
            self.parting = result.as_ref().err().cloned();
        }
        result
    }
}
