//! Requests on their way to the KMS: one alone goes at once; those that come while a call is under way go together in the
//! next (specification section 6.3).

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{oneshot, oneshot::error::TryRecvError},
    task::yield_now,
};

use crate::webex::WebexError;

/// At most so many requests in one call.
const MOST: usize = 50;

/// How far a request has come.
type Sent = Result<(), WebexError>;

struct Waiting {
    /// The cluster that it is for.
    destination: String,
    message: String,
    sent: oneshot::Sender<Sent>,
}

/// The requests that wait to be sent.
#[derive(Default)]
pub struct Outbox {
    waiting: Mutex<VecDeque<Waiting>>,
    /// Held by the one who makes a call for all.
    turn: tokio::sync::Mutex<()>,
}

/// Some requests for one cluster.
pub struct Batch {
    /// The cluster.
    pub destination: String,
    /// The sealed requests.
    pub messages: Vec<String>,
    senders: Vec<oneshot::Sender<Sent>>,
}

impl Outbox {
    /// Sends one request, in company if there is any. `post` makes the call, for all that it is given; its outcome is that
    /// of each of them. Who gives up waiting takes their request with them, or breaks the call off: then the others send
    /// anew.
    pub async fn send(&self, destination: &str, message: String, post: impl AsyncFn(&Batch) -> Sent) -> Sent {
        let (sender, mut sent) = oneshot::channel();
        self.lock().push_back(Waiting { destination: destination.to_owned(), message, sent: sender });
        loop {
            let _turn = self.turn.lock().await;
            match sent.try_recv() {
                Ok(outcome) => return outcome,
                Err(TryRecvError::Closed) => return Err(broken_off()),
                Err(TryRecvError::Empty) => {}
            }
            // Whoever asks in the same breath comes along.
            yield_now().await;
            let Some(batch) = self.take() else { continue };
            let outcome = post(&batch).await;
            for sender in batch.senders {
                let _ = sender.send(outcome.clone());
            }
        }
    }

    /// The oldest requests for one cluster, without those that nobody waits for any more.
    fn take(&self) -> Option<Batch> {
        let mut waiting = self.lock();
        waiting.retain(|waiting| !waiting.sent.is_closed());
        let mut batch =
            Batch { destination: waiting.front()?.destination.clone(), messages: Vec::new(), senders: Vec::new() };
        while batch.messages.len() < MOST
            && waiting.front().is_some_and(|next| next.destination == batch.destination)
            && let Some(next) = waiting.pop_front()
        {
            batch.messages.push(next.message);
            batch.senders.push(next.sent);
        }
        Some(batch)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn broken_off() -> WebexError {
    WebexError::Ambiguous { doing: super::ASK, reason: "the call was broken off".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::future::join_all;
    use tokio::sync::Notify;

    use super::*;

    /// Calls that note the sizes of their batches and take as long as they are told.
    #[derive(Default)]
    struct Calls {
        made: Mutex<Vec<(String, usize)>>,
        go_on: Notify,
    }

    impl Calls {
        fn note(&self, batch: &Batch) -> usize {
            let mut made = self.made.lock().unwrap();
            made.push((batch.destination.clone(), batch.messages.len()));
            made.len()
        }

        fn sizes(&self) -> Vec<usize> {
            self.made.lock().unwrap().iter().map(|(_, size)| *size).collect()
        }
    }

    #[tokio::test]
    async fn a_lone_request_goes_at_once_and_company_goes_together() {
        let (outbox, calls) = (Arc::new(Outbox::default()), Arc::new(Calls::default()));
        let send = |number: u32| {
            let (outbox, calls) = (Arc::clone(&outbox), Arc::clone(&calls));
            tokio::spawn(async move {
                let post = async |batch: &Batch| {
                    calls.note(batch);
                    calls.go_on.notified().await;
                    Ok(())
                };
                outbox.send("kms://a", number.to_string(), post).await
            })
        };
        let first = send(0);
        while calls.sizes().is_empty() {
            yield_now().await;
        }
        let others: Vec<_> = (1..120).map(send).collect();
        while outbox.lock().len() < 119 {
            yield_now().await;
        }
        assert_eq!(calls.sizes(), [1]);
        for _ in 0..4 {
            calls.go_on.notify_one();
            for _ in 0..10 {
                yield_now().await;
            }
        }
        assert_eq!(first.await.unwrap(), Ok(()));
        for other in others {
            assert_eq!(other.await.unwrap(), Ok(()));
        }
        assert_eq!(calls.sizes(), [1, 50, 50, 19]);
    }

    #[tokio::test]
    async fn those_who_ask_in_one_breath_go_together_but_never_to_two_clusters() {
        let (outbox, calls) = (Outbox::default(), Calls::default());
        let post = async |batch: &Batch| {
            calls.note(batch);
            Ok(())
        };
        let sends = ["kms://a", "kms://a", "kms://b"].map(|to| outbox.send(to, String::new(), &post));
        assert!(join_all(sends).await.iter().all(Result::is_ok));
        assert_eq!(*calls.made.lock().unwrap(), [("kms://a".to_owned(), 2), ("kms://b".to_owned(), 1)]);
    }

    #[tokio::test]
    async fn a_call_that_fails_fails_all_of_its_requests_and_no_other() {
        let (outbox, calls) = (Outbox::default(), Calls::default());
        let post = async |batch: &Batch| {
            if calls.note(batch) == 1 { Err(WebexError::Invalid("no".to_owned())) } else { Ok(()) }
        };
        let outcomes = join_all((0..60).map(|_| outbox.send("kms://a", String::new(), &post))).await;
        assert_eq!(calls.sizes(), [50, 10]);
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 50);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_sent() {
        let (outbox, calls) = (Arc::new(Outbox::default()), Arc::new(Calls::default()));
        let turn = outbox.turn.lock().await;
        let send = || {
            let (outbox, calls) = (Arc::clone(&outbox), Arc::clone(&calls));
            tokio::spawn(async move {
                outbox
                    .send("kms://a", String::new(), async |batch: &Batch| {
                        calls.note(batch);
                        Ok(())
                    })
                    .await
            })
        };
        let (given_up, patient) = (send(), send());
        while outbox.lock().len() < 2 {
            yield_now().await;
        }
        given_up.abort();
        assert!(given_up.await.unwrap_err().is_cancelled());
        drop(turn);
        assert_eq!(patient.await.unwrap(), Ok(()));
        assert_eq!(calls.sizes(), [1]);
    }
}
