//! Randomness of the operating system.

use std::time::Duration;

use uuid::Uuid;

use super::WebexError;

/// Random bytes.
///
/// # Errors
/// The system has none, which no sign-in survives.
pub fn bytes<const N: usize>() -> Result<[u8; N], WebexError> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| WebexError::Local("the system has no random numbers; nothing can be encrypted now".to_owned()))?;
    Ok(bytes)
}

/// A random UUID (version 4).
///
/// # Errors
/// As [`bytes`].
pub fn uuid() -> Result<Uuid, WebexError> {
    Ok(uuid::Builder::from_random_bytes(bytes()?).into_uuid())
}

/// Full jitter: a random duration from nothing to all of this one. Without randomness it is all of it, which is
/// never wrong.
pub fn jitter(duration: Duration) -> Duration {
    let share = bytes::<4>().map_or(u32::MAX, u32::from_be_bytes);
    duration.mul_f64(f64::from(share) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_below_and_differs() {
        let all = Duration::from_secs(4);
        let some: Vec<_> = (0..40).map(|_| jitter(all)).collect();
        assert!(some.iter().all(|one| *one <= all));
        assert!(some.iter().any(|one| *one != some[0]));
        assert_eq!(uuid().unwrap().get_version_num(), 4);
    }
}
