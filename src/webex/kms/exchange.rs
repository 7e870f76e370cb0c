//! Asking the KMS: whom it must be, the session, and what is done when it is silent, refuses a token, or cannot be reached
//! (specification sections 6.1, 6.5, 6.7).

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::FutureExt as _;
use rustls::pki_types::UnixTime;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::{
    KmsTrust,
    batch::{Outbox, Turn},
    flight::Flight,
    inbox::Inbox,
    line::Line,
    message::{Answer, Asker, Operation},
    session::{Handshake, Session},
    trust::{self, Details},
};
use crate::{
    book::Timestamp,
    config::Secret,
    webex::{
        KmsError, Timing, WebexError,
        device::Device,
        jose::{Malformed, RsaKey},
        random,
    },
};

/// So often a request is sent that is not answered: 6, 12 and 24 s are waited.
const TRIES: u32 = 3;
/// So often a request is sent anew that a gateway did not pass on.
const REPEATS: u32 = 3;
/// No session is believed to live longer.
const LONGEST_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// A cluster that has shown who it is.
pub struct Cluster {
    /// Its URI, as it calls itself.
    pub uri: String,
    /// Its host.
    pub host: String,
    key: Arc<RsaKey>,
}

/// How long a session is used, and by whom.
struct Lease {
    until: Instant,
    client_id: String,
}

/// The conversation with the KMS.
pub struct Exchange {
    line: Line,
    trust: KmsTrust,
    timing: Timing,
    inbox: Arc<Inbox>,
    outbox: Outbox,
    cluster: Mutex<Option<Arc<Cluster>>>,
    lease: Mutex<Option<Lease>>,
    introduction: Flight<Result<Arc<Cluster>, WebexError>>,
    handshake: Flight<Result<Arc<Session>, WebexError>>,
    listener: OnceLock<Listener>,
}

/// A task that ends with this.
struct Listener(JoinHandle<()>);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

impl Exchange {
    /// Nothing is said yet.
    pub fn new(line: Line, trust: KmsTrust, timing: Timing) -> Arc<Self> {
        Arc::new(Self {
            line,
            trust,
            timing,
            inbox: Arc::default(),
            outbox: Outbox::default(),
            cluster: Mutex::default(),
            lease: Mutex::default(),
            introduction: Flight::default(),
            handshake: Flight::default(),
            listener: OnceLock::new(),
        })
    }

    /// The device and the user who ask.
    pub fn device(&self) -> Device {
        self.line.device()
    }

    /// When the session ends, if there is one.
    pub fn session_expires(&self) -> Option<Timestamp> {
        self.inbox.session().map(|session| session.expires)
    }

    /// The user's cluster, once it has shown who it is. A failure is not remembered.
    pub async fn cluster(self: &Arc<Self>) -> Result<Arc<Cluster>, WebexError> {
        if let Some(known) = lock(&self.cluster).clone() {
            return Ok(known);
        }
        let this = Arc::clone(self);
        self.introduction.join(|| async move { this.introduce().await }.boxed()).await
    }

    async fn introduce(&self) -> Result<Arc<Cluster>, WebexError> {
        let details = Details::parse(&self.line.details().await?)?;
        let key = trust::prove(&details.key, self.trust.roots.certificates(), UnixTime::since_unix_epoch(now()))?;
        let is_trusted = |host: &str| {
            self.line.trusts(host) || self.trust.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
        };
        let host = trust::place(&details, is_trusted, self.trust.pinned.as_deref())?.to_owned();
        let cluster = Arc::new(Cluster { uri: details.cluster.clone(), host, key: Arc::new(key) });
        self.inbox.trust(Arc::clone(&cluster.key));
        *lock(&self.cluster) = Some(Arc::clone(&cluster));
        Ok(cluster)
    }

