//! What blocks (the keyring, a file lock, a program) has a thread of its own, so that nothing waits for it that need not.

use std::{sync::mpsc, thread, time::Duration};

use tokio::sync::oneshot;

use crate::webex::WebexError;

/// Does something on a thread of its own. When nobody waits for it any more it is finished all the same, and its result
/// dropped there.
///
/// # Errors
/// There is no thread, or it panicked.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, WebexError> {
    let (tell, told) = oneshot::channel();
    spawn(move || drop(tell.send(work())))?;
    told.await.map_err(|_| WebexError::Local("a thread has ended early".to_owned()))
}

/// The same for who cannot wait asynchronously; `None` when it takes longer than this.
///
/// # Errors
/// As [`aside`].
pub fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Option<T>, WebexError> {
    let (tell, told) = mpsc::sync_channel(1);
    spawn(move || drop(tell.send(work())))?;
    match told.recv_timeout(limit) {
        Ok(done) => Ok(Some(done)),
        Err(mpsc::RecvTimeoutError::Timeout) => Ok(None),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(WebexError::Local("a thread has ended early".to_owned())),
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), WebexError> {
    let thread = thread::Builder::new().name("sign-in".to_owned()).spawn(work);
    thread.map(drop).map_err(|error| WebexError::Local(format!("there is no thread: {error}")))
}
