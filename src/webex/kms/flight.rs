//! Something that is done once at a time, however many want it.

use std::sync::{Mutex, PoisonError};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared, WeakShared},
};

/// What is under way, shared by those who wait for it. It ends with the last of them, and a failure is only theirs: who
/// comes later begins anew.
pub struct Flight<T: Clone>(Mutex<Option<WeakShared<BoxFuture<'static, T>>>>);

impl<T: Clone> Default for Flight<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Flight<T> {
    /// Joins what is under way, or begins.
    pub fn join(&self, begin: impl FnOnce() -> BoxFuture<'static, T>) -> Shared<BoxFuture<'static, T>> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let joined = under_way.as_ref().and_then(WeakShared::upgrade).filter(|flight| flight.peek().is_none());
        joined.unwrap_or_else(|| {
            let flight = begin().shared();
            *under_way = flight.downgrade();
            flight
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use tokio::task::yield_now;

    use super::*;

    fn counted(begun: &Arc<AtomicU32>) -> BoxFuture<'static, u32> {
        let begun = Arc::clone(begun);
        async move {
            let number = begun.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
            number
        }
        .boxed()
    }

    #[tokio::test]
    async fn those_who_come_together_share_and_the_next_begins_anew() {
        let (flight, begun) = (Flight::default(), Arc::new(AtomicU32::new(0)));
        let both = futures_util::future::join(flight.join(|| counted(&begun)), flight.join(|| counted(&begun))).await;
        assert_eq!(both, (0, 0));
        let third = flight.join(|| counted(&begun));
        assert_eq!((third.clone().await, third.await), (1, 1));
    }

    #[tokio::test]
    async fn it_ends_with_the_last_who_waits() {
        let (flight, begun) = (Flight::default(), Arc::new(AtomicU32::new(0)));
        let mut given_up = flight.join(|| counted(&begun));
        assert!((&mut given_up).now_or_never().is_none());
        drop(given_up);
        assert_eq!(flight.join(|| counted(&begun)).await, 1);
    }
}
