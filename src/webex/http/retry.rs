//! When a call is made again, and after how long (specification section 11.3). Pure: what happened goes in, what to do
//! comes out.

use std::time::Duration;

use reqwest::Method;

use crate::webex::Timing;

/// How often a call is repeated at most, for each kind of trouble.
const REPEATS: u32 = 3;

/// What became of one attempt, where it was no answer to be handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// An answer with this status, and how long the server asks to wait.
    Status(u16, Option<Duration>),
    /// There was no connection: nothing was sent.
    NotConnected,
    /// The connection ended before the answer was whole.
    Lost,
    /// There was no answer in time.
    TimedOut,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the trouble is the answer.
    GiveUp,
    /// All calls to this host wait so long, as the server asks, and then it is made again.
    Hold(Duration),
    /// The server asks to wait longer than anybody waits in silence.
    TooLong(Duration),
    /// It is made again after at most so long, on the next host.
    Again(Duration),
}

/// What was tried so far in one call.
#[derive(Clone, Debug)]
pub struct Attempts {
    may_repeat: bool,
    timing: Timing,
    waits: u32,
    failures: u32,
    internal: u32,
}

impl Attempts {
    /// None yet.
    pub fn new(method: &Method, timing: Timing) -> Self {
        let may_repeat = matches!(*method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE);
        Self { may_repeat, timing, waits: 0, failures: 0, internal: 0 }
    }

    /// Counts a trouble, and says what to do about it. Durations are those of life; the caller scales the waits of a server.
    pub fn after(&mut self, trouble: Trouble) -> Remedy {
        match trouble {
            Trouble::Status(429 | 423, asked) => self.hold(asked.unwrap_or_else(|| Timing::default().rate_limit())),
            Trouble::Status(503, Some(asked)) => self.hold(asked),
            Trouble::Status(502..=504, _) | Trouble::Lost if self.may_repeat => self.again(),
            Trouble::NotConnected => self.again(),
            Trouble::Status(500, _) if self.may_repeat && self.internal == 0 => {
                self.internal = 1;
                Remedy::Again(self.timing.retry(0))
            }
            _ => Remedy::GiveUp,
        }
    }

    fn hold(&mut self, asked: Duration) -> Remedy {
        if asked > Timing::default().longest_wait() {
            return Remedy::TooLong(asked);
        }
        if self.waits == REPEATS {
            return Remedy::GiveUp;
        }
        self.waits += 1;
        Remedy::Hold(asked)
    }

    fn again(&mut self) -> Remedy {
        if self.failures == REPEATS {
            return Remedy::GiveUp;
        }
        self.failures += 1;
        Remedy::Again(self.timing.retry(self.failures - 1))
    }
}

/// How long a server asks to wait: seconds, or an HTTP date against the server's own `Date`, so that a clock that is wrong here
/// does not matter.
pub fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = date.and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or_else(std::time::SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedies(method: &Method, troubles: &[Trouble]) -> Vec<Remedy> {
        let mut attempts = Attempts::new(method, Timing::default());
        troubles.iter().map(|trouble| attempts.after(*trouble)).collect()
    }

    fn again(seconds: u64) -> Remedy {
        Remedy::Again(Duration::from_secs(seconds))
    }

    fn hold(seconds: u64) -> Remedy {
        Remedy::Hold(Duration::from_secs(seconds))
    }

    #[test]
    fn what_may_be_done_twice_is_tried_after_one_two_and_four_seconds() {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let bad = [Trouble::Status(502, None), Trouble::Lost, Trouble::NotConnected, Trouble::Status(504, None)];
            assert_eq!(remedies(&method, &bad), [again(1), again(2), again(4), Remedy::GiveUp]);
            assert_eq!(remedies(&method, &[Trouble::Status(500, None); 2]), [again(1), Remedy::GiveUp]);
            assert_eq!(remedies(&method, &[Trouble::TimedOut]), [Remedy::GiveUp]);
        }
    }

    #[test]
    fn a_post_is_repeated_only_where_nothing_can_have_happened() {
        for trouble in [500, 502, 503, 504].map(|status| Trouble::Status(status, None)) {
            assert_eq!(remedies(&Method::POST, &[trouble]), [Remedy::GiveUp]);
        }
        assert_eq!(remedies(&Method::POST, &[Trouble::Lost, Trouble::TimedOut]), [Remedy::GiveUp; 2]);
        let asked = Some(Duration::from_secs(7));
        let safe = [Trouble::Status(429, asked), Trouble::Status(423, None), Trouble::Status(503, asked)];
        assert_eq!(remedies(&Method::POST, &safe), [hold(7), hold(5), hold(7)]);
        assert_eq!(
            remedies(&Method::POST, &[Trouble::NotConnected; 4]),
            [again(1), again(2), again(4), Remedy::GiveUp]
        );
    }

    #[test]
    fn a_server_is_waited_for_three_times_and_never_longer_than_a_minute() {
        let asked = |seconds| Trouble::Status(429, Some(Duration::from_secs(seconds)));
        assert_eq!(remedies(&Method::GET, &[asked(60); 4]), [hold(60), hold(60), hold(60), Remedy::GiveUp]);
        assert_eq!(remedies(&Method::GET, &[asked(61)]), [Remedy::TooLong(Duration::from_secs(61))]);
        assert_eq!(remedies(&Method::GET, &[Trouble::Status(404, None)]), [Remedy::GiveUp]);
    }

    #[test]
    fn a_time_to_wait_is_seconds_or_a_date_of_the_servers_clock() {
        let date = Some("Sun, 06 Nov 1994 08:49:30 GMT");
        let read = |text| retry_after(text, date).map(|wait| wait.as_secs());
        assert_eq!(read("120"), Some(120));
        assert_eq!(read(" Sun, 06 Nov 1994 08:49:37 GMT "), Some(7));
        assert_eq!(read("Sun, 06 Nov 1994 08:40:00 GMT"), Some(0));
        for nonsense in ["", "soon", "-3", "1.5", "99999999999999999999999"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
