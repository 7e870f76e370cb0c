//! A client for the tests of the simulator: HTTP, a socket, and the client's half of an exchange with the KMS.
#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use rsa::{BigUint, RsaPublicKey};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::{Value, json};
use simulator::{Control, Options, Simulator, jose};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};
use uuid::Uuid;

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

/// A simulator and a client that trusts it.
pub struct Bench {
    pub simulator: Simulator,
    pub http: Client,
    pub base: String,
    pub token: String,
}

impl Bench {
    pub async fn start(options: Options) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = std::fs::read(&simulator.ready.tls_root).unwrap();
        let http = Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(&root).unwrap()])
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let base = simulator.ready.api.strip_suffix("/v1").unwrap().to_owned();
        let token = simulator.ready.token.clone();
        Self { simulator, http, base, token }
    }

    pub async fn new() -> Self {
        Self::start(Options { people: 40, ..Options::default() }).await
    }

    pub fn control(&self, control: Control) -> Value {
        self.simulator.control(control).unwrap()
    }

    /// A control as JSON, as it comes over HTTP.
    pub fn order(&self, order: Value) -> Value {
        self.control(serde_json::from_value(order).unwrap())
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}", self.base))
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status, headers, body }
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.call_as(&self.token, method, path, body).await
    }

    pub async fn call_as(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path).bearer_auth(token);
        self.send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request("POST", path).form(fields)).await
    }

    /// A form from the registered client.
    pub async fn client_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request =
            self.request("POST", path).basic_auth(simulator::oauth::CLIENT_ID, Some(simulator::oauth::CLIENT_SECRET));
        self.send(request.form(fields)).await
    }

    pub async fn device(&self) -> Value {
        self.device_of(&self.token).await
    }

    pub async fn device_of(&self, token: &str) -> Value {
        let body = json!({"name": "test", "deviceType": "DESKTOP", "model": "m", "localizedModel": "m", "systemName": "s",
            "systemVersion": "1"});
        let answer = self.call_as(token, "POST", "/wdm/api/v1/devices?includeUpstreamServices=all", Some(body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// A socket of a device, not authorised yet.
    pub async fn socket(&self, device: &Value) -> Socket {
        let url = device["webSocketUrl"].as_str().unwrap();
        let host = self.base.strip_prefix("https://").unwrap();
        let mut roots = rustls::RootCertStore::empty();
        let root = std::fs::read(&self.simulator.ready.tls_root).unwrap();
        roots.add(CertificateDer::from_pem_slice(&root).unwrap()).unwrap();
        let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect(host).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let request = url.replacen("wss://", "ws://", 1);
        let (stream, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        Socket { stream }
    }

    /// A socket of a device, authorised, its first event read.
    pub async fn open_socket(&self, device: &Value) -> Socket {
        let mut socket = self.socket(device).await;
        socket.authorize(&self.token).await;
        assert_eq!(socket.event().await["data"]["eventType"], "mercury.buffer_state");
        socket
    }

    /// A signed-in client with a session of the KMS.
    pub async fn session(&self) -> Session<'_> {
        let device = self.device().await;
        let socket = self.open_socket(&device).await;
        let user = device["userId"].as_str().unwrap().to_owned();
        let details = self.call("GET", &format!("/encryption/api/v1/kms/{user}"), None).await.body;
        let jwk: Value = serde_json::from_str(details["rsaPublicKey"].as_str().unwrap()).unwrap();
        let integer = |member: &str| BigUint::from_bytes_be(&jose::decode(jwk[member].as_str().unwrap()).unwrap());
        let static_key = RsaPublicKey::new(integer("n"), integer("e")).unwrap();
        let cluster = details["kmsCluster"].as_str().unwrap().to_owned();
        let mut session =
            Session { bench: self, device, socket, cluster, static_key, uri: String::new(), key: [0; 32] };
        session.shake_hands().await;
        session
    }
}

/// A client's end of a socket.
pub struct Socket {
    stream: WebSocketStream<TlsStream<TcpStream>>,
}

impl Socket {
    pub async fn send(&mut self, frame: Value) {
        self.stream.send(Message::text(frame.to_string())).await.unwrap();
    }

    pub async fn authorize(&mut self, token: &str) {
        let data = json!({"token": format!("Bearer {token}")});
        self.send(json!({"id": Uuid::new_v4(), "type": "authorization", "data": data, "trackingId": "test_1"})).await;
    }

    /// The next frame; `Err` with the code when the other side closes, 0 without a close frame.
    pub async fn next(&mut self) -> Result<Value, u16> {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => Ok(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(Some(frame)))) => Err(frame.code.into()),
            None | Some(Ok(Message::Close(None)) | Err(_)) => Err(0),
            Some(Ok(other)) => panic!("{other:?}"),
        }
    }

    /// The next event.
    pub async fn event(&mut self) -> Value {
        self.next().await.unwrap()
    }
}