    /// Asks until there is a success or a redirection.
    pub async fn ask(self: &Arc<Self>, operation: &Operation) -> Result<Answer, WebexError> {
        let _open = self.line.socket.in_use();
        let mut attempts = Attempts::begin(self).await?;
        let mut session = self.session().await?;
        loop {
            if attempts.silent == TRIES - 1 {
                session = self.session_after(&session).await?;
            } else if attempts.asked_as.as_ref().is_some_and(|asked| *asked != self.device().url) {
                session = self.session().await?;
            }
            let cluster = self.cluster().await?;
            let sealed = |text: &[u8]| Ok(session.seal(text));
            if let Some(answer) = attempts.send(&cluster.uri, operation, sealed).await? {
                return Ok(answer);
            }
        }
    }

    /// Opens the socket, learns who the KMS is, and agrees upon a session.
    pub async fn prepare(self: &Arc<Self>) -> Result<(), WebexError> {
        let _open = self.line.socket.in_use();
        // Neither needs the other.
        tokio::try_join!(self.line.socket.ready(), self.cluster())?;
        self.session().await.map(drop)
    }

    /// A session that lives.
    async fn session(self: &Arc<Self>) -> Result<Arc<Session>, WebexError> {
        if let Some(session) = self.live() {
            return Ok(session);
        }
        let this = Arc::clone(self);
        let shake = || async move {
            match this.live() {
                Some(session) => Ok(session),
                None => this.shake_hands().await,
            }
        };
        self.handshake.join(|| shake().boxed()).await
    }

    fn live(&self) -> Option<Arc<Session>> {
        let lease = lock(&self.lease);
        let lease = lease.as_ref().filter(|lease| Instant::now() < lease.until)?;
        // The KMS knows a session as that of one device.
        self.inbox.session().filter(|_| lease.client_id == self.device().url)
    }

    /// Another session than one under which nothing is answered; also who the KMS is is asked anew.
    async fn session_after(self: &Arc<Self>, silent: &Arc<Session>) -> Result<Arc<Session>, WebexError> {
        if self.live().is_some_and(|session| Arc::ptr_eq(&session, silent)) {
            *lock(&self.lease) = None;
            *lock(&self.cluster) = None;
        }
        self.session().await
    }

    async fn shake_hands(self: &Arc<Self>) -> Result<Arc<Session>, WebexError> {
        let _open = self.line.socket.in_use();
        let mut attempts = Attempts::begin(self).await?;
        loop {
            let cluster = self.cluster().await?;
            let handshake = Handshake::new(random::uuid()?)?;
            let operation = Operation::Handshake { cluster: cluster.uri.clone(), jwk: handshake.jwk().clone() };
            let (begun, client_id) = (Instant::now(), self.device().url);
            let sealed = |text: &[u8]| cluster.key.seal(text);
            if let Some(answer) = attempts.send(&cluster.uri, &operation, sealed).await? {
                let here = Timestamp(i64::try_from(now().as_millis()).unwrap_or(i64::MAX));
                let session = Arc::new(handshake.finish(&answer.session()?, here)?);
                let used = session.lifetime.min(LONGEST_LIFE).saturating_sub(self.timing.session_margin());
                self.inbox.begin(Arc::clone(&session));
                *lock(&self.lease) = Some(Lease { until: begun + used, client_id });
                return Ok(session);
            }
        }
    }

    /// Sends one request, in company if there is any.
    async fn post(&self, destination: &str, message: String) -> Result<(), WebexError> {
        let mut queued = self.outbox.queue(destination, message);
        loop {
            match self.outbox.turn(&mut queued).await {
                Turn::Over(outcome) => return outcome,
                Turn::Ours(batch) => {
                    let posted = self.line.post(&batch.destination, &batch.messages).await;
                    batch.settle(&posted.map(|items| self.inbox.take_in(&items)));
                }
            }
        }
    }

    fn listen(&self) {
        self.listener.get_or_init(|| {
            let (inbox, events) = (Arc::clone(&self.inbox), self.line.socket.kms_messages());
            Listener(tokio::spawn(async move { inbox.listen(events).await }))
        });
    }
}

