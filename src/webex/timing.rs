//! Every duration of the network side, in one value: tests scale time instead of waiting.

use std::time::Duration;

/// How long things may take, and how often they are tried again. The numbers are those of the specification (sections
/// 5 to 7 and 11).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// By how much everything is divided: 1 in life, more in tests.
    factor: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self { factor: 1 }
    }
}

impl Timing {
    /// Everything so many times faster.
    ///
    /// # Panics
    /// With a factor of 0.
    pub fn faster(factor: u32) -> Self {
        assert!(factor > 0, "time does not stand still");
        Self { factor }
    }

    /// A duration of life, in the time of this value: what a server asked for, an interval, a lifetime.
    pub fn scaled(self, duration: Duration) -> Duration {
        duration / self.factor
    }

    fn seconds(self, seconds: u64) -> Duration {
        self.scaled(Duration::from_secs(seconds))
    }

    /// Until a connection stands.
    pub fn connect(self) -> Duration {
        self.seconds(10)
    }

    /// Until a whole answer is there.
    pub fn request(self) -> Duration {
        self.seconds(30)
    }

    /// Before the `n`-th repetition of a call that may be repeated, from 0, without jitter: 1, 2, 4 s.
    pub fn retry(self, n: u32) -> Duration {
        self.seconds(1 << n.min(2))
    }

    /// After 429 or 423 without `Retry-After`.
    pub fn rate_limit(self) -> Duration {
        self.seconds(5)
    }

    /// The longest `Retry-After` that is waited for in silence.
    pub fn longest_wait(self) -> Duration {
        self.seconds(60)
    }

    /// Until a socket is authorised.
    pub fn authorize(self) -> Duration {
        self.seconds(30)
    }

    /// Between a pong and the next ping.
    pub fn ping(self) -> Duration {
        self.seconds(15)
    }

    /// Until a pong must have come.
    pub fn pong(self) -> Duration {
        self.seconds(14)
    }

    /// Until a socket that nobody uses is closed.
    pub fn idle(self) -> Duration {
        self.seconds(60)
    }

    /// For the other side to close a socket too.
    pub fn close(self) -> Duration {
        self.seconds(2)
    }

    /// Before the `n`-th new attempt to open a socket, from 0, without jitter: 1 s, doubling, at most 32 s.
    pub fn reconnect(self, n: u32) -> Duration {
        self.seconds(1 << n.min(5))
    }

    /// How long an ephemeral device lives without a sign of its process.
    pub fn device_lifetime(self) -> Duration {
        self.seconds(1800)
    }

    /// Between two signs of life of an ephemeral device: half its life and a minute.
    pub fn device_refresh(self) -> Duration {
        self.seconds(960)
    }

    /// For the `n`-th attempt of a request to the KMS, from 0: 6, 12, 24 s.
    pub fn kms(self, n: u32) -> Duration {
        self.seconds(6 << n.min(2))
    }

    /// How long before its end a session with the KMS is made anew.
    pub fn session_margin(self) -> Duration {
        self.seconds(30)
    }

    /// For the system keyring to answer.
    pub fn keyring(self) -> Duration {
        self.seconds(3)
    }

    /// For a program that prints a secret, and may ask a person for a passphrase.
    pub fn command(self) -> Duration {
        self.seconds(60)
    }

    /// For a person to come back from the browser.
    pub fn browser(self) -> Duration {
        self.seconds(300)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_live_faster() {
        assert_eq!(Timing::default().kms(0), Duration::from_secs(6));
        assert_eq!(Timing::default().kms(9), Duration::from_secs(24));
        assert_eq!(Timing::faster(10).retry(1), Duration::from_millis(200));
        assert_eq!(Timing::default().reconnect(40), Duration::from_secs(32));
    }
}