/// A session with the KMS.
pub struct Session<'a> {
    pub bench: &'a Bench,
    pub device: Value,
    pub socket: Socket,
    pub cluster: String,
    static_key: RsaPublicKey,
    pub uri: String,
    pub key: jose::Key,
}

impl Session<'_> {
    pub fn client(&self) -> Value {
        let credential = json!({"userId": self.device["userId"], "bearer": self.bench.token});
        json!({"clientId": self.device["url"], "credential": credential})
    }

    pub async fn post(&self, messages: &[String]) -> Answer {
        let body = json!({"destination": self.cluster, "kmsMessages": messages});
        self.bench.call("POST", "/encryption/api/v1/kms/messages", Some(body)).await
    }

    /// The wrapped request of a handshake with the private key of the vectors.
    pub fn handshake(&self, point: &Value) -> String {
        let request = json!({"uri": format!("{}/ecdhe", self.cluster), "method": "create", "jwk": point,
            "requestId": Uuid::new_v4(), "client": self.client()});
        jose::seal_rsa(&self.static_key, &self.cluster, request.to_string().as_bytes()).unwrap()
    }

    pub async fn shake_hands(&mut self) {
        // A fresh pair: a point is answered by agreeing with itself once the other side's point is here.
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/vectors/ecdhe-exchange.json");
        let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let mut own = vectors["client_ephemeral_private_jwk"].clone();
        let d = own.as_object_mut().unwrap().remove("d").unwrap();
        assert_eq!(self.post(&[self.handshake(&own)]).await.status, 202);
        let answer = self.next_messages().await.remove(0);
        let payload: Value =
            serde_json::from_slice(&jose::verify(&answer, &self.cluster, &self.static_key).unwrap()).unwrap();
        assert_eq!(payload["status"], 201, "{payload}");
        let peer = serde_json::from_value(payload["key"]["jwk"].clone()).unwrap();
        self.key = jose::Agreement::with_private(d.as_str().unwrap(), &peer, "own").unwrap().key;
        payload["key"]["uri"].as_str().unwrap().clone_into(&mut self.uri);
    }

    /// The messages of the next event of the KMS.
    pub async fn next_messages(&mut self) -> Vec<String> {
        let event = self.socket.event().await;
        assert_eq!(event["data"]["eventType"], "encryption.kms_message");
        serde_json::from_value(event["data"]["encryption"]["kmsMessages"].clone()).unwrap()
    }

    pub fn seal(&self, mut request: Value) -> String {
        request["requestId"] = json!(Uuid::new_v4());
        request["client"] = self.client();
        let header = jose::Header::direct(Some(&self.uri));
        jose::seal(&header, &self.key, request.to_string().as_bytes()).unwrap()
    }

    pub fn open(&self, message: &str) -> Value {
        serde_json::from_slice(&jose::open(message, &self.key).unwrap()).unwrap()
    }

    /// Asks one thing of the KMS.
    pub async fn ask(&mut self, request: Value) -> Value {
        let wrapped = self.seal(request);
        assert_eq!(self.post(&[wrapped]).await.status, 202);
        let answer = self.next_messages().await.remove(0);
        self.open(&answer)
    }

    /// A key bound to a resource of its own, and its bytes.
    pub async fn content_key(&mut self) -> (String, jose::Key) {
        let made = self.ask(json!({"method": "create", "uri": "/keys", "count": 1})).await;
        let uri = made["keys"][0]["uri"].as_str().unwrap().to_owned();
        let bytes = jose::key(made["keys"][0]["jwk"]["k"].as_str().unwrap()).unwrap();
        assert_eq!(self.ask(json!({"method": "create", "uri": "/resources", "keyUris": [uri]})).await["status"], 201);
        (uri, bytes)
    }
}

/// A value sealed as the SDK does.
pub fn sealed(key: &jose::Key, text: &str) -> Value {
    jose::seal(&jose::Header::direct(None), key, text.as_bytes()).unwrap().into()
}

pub const CONTACTS: &str = "/contact/api/v1/encrypt/Users/contacts";
pub const GROUPS: &str = "/contact/api/v1/encrypt/Users/groups";
pub const OK: StatusCode = StatusCode::OK;
