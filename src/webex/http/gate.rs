//! One gate per host: when a server asks one call to wait, all calls to it wait.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use url::Url;

/// The gates; an open one is not in here.
#[derive(Debug, Default)]
pub struct Gates(Mutex<HashMap<String, Instant>>);

/// Host and port.
fn authority(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

impl Gates {
    /// Closes the gate for a while; a longer time that was asked for before stays.
    pub fn close(&self, url: &Url, now: Instant, wait: Duration) {
        // For a time that no clock can hold nobody waits anyway.
        let Some(until) = now.checked_add(wait) else { return };
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry(authority(url)).or_insert(until);
        *gate = until.max(*gate);
    }

    /// How long the gate stays closed; `None` when it is open.
    pub fn wait(&self, url: &Url, now: Instant) -> Option<Duration> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|_, until| *until > now);
        gates.get(&authority(url)).map(|until| *until - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_when_the_longest_wait_is_over_and_is_of_one_host() {
        let gates = Gates::default();
        let (one, other) = (Url::parse("https://a.test/x").unwrap(), Url::parse("https://a.test:444/x").unwrap());
        let now = Instant::now();
        for wait in [5, 2, u64::MAX] {
            gates.close(&one, now, Duration::from_secs(wait));
        }
        assert_eq!(gates.wait(&one, now), Some(Duration::from_secs(5)));
        assert_eq!(gates.wait(&other, now), None);
        assert_eq!(gates.wait(&one, now + Duration::from_secs(5)), None);
    }
}
