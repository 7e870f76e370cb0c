//! Content keys, kept for the life of the process and nowhere else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::FutureExt as _;

use super::{
    KeyUri,
    exchange::Exchange,
    flight::Flight,
    message::{KeyObject, Operation},
};
use crate::webex::{KmsError, WebexError, jose::ContentKey, seal};

/// So often a key may be somewhere else (specification section 14).
const REDIRECTS: u32 = 3;

/// A key, and what the KMS says about it.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key itself.
    pub content: ContentKey,
    owner: Option<String>,
    /// Whether it is where its name says and calls itself so.
    at_home: bool,
}

type Retrieval = Flight<Result<Key, WebexError>>;

/// The keys that are known, and those that are being asked for.
pub struct Keys {
    exchange: Arc<Exchange>,
    known: Mutex<HashMap<KeyUri, Key>>,
    retrievals: Mutex<HashMap<KeyUri, Arc<Retrieval>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keys {
    /// None yet.
    pub fn new(exchange: Arc<Exchange>) -> Arc<Self> {
        Arc::new(Self { exchange, known: Mutex::default(), retrievals: Mutex::default() })
    }

    /// A key: known, or asked for, once however many want it. A failure is not remembered.
    pub async fn get(self: &Arc<Self>, uri: &KeyUri) -> Result<Key, WebexError> {
        if let Some(key) = lock(&self.known).get(uri) {
            return Ok(key.clone());
        }
        let retrieval = Arc::clone(lock(&self.retrievals).entry(uri.clone()).or_default());
        let (this, wanted) = (Arc::clone(self), uri.clone());
        let result = retrieval.join(|| async move { this.retrieve(&wanted).await }.boxed()).await;
        lock(&self.retrievals).remove(uri);
        result
    }

    async fn retrieve(&self, uri: &KeyUri) -> Result<Key, WebexError> {
        if let Some(key) = lock(&self.known).get(uri) {
            return Ok(key.clone());
        }
        let mut at = uri.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.exchange.ask(&Operation::Retrieve(at.clone())).await?;
            let Some(elsewhere) = answer.check()? else {
                let object = answer.key()?;
                let at_home = at == *uri && object.uri.eq_ignore_ascii_case(uri.as_str());
                return Ok(self.keep(uri.clone(), &object, at_home)?);
            };
            at = elsewhere;
        }
        Err(KmsError::Unreadable("a key is always somewhere else".to_owned()).into())
    }

    /// Makes a key, which is bound to nothing yet.
    pub async fn create(&self) -> Result<(KeyUri, ContentKey), WebexError> {
        let object = self.exchange.ask(&Operation::CreateKey).await?.created_key()?;
        let uri: KeyUri = object.uri.parse().map_err(|malformed: crate::webex::jose::Malformed| {
            KmsError::Unreadable(format!("the name of the new key: {malformed}"))
        })?;
        let key = self.keep(uri.clone(), &object, true)?;
        Ok((uri, key.content))
    }

    fn keep(&self, uri: KeyUri, object: &KeyObject, at_home: bool) -> Result<Key, KmsError> {
        let key = Key { content: object.content_key()?, owner: object.user_id.clone(), at_home };
        lock(&self.known).insert(uri, key.clone());
        Ok(key)
    }

    /// Whether new text may be sealed under a key: it belongs to the user's own cluster, and to the user if the KMS says
    /// whose it is.
    pub async fn may_write(self: &Arc<Self>, uri: &KeyUri) -> Result<bool, WebexError> {
        let cluster = self.exchange.cluster().await?;
        let user = self.exchange.device().user_id;
        if !seal::may_write(uri, None, &cluster.host, &user) {
            return Ok(false);
        }
        let key = self.get(uri).await?;
        Ok(key.at_home && seal::may_write(uri, key.owner.as_deref(), &cluster.host, &user))
    }
}
