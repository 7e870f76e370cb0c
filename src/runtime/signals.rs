//! The signals, in a channel like all else that happens. A thread of their own, not tokio, so that those which came
//! while another program had the terminal can be told from those that come after.

use std::{io, thread};

use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH},
    iterator::{Handle, Signals as Registered},
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// The terminal has another size.
    Resize,
    /// End: the terminal hung up, or somebody says so.
    End,
    /// End, unless it was meant for the program that had the terminal.
    Interrupt,
    /// Give the terminal back and stop.
    Stop,
    /// Going on after having been stopped.
    Continue,
}

/// The signals of this process while it is there.
pub(super) struct Signals {
    received: UnboundedReceiver<Signal>,
    handle: Handle,
}

impl Signals {
    /// Takes the signals over from the system.
    pub fn listen() -> io::Result<Self> {
        let mut signals = Registered::new([SIGWINCH, SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
        let handle = signals.handle();
        let (sender, received) = unbounded_channel();
        let work = move || {
            for signal in signals.forever() {
                let signal = match signal {
                    SIGWINCH => Signal::Resize,
                    SIGTSTP => Signal::Stop,
                    SIGCONT => Signal::Continue,
                    SIGINT | SIGQUIT => Signal::Interrupt,
                    _ => Signal::End,
                };
                if sender.send(signal).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn(work)?;
        Ok(Self { received, handle })
    }

    /// The next one.
    pub async fn next(&mut self) -> Option<Signal> {
        self.received.recv().await
    }

    /// Whether one that asks to end has come; all others are forgotten, they were meant for who had the terminal.
    pub fn forget_but_end(&mut self) -> bool {
        let mut end = false;
        while let Ok(signal) = self.received.try_recv() {
            end |= signal == Signal::End;
        }
        end
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}
