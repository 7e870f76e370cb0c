//! The thread that reads the terminal.
//!
//! It waits for the terminal itself before it has crossterm read, because crossterm reads the end of a terminal that was
//! closed over and over and never comes back (its event stream would do so within the loop).

use std::{
    io::{self, stdin},
    os::fd::OwnedFd,
    thread,
    time::Duration,
};

use crossterm::event::{self, Event as Input, KeyEventKind};
use rustix::{
    event::{PollFd, PollFlags, poll},
    pipe::{PipeFlags, pipe_with},
};
use tokio::sync::mpsc::UnboundedSender;

use super::keys;
use crate::app::Event;

/// Reads the terminal until it is dropped.
pub(super) struct Keyboard {
    /// Its other end tells the thread to stop when this one is closed.
    stop: Option<OwnedFd>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Keyboard {
    /// Sends what is typed, pasted and resized; a terminal that was closed asks to quit.
    pub fn start(events: UnboundedSender<Event>) -> io::Result<Self> {
        let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC)?;
        let work = move || {
            let mut going_on = true;
            while going_on {
                going_on = match wait(&stopped) {
                    Ok(Woken::Input) => forward(&events).unwrap_or(false),
                    Ok(Woken::Stopped) => return,
                    Ok(Woken::Closed) | Err(_) => false,
                };
            }
            // A loop that has ended needs no asking.
            let _ = events.send(Event::QuitRequested);
        };
        let thread = thread::Builder::new().name("keyboard".to_owned()).spawn(work)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Keyboard {
    /// Once this returns nothing reads the terminal, so that another program can.
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

enum Woken {
    Input,
    Closed,
    Stopped,
}

/// Sleeps until something happens to the terminal or the thread shall stop.
fn wait(stopped: &OwnedFd) -> io::Result<Woken> {
    let terminal = stdin();
    let mut watched = [PollFd::new(&terminal, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
    loop {
        match poll(&mut watched, None) {
            Ok(_) => break,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let [terminal, stopped] = watched.map(|fd| fd.revents());
    Ok(if !stopped.is_empty() {
        Woken::Stopped
    } else if terminal.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
        Woken::Closed
    } else {
        Woken::Input
    })
}

/// Sends all that can be read now. `false` when nobody listens any more.
fn forward(events: &UnboundedSender<Event>) -> io::Result<bool> {
    while event::poll(Duration::ZERO)? {
        let event = match event::read()? {
            Input::Key(key) if key.kind != KeyEventKind::Release => keys::key(&key).map(Event::KeyPressed),
            Input::Paste(text) => Some(Event::Pasted(text)),
            _ => None,
        };
        if event.is_some_and(|event| events.send(event).is_err()) {
            return Ok(false);
        }
    }
    Ok(true)
}
