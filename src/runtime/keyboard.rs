//! The thread that reads the terminal.
//!
//! Bytes go through [`Replies`], which takes out what the terminal replies to questions, and then through the parser of
//! helix. It reads by itself because crossterm knows no replies, takes an Escape at the end of a read for the key, and
//! reads the end of a terminal that was closed over and over.

use std::{
    io::{self, stdin},
    os::fd::OwnedFd,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    pipe::{PipeFlags, pipe_with},
};
use termina::{Event as Input, Parser, event::KeyEventKind};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    keys,
    replies::{Replies, Typed},
};
use crate::app::Event;

/// What a terminal sends for one key comes at once; after this long an Escape is the key.
const ESCAPE: Duration = Duration::from_millis(15);
/// While replies are awaited it may rather be the beginning of one, for this long after the question.
const REPLIES: Duration = Duration::from_secs(2);
const ESCAPE_AMONG_REPLIES: Duration = Duration::from_millis(250);

/// Reads the terminal until it is dropped.
pub(super) struct Keyboard {
    /// Its other end tells the thread to stop when this one is closed.
    stop: Option<OwnedFd>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Keyboard {
    /// Sends what is typed and pasted, and the ground if the terminal was `asked`; a terminal that was closed asks to quit.
    pub fn start(events: UnboundedSender<Event>, asked: bool) -> io::Result<Self> {
        let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC)?;
        let mut reader = Reader {
            replies: if asked { Replies::asked() } else { Replies::default() },
            parser: Parser::default(),
            since: Instant::now(),
            events,
        };
        let work = move || {
            let mut going_on = true;
            while going_on {
                going_on = match wait(&stopped, reader.patience()) {
                    Ok(Woken::Input) => reader.read().unwrap_or(false),
                    Ok(Woken::Nothing) => {
                        let typed = reader.replies.give_up();
                        reader.send(typed)
                    }
                    Ok(Woken::Stopped) => return reader.finish(),
                    Ok(Woken::Closed) | Err(_) => false,
                };
            }
            // A loop that has ended needs no asking.
            let _ = reader.events.send(Event::QuitRequested);
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
    /// Nothing came for as long as it had patience.
    Nothing,
    Closed,
    Stopped,
}

/// Sleeps until something happens to the terminal, the thread shall stop, or its patience is over.
fn wait(stopped: &OwnedFd, patience: Option<Duration>) -> io::Result<Woken> {
    let terminal = stdin();
    let mut watched = [PollFd::new(&terminal, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
    let timeout = patience.and_then(|patience| Timespec::try_from(patience).ok());
    loop {
        match poll(&mut watched, timeout.as_ref()) {
            Ok(0) => return Ok(Woken::Nothing),
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

struct Reader {
    replies: Replies,
    parser: Parser,
    /// Since when it reads, and replies are awaited.
    since: Instant,
    events: UnboundedSender<Event>,
}

impl Reader {
    /// How long to wait for more; for ever unless an Escape is held back.
    fn patience(&self) -> Option<Duration> {
        let among_replies = self.replies.awaited() && self.since.elapsed() < REPLIES;
        self.replies.holds_a_key().then_some(if among_replies { ESCAPE_AMONG_REPLIES } else { ESCAPE })
    }

    /// Sends what can be read now. `false` at the end of the terminal, and when nobody listens any more.
    fn read(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 16 * 1024];
        let count = match rustix::io::read(stdin(), &mut bytes) {
            Ok(count) => count,
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => return Ok(true),
            Err(error) => return Err(error.into()),
        };
        let typed = self.replies.read(&bytes[..count]);
        Ok(count > 0 && self.send(typed))
    }

    /// Replies that are under way are waited for a moment: whoever reads the terminal next would take them for keys.
    fn finish(&mut self) {
        const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        let may_come = |reader: &Self| reader.replies.awaited() && reader.since.elapsed() < REPLIES;
        while may_come(self) && matches!(poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], Some(&PATIENCE)), Ok(1)) {
            if !self.read().unwrap_or(false) {
                break;
            }
        }
    }

    fn send(&mut self, Typed { keys, ground }: Typed) -> bool {
        // Where a key may go on, the parser holds it; an Escape that does not was told apart before.
        self.parser.parse(&keys, true);
        let mut news: Vec<_> = ground.map(Event::GroundSeen).into_iter().collect();
        while let Some(input) = self.parser.pop() {
            news.extend(match input {
                Input::Key(key) if key.kind != KeyEventKind::Release => keys::key(&key).map(Event::KeyPressed),
                Input::Paste(text) => Some(Event::Pasted(text)),
                Input::Mouse(mouse) => keys::mouse(mouse).map(Event::Pointed),
                Input::FocusIn => Some(Event::Focused),
                _ => None,
            });
        }
        news.into_iter().all(|event| self.events.send(event).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coming_back_is_told_between_the_keys_and_going_away_is_not() {
        let (events, mut told) = tokio::sync::mpsc::unbounded_channel();
        let (parser, since) = (Parser::default(), Instant::now());
        let mut reader = Reader { replies: Replies::default(), parser, since, events };
        // In whatever pieces it comes.
        for bytes in [&b"a\x1b[Ob"[..], b"\x1b", b"[", b"Ic"] {
            let typed = reader.replies.read(bytes);
            assert!(reader.send(typed));
        }
        let key = |name| Event::KeyPressed(crate::app::Key::plain(crate::app::Code::Char(name)));
        let told: Vec<Event> = std::iter::from_fn(|| told.try_recv().ok()).collect();
        assert_eq!(told, [key('a'), key('b'), Event::Focused, key('c')]);
    }
}
