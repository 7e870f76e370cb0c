//! One connection: its upgrade, and the URL it goes to (specification section 5.1).

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Error, http::StatusCode, protocol::WebSocketConfig},
};
use url::Url;

use super::life::End;
use crate::webex::{Catalog, Timing, WebexError, device::Device, http::Http};

/// No event is longer.
const LONGEST_MESSAGE: usize = 16 * 1024 * 1024;
/// Between the events that come there is mostly silence.
const BUFFER: usize = 8 * 1024;
pub(super) const CONNECT: &str = "open the connection on which keys come";

/// A connected socket, not authorised yet.
pub(super) type Stream = WebSocketStream<TlsStream<TcpStream>>;

/// Where the socket of a device is opened: on the best host of the catalogue where the user has high availability.
///
/// # Errors
/// Its host is not trusted, or it is no URL.
pub(super) fn address(http: &Http, catalog: &Catalog, device: &Device, now: i64) -> Result<Url, WebexError> {
    let mut url = http.trusted().check(CONNECT, &device.web_socket_url)?;
    if url.scheme() != "wss" {
        return Err(WebexError::Untrusted { doing: CONNECT, host: url.scheme().to_owned() });
    }
    if device.high_availability {
        url = catalog.on_best_host(&url);
    }
    add_parameters(&mut url, device, now);
    Ok(url)
}

fn add_parameters(url: &mut Url, device: &Device, now: i64) {
    let mut pairs = url.query_pairs_mut();
    pairs.append_pair("outboundWireFormat", "text");
    if device.shared_mercury {
        pairs.append_pair("mercuryRegistrationStatus", "true").append_pair("isRegistrationRefreshEnabled", "true");
    } else {
        pairs.append_pair("bufferStates", "true");
    }
    pairs.append_pair("aliasHttpStatus", "true");
    if device.ephemeral {
        pairs.append_pair("multipleConnections", "true");
    }
    pairs.append_pair("clientTimestamp", &now.to_string());
}

/// Connects.
///
/// # Errors
/// Why it did not come about.
pub(super) async fn connect(url: &Url, http: &Http, timing: Timing) -> Result<Stream, End> {
    let within = timing.connect();
    timeout(within, upgraded(url, http))
        .await
        .unwrap_or_else(|_| Err(End::Failed(WebexError::TimedOut { doing: CONNECT, within })))
}

async fn upgraded(url: &Url, http: &Http) -> Result<Stream, End> {
    let host = url.host_str().unwrap_or_default();
    let offline = |reason: String| End::Failed(WebexError::Offline { doing: CONNECT, host: host.to_owned(), reason });
    let tls = http.connect(url).await.map_err(offline)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE));
    match client_async_with_config(url.as_str(), tls, Some(config)).await {
        Ok((stream, _)) => Ok(stream),
        Err(Error::Http(response)) => Err(refused(response.status())),
        Err(error) => Err(offline(error.to_string())),
    }
}

/// A refusal of the upgrade, as the code with which an open socket would be closed.
fn refused(status: StatusCode) -> End {
    let code = match status.as_u16() {
        401 => 4401,
        403 => 4403,
        404 | 410 => 4404,
        status => {
            let reason = format!("the server answers HTTP {status} in place of a socket");
            return End::Failed(WebexError::Disconnected { doing: CONNECT, reason });
        }
    };
    End::Closed { code, reason: format!("HTTP {status}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(device: &Device) -> Vec<(String, String)> {
        let mut url = Url::parse("wss://mercury.example.test/v1/apps/wx2/registrations/1/messages").unwrap();
        add_parameters(&mut url, device, 1_935_990_489_000);
        url.query_pairs().into_owned().collect()
    }

    #[test]
    fn the_url_says_what_kind_of_device_it_is() {
        let mut device = Device::sample();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let stamp = pair("clientTimestamp", "1935990489000");
        assert_eq!(
            parameters(&device),
            [
                pair("outboundWireFormat", "text"),
                pair("bufferStates", "true"),
                pair("aliasHttpStatus", "true"),
                stamp.clone()
            ]
        );
        (device.ephemeral, device.shared_mercury) = (true, true);
        let names: Vec<_> = parameters(&device).into_iter().map(|(name, _)| name).collect();
        let expected = [
            "outboundWireFormat",
            "mercuryRegistrationStatus",
            "isRegistrationRefreshEnabled",
            "aliasHttpStatus",
            "multipleConnections",
            "clientTimestamp",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_refused_upgrade_is_mended_like_a_close_code() {
        assert!(matches!(refused(StatusCode::NOT_FOUND), End::Closed { code: 4404, .. }));
        assert!(matches!(refused(StatusCode::UNAUTHORIZED), End::Closed { code: 4401, .. }));
        assert!(matches!(refused(StatusCode::BAD_GATEWAY), End::Failed(WebexError::Disconnected { .. })));
    }
}
