//! A network whose only way out is an HTTP proxy: calls and the socket go through it.

use std::sync::{Arc, Mutex};

use base64::prelude::*;
use simulator::Options;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::shell::Shell;

/// No name server knows it; the certificate of the simulator does.
const HOST: &str = "webex.test";

/// Answers CONNECT, for whoever says the password, and leads everybody to one address.
struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn to(server: std::net::SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let noted = Arc::clone(&noted);
                tokio::spawn(async move { serve(client, server, &noted).await });
            }
        });
        Self { port, asked }
    }
}

async fn serve(client: TcpStream, server: std::net::SocketAddr, noted: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        client.read_line(&mut line).await?;
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let password = format!("basic {}", BASE64_STANDARD.encode("ada:secret")).to_lowercase();
    let knows = |line: &String| {
        line.to_lowercase().strip_prefix("proxy-authorization:").is_some_and(|words| words.trim() == password)
    };
    noted.lock().unwrap().extend(head.first().cloned());
    if !head.iter().any(knows) {
        return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").await;
    }
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_and_the_socket_go_through_the_proxy_of_the_system() {
    let advertise = Some(format!("{HOST}:443"));
    let mut shell = Shell::new(Options { contacts: 3, advertise, ..Options::default() }).await;
    let proxy = Proxy::to(shell.stage.simulator.address()).await;
    shell.set("HTTPS_PROXY", &format!("http://ada:secret@127.0.0.1:{}", proxy.port));
    shell.feed(shell.stage.token(), &["login", "--token-stdin"]).await.well();
    let listed = shell.run(&["webex", "list"]).await.well().json();
    // Without the socket there would be no key.
    assert_eq!(listed["data"]["contacts"][0]["displayName"], "Person Number 0");
    let asked = std::mem::take(&mut *proxy.asked.lock().unwrap());
    assert!(asked.iter().all(|line| line == &format!("CONNECT {HOST}:443 HTTP/1.1")), "{asked:?}");

    shell.set("HTTPS_PROXY", &format!("http://127.0.0.1:{}", proxy.port));
    shell.run(&["webex", "list"]).await.refused(HOST);
}
