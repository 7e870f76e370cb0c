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

/// A request that waits. Who drops it takes the request back, as long as it has not left.
pub struct Queued(oneshot::Receiver<Sent>);

/// What comes of waiting.
pub enum Turn<'a> {
    /// Somebody else has sent it, with this outcome.
    Over(Sent),
    /// It is for us to send what has gathered.
    Ours(Batch<'a>),
}

/// Some requests for one cluster, to be sent in one call. If it is dropped before [`Batch::settle`] the call was broken off,
/// and whoever waits for it sends anew.
pub struct Batch<'a> {
    /// The cluster.
    pub destination: String,
    /// The sealed requests.
    pub messages: Vec<String>,
    senders: Vec<oneshot::Sender<Sent>>,
    _turn: tokio::sync::MutexGuard<'a, ()>,
}

impl Batch<'_> {
    /// Tells the outcome of the call to each of its requests.
    pub fn settle(self, outcome: &Sent) {
        for sender in self.senders {
            let _ = sender.send(outcome.clone());
        }
    }
}

impl Outbox {
    /// A request waits from now on; see [`Outbox::turn`].
    pub fn queue(&self, destination: &str, message: String) -> Queued {
        let (sent, queued) = oneshot::channel();
        self.lock().push_back(Waiting { destination: destination.to_owned(), message, sent });
        Queued(queued)
    }

    /// Waits until a request is sent, or until it is our turn to send.
    pub async fn turn(&self, queued: &mut Queued) -> Turn<'_> {
        loop {
            let turn = self.turn.lock().await;
            match queued.0.try_recv() {
                Ok(outcome) => return Turn::Over(outcome),
                Err(TryRecvError::Closed) => return Turn::Over(Err(broken_off())),
                Err(TryRecvError::Empty) => {}
            }
            // Whoever asks in the same breath comes along.
            yield_now().await;
            if let Some(batch) = self.take(turn) {
                return Turn::Ours(batch);
            }
        }
    }

    /// The oldest requests for one cluster, without those that nobody waits for any more.
    fn take<'a>(&self, turn: tokio::sync::MutexGuard<'a, ()>) -> Option<Batch<'a>> {
        let mut waiting = self.lock();
        waiting.retain(|waiting| !waiting.sent.is_closed());
        let destination = waiting.front()?.destination.clone();
        let mut batch = Batch { destination, messages: Vec::new(), senders: Vec::new(), _turn: turn };
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
    use tokio::{sync::Notify, task::JoinHandle};

    use super::*;

    /// Calls that note the sizes of their batches and take as long as they are told.
    #[derive(Default)]
    struct Calls {
        outbox: Outbox,
        made: Mutex<Vec<(String, usize)>>,
        slow: bool,
        failing: usize,
        go_on: Notify,
    }

    impl Calls {
        async fn send(&self, destination: &str) -> Sent {
            let mut queued = self.outbox.queue(destination, String::new());
            loop {
                match self.outbox.turn(&mut queued).await {
                    Turn::Over(outcome) => return outcome,
                    Turn::Ours(batch) => {
                        let number = {
                            let mut made = self.made.lock().unwrap();
                            made.push((batch.destination.clone(), batch.messages.len()));
                            made.len()
                        };
                        if self.slow {
                            self.go_on.notified().await;
                        }
                        let fails = number <= self.failing;
                        batch.settle(&if fails { Err(WebexError::Invalid("no".to_owned())) } else { Ok(()) });
                    }
                }
            }
        }

        fn sizes(&self) -> Vec<usize> {
            self.made.lock().unwrap().iter().map(|(_, size)| *size).collect()
        }
    }

    fn spawn(calls: &Arc<Calls>) -> JoinHandle<Sent> {
        let calls = Arc::clone(calls);
        tokio::spawn(async move { calls.send("kms://a").await })
    }

    #[tokio::test]
    async fn a_lone_request_goes_at_once_and_company_goes_together() {
        let calls = Arc::new(Calls { slow: true, ..Calls::default() });
        let first = spawn(&calls);
        while calls.sizes().is_empty() {
            yield_now().await;
        }
        let others: Vec<_> = (1..120).map(|_| spawn(&calls)).collect();
        while calls.outbox.lock().len() < 119 {
            yield_now().await;
        }
        assert_eq!(calls.sizes(), [1]);
        for made in 1..=4 {
            while calls.sizes().len() < made {
                yield_now().await;
            }
            calls.go_on.notify_one();
        }
        for each in others.into_iter().chain([first]) {
            assert_eq!(each.await.unwrap(), Ok(()));
        }
        assert_eq!(calls.sizes(), [1, 50, 50, 19]);
    }

    #[tokio::test]
    async fn those_who_ask_in_one_breath_go_together_but_never_to_two_clusters() {
        let calls = Calls::default();
        let sends = ["kms://a", "kms://a", "kms://b"].map(|to| calls.send(to));
        assert!(join_all(sends).await.iter().all(Result::is_ok));
        assert_eq!(*calls.made.lock().unwrap(), [("kms://a".to_owned(), 2), ("kms://b".to_owned(), 1)]);
    }

    #[tokio::test]
    async fn a_call_that_fails_fails_all_of_its_requests_and_no_other() {
        let calls = Calls { failing: 1, ..Calls::default() };
        let outcomes = join_all((0..60).map(|_| calls.send("kms://a"))).await;
        assert_eq!(calls.sizes(), [50, 10]);
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 50);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_sent() {
        let calls = Arc::new(Calls::default());
        let turn = calls.outbox.turn.lock().await;
        let (given_up, patient) = (spawn(&calls), spawn(&calls));
        while calls.outbox.lock().len() < 2 {
            yield_now().await;
        }
        given_up.abort();
        assert!(given_up.await.unwrap_err().is_cancelled());
        drop(turn);
        assert_eq!(patient.await.unwrap(), Ok(()));
        assert_eq!(calls.sizes(), [1]);
    }

    #[tokio::test]
    async fn a_call_that_is_broken_off_strands_nobody() {
        let calls = Arc::new(Calls { slow: true, ..Calls::default() });
        let (caller, companion) = (spawn(&calls), spawn(&calls));
        while calls.sizes().is_empty() {
            yield_now().await;
        }
        assert_eq!(calls.sizes(), [2]);
        caller.abort();
        assert!(matches!(companion.await.unwrap(), Err(WebexError::Ambiguous { .. })));
        let next = spawn(&calls);
        calls.go_on.notify_one();
        assert_eq!(next.await.unwrap(), Ok(()));
    }
}