/// What was tried so far with one request.
struct Attempts<'a> {
    exchange: &'a Exchange,
    token: Secret,
    other_token_tried: bool,
    /// The device that asked last.
    asked_as: Option<String>,
    /// Whether it was looked after since the KMS did not know it.
    device_seen_to: bool,
    silent: u32,
    not_sent: u32,
}

impl<'a> Attempts<'a> {
    async fn begin(exchange: &'a Exchange) -> Result<Self, WebexError> {
        exchange.listen();
        let token = exchange.line.login.kms_token().await?;
        Ok(Self {
            exchange,
            token,
            other_token_tried: false,
            asked_as: None,
            device_seen_to: false,
            silent: 0,
            not_sent: 0,
        })
    }

    /// One attempt, under an id of its own. `None` asks for another one.
    async fn send(
        &mut self,
        destination: &str,
        operation: &Operation,
        seal: impl FnOnce(&[u8]) -> Result<String, Malformed>,
    ) -> Result<Option<Answer>, WebexError> {
        let exchange = self.exchange;
        let device = exchange.device();
        let request_id = random::uuid()?.to_string();
        let asker = Asker { client_id: &device.url, user_id: &device.user_id, bearer: &self.token };
        let message = seal(&operation.request(&request_id, asker))
            .map_err(|malformed| KmsError::Unreadable(malformed.to_string()))?;
        self.asked_as = Some(device.url);
        let mut awaited = exchange.inbox.expect(request_id);
        if let Err(error) = exchange.post(destination, message).await {
            // The answer may have been lost on one way and come on the other.
            return match awaited.answer().now_or_never().flatten() {
                Some(answer) => self.judge(answer).await,
                None => self.not_sent(error).await,
            };
        }
        if let Ok(Some(answer)) = timeout(exchange.timing.kms(self.silent), awaited.answer()).await {
            return self.judge(answer).await;
        }
        self.silent += 1;
        if self.silent < TRIES { Ok(None) } else { Err(KmsError::Silent.into()) }
    }

    async fn judge(&mut self, answer: Answer) -> Result<Option<Answer>, WebexError> {
        match answer.check() {
            Ok(_) => Ok(Some(answer)),
            Err(error @ KmsError::Refused { status: 401 | 403, .. }) if !self.other_token_tried => {
                self.other_token_tried = true;
                self.token = self.other_token().await?.ok_or(error)?;
                Ok(None)
            }
            Err(error @ KmsError::Refused { status: 400, .. }) if !self.device_seen_to => {
                self.device_seen_to = true;
                if self.is_device_replaced().await { Ok(None) } else { Err(error.into()) }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the device that asked was forgotten by the server, and another one is registered by now: then the KMS cannot
    /// have known it.
    async fn is_device_replaced(&self) -> bool {
        let line = &self.exchange.line;
        let is_another = |device: &Device| Some(&device.url) != self.asked_as.as_ref();
        is_another(&line.device()) || line.socket.refresh_device().await.is_ok_and(|device| is_another(&device))
    }

    /// The other form of the token, if there is one and nobody has it refused: who was refused together with others may
    /// find that one of them has asked for it already.
    async fn other_token(&self) -> Result<Option<Secret>, WebexError> {
        let login = &self.exchange.line.login;
        match login.other_kms_token(&self.token).await {
            Some(other) => Ok(Some(other)),
            None => login.kms_token().await.map(|current| (current != self.token).then_some(current)),
        }
    }

    /// The call failed. What the KMS is asked may be asked twice (specification section 6.7), so unlike other POSTs it is
    /// repeated where a gateway failed or the outcome is unknown.
    async fn not_sent(&mut self, error: WebexError) -> Result<Option<Answer>, WebexError> {
        let repeats = match &error {
            WebexError::Refused(refusal) if matches!(refusal.status, 502..=504) => REPEATS,
            WebexError::Refused(refusal) if refusal.status == 500 => 1,
            WebexError::Ambiguous { .. } => 1,
            _ => 0,
        };
        if self.not_sent >= repeats {
            return Err(error);
        }
        sleep(random::jitter(self.exchange.timing.retry(self.not_sent))).await;
        self.not_sent += 1;
        Ok(None)
    }
}
