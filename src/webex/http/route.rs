//! The way of a connection that is not a call's: straight, or through the proxy of the system (`HTTPS_PROXY`, `NO_PROXY`, or
//! its settings), as calls go.

use std::{future::poll_fn, io};

use hyper_util::{
    client::{
        legacy::connect::{HttpConnector, proxy::Tunnel},
        proxy::matcher::Matcher,
    },
    rt::TokioIo,
};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::http::Uri;
use tower_service::Service as _;

/// Which connections go through which proxy.
pub(super) struct Route {
    proxies: Option<Matcher>,
}

impl Route {
    /// Through no proxy.
    pub fn straight() -> Self {
        Self { proxies: None }
    }

    /// Through those of the system.
    pub fn of_the_system() -> Self {
        Self { proxies: Some(Matcher::from_system()) }
    }

    /// Connects to a port of a host; an IPv6 address stands in brackets.
    ///
    /// # Errors
    /// Why it did not come about, in words.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, String> {
        let to: Uri = format!("https://{host}:{port}").parse().map_err(|_| format!("{host} is no host"))?;
        let tcp = match self.proxies.as_ref().and_then(|proxies| proxies.intercept(&to)) {
            None => TcpStream::connect((bare(host), port)).await.map_err(|error| error.to_string())?,
            Some(proxy) => {
                let mut tunnel = Tunnel::new(proxy.uri().clone(), HttpConnector::new());
                if let Some(authorization) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                let through = |error| format!("the proxy {}: {error}", proxy.uri().host().unwrap_or_default());
                poll_fn(|context| tunnel.poll_ready(context)).await.map_err(through)?;
                tunnel.call(to).await.map(TokioIo::into_inner).map_err(through)?
            }
        };
        // Acknowledgements and pings are small, and each is waited for.
        tcp.set_nodelay(true).map_err(|error: io::Error| error.to_string())?;
        Ok(tcp)
    }
}

/// A host without the brackets of an IPv6 address.
pub(super) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}
