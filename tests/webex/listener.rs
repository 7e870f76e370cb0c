//! A server of one's own on the loopback, for answers that the simulator does not give: TLS, one scripted answer per call, and
//! all that came in.

use std::sync::{Arc, Mutex};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use simulator::certs::Certificates;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// It ends when it is dropped.
pub struct Listener {
    /// `https://127.0.0.1:PORT`
    pub base: String,
    /// The root of its certificate, a PEM file.
    pub root: tempfile::NamedTempFile,
    heads: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

/// What is answered to the n-th call, from 0: status line and headers, and a body.
pub type Script = Box<dyn Fn(usize, &str) -> (String, String) + Send + Sync>;

/// An answer of a script.
pub fn answer(head: &str, body: &str) -> (String, String) {
    (head.to_owned(), body.to_owned())
}

/// What makes TLS of connections, with the certificate that all simulators of this process have; it speaks HTTP/1.1 alone.
pub fn acceptor() -> TlsAcceptor {
    let certificates = Certificates::of_process().unwrap();
    let chain = CertificateDer::pem_slice_iter(certificates.tls_leaf.as_bytes()).collect::<Result<Vec<_>, _>>();
    let key = PrivateKeyDer::from_pem_slice(certificates.tls_key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.unwrap(), key)
        .unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

impl Listener {
    pub async fn start(script: Script) -> Self {
        let root = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(root.path(), Certificates::of_process().unwrap().tls_root).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("https://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let acceptor = acceptor();
        let (noted, script) = (Arc::clone(&heads), Arc::new(script));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, acceptor.clone(), Arc::clone(&noted), Arc::clone(&script)));
            }
        });
        Self { base, root, heads, task }
    }

    /// The heads of the calls so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, heads: Arc<Mutex<Vec<String>>>, script: Arc<Script>) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => received.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    };
    let head = String::from_utf8_lossy(&received[..end]).into_owned();
    let number = {
        let mut heads = heads.lock().unwrap();
        heads.push(head.clone());
        heads.len() - 1
    };
    let (head, body) = script(number, &head);
    let answer = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}
