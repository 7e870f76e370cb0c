//! Signing in, staying signed in, signing out.

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use callbook::{
    book::{AccountId, Timestamp, port::Clock},
    config::{self, ClientSecret, Secret, TokenStore},
    webex::{
        Catalog, Timing, WebexError,
        auth::{self, DevicePrompt, Login, Tokens, Vault},
        http::{Authorization, Body, Call, Http, To},
    },
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tracing_subscriber::fmt::MakeWriter;
use url::Url;

use crate::{
    listener::{Listener, Script, answer},
    support::{Stage, SystemClock},
};

const TOKEN: &str = "access_token";

fn timing() -> Timing {
    Timing::faster(20)
}

fn account() -> AccountId {
    AccountId("webex".to_owned())
}

/// A clock that a test puts forward.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Ahead {
    fn by(&self, seconds: i64) {
        self.0.store(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.0.load(Ordering::Relaxed))
    }

    fn uuid(&self) -> uuid::Uuid {
        SystemClock.uuid()
    }
}

/// Settings with tokens in a file.
fn settings(stage: &Stage) -> config::Webex {
    config::Webex { tokens: TokenStore::File, ..stage.settings.clone() }
}

async fn granted(stage: &Stage, settings: &config::Webex) -> Result<Tokens, WebexError> {
    let http = Http::new(settings, timing())?;
    let mut approve = |prompt: &DevicePrompt| {
        stage.order(json!({"do": "decide", "user_code": prompt.user_code, "approve": true}));
    };
    auth::device_grant(&http, settings, &SystemClock, timing(), &mut approve).await
}

/// Somebody who has signed in, and whose tokens are kept.
struct Person {
    stage: Stage,
    settings: config::Webex,
    vault: Vault,
    clock: Arc<Ahead>,
    http: Http,
    login: Login,
}

impl Person {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let settings = settings(&stage);
        let tokens = granted(&stage, &settings).await.unwrap();
        let vault = Vault::new(&settings, stage.directory.path(), timing());
        let http = Http::new(&settings, timing()).unwrap();
        let clock = Arc::new(Ahead::default());
        let login =
            Login::with_tokens(&account(), &settings, vault.clone(), &http, timing(), Arc::clone(&clock) as _, tokens);
        login.keep().unwrap();
        login.use_catalog(&Catalog::load(&http, &login, &settings).await.unwrap());
        stage.order(json!({"do": "forget"}));
        Self { stage, settings, vault, clock, http, login }
    }

    /// The same person in another process.
    fn again(&self) -> Login {
        let clock = Arc::clone(&self.clock);
        Login::open(&account(), &self.settings, self.vault.clone(), &self.http, timing(), clock).unwrap()
    }

    async fn list(&self, login: &Login) -> Result<u16, WebexError> {
        let base = self.settings.u2c_url.strip_suffix("/u2c/api/v1").unwrap();
        let url = Url::parse(&format!("{base}/contact/api/v1/encrypt/Users/contacts")).unwrap();
        let to = To::Url { url, template: "/contacts" };
        let authorization = Authorization::Login(login);
        let call = Call { doing: "list", method: Method::GET, to, authorization, body: Body::None, headers: &[] };
        self.http.send(call).await.map(|reply| reply.status)
    }

    fn stored(&self) -> Option<Tokens> {
        self.vault.load(&account()).unwrap()
    }

    fn refuse(&self, times: u32, status: u16) {
        let on = json!({"path": TOKEN, "times": times});
        self.stage.order(json!({"do": "http", "on": on, "fault": "status", "status": status}));
    }
}

#[tokio::test]
async fn a_device_grant_waits_until_it_is_decided() {
    let stage = Stage::new().await;
    let tokens = granted(&stage, &settings(&stage)).await.unwrap();
    assert_eq!(tokens.scopes, "spark:all spark:kms");
    assert!(tokens.refresh.is_some() && tokens.expires > Some(SystemClock.now()) && tokens.renew < tokens.expires);

    let http = Http::new(&stage.settings, timing()).unwrap();
    let mut refuse = |prompt: &DevicePrompt| {
        assert!(prompt.verification_uri_complete.as_ref().unwrap().contains(&prompt.user_code));
        stage.order(json!({"do": "decide", "user_code": prompt.user_code, "approve": false}));
    };
    let refused = auth::device_grant(&http, &stage.settings, &SystemClock, timing(), &mut refuse).await.unwrap_err();
    assert!(refused.to_string().contains("was refused"), "{refused}");
}

/// What a device grant comes to where the service answers like this.
async fn scripted(lifetime: u32, answers: &'static [(u16, &'static str)]) -> (Result<Tokens, WebexError>, usize) {
    let script: Script = Box::new(move |number, _| match number.checked_sub(1) {
        None => {
            let begun = json!({"device_code": "d", "user_code": "123456", "expires_in": lifetime, "interval": 1,
                "verification_uri": "https://login.example/verify"});
            answer("200 OK", &begun.to_string())
        }
        Some(number) => {
            let (status, body) = answers[number.min(answers.len() - 1)];
            answer(&format!("{status} As told"), body)
        }
    });
    let listener = Listener::start(script).await;
    let settings = config::Webex {
        u2c_url: listener.base.clone(),
        api_url: listener.base.clone(),
        root_certificates: Some(listener.root.path().to_owned()),
        client_id: Some("id".to_owned()),
        client_secret: Some(ClientSecret::Command(["echo", "secret"].map(str::to_owned).to_vec())),
        ..config::Webex::default()
    };
    let http = Http::new(&settings, timing()).unwrap();
    let result = auth::device_grant(&http, &settings, &SystemClock, timing(), &mut |_| {}).await;
    let heads = listener.heads();
    assert!(!heads[0].contains("authorization:"), "the first question is nobody's");
    // "id:secret"
    assert!(heads[1..].iter().all(|head| head.contains("authorization: Basic aWQ6c2VjcmV0")), "{heads:?}");
    assert!(heads.iter().all(|head| !head.contains("spark-user-agent") && !head.contains("cisco-")), "{heads:?}");
    (result, heads.len() - 1)
}

#[tokio::test]
async fn a_device_grant_understands_every_way_of_saying_not_yet() {
    let waiting = [
        (428, "{}"),
        (400, r#"{"error":"authorization_pending"}"#),
        (400, r#"{"errors":[{"description":"authorization_pending"}]}"#),
        (400, r#"{"error":"slow_down"}"#),
        (500, ""),
        (200, r#"{"access_token":"a","expires_in":"60"}"#),
    ];
    let (tokens, polls) = scripted(300, waiting.to_vec().leak()).await;
    let tokens = tokens.unwrap();
    assert_eq!((tokens.access, tokens.refresh, polls), (Secret::from("a"), None, 6));
    assert_eq!(tokens.scopes, config::Webex::default().scopes, "those that were asked for");

    let (over, _) = scripted(300, &[(400, r#"{"error":"expired_token"}"#)]).await;
    assert!(over.unwrap_err().to_string().contains("not used in time"));
    let (over, polls) = scripted(3, &[(428, "{}")]).await;
    assert!(over.unwrap_err().to_string().contains("not used in time"));
    assert!(polls < 3, "not longer than the code lives");
    let (other, _) = scripted(300, &[(403, r#"{"message":"no such grant"}"#)]).await;
    assert!(other.unwrap_err().to_string().contains("no such grant"));
}

#[tokio::test]
async fn what_is_missing_for_a_sign_in_is_named() {
    let stage = Stage::new().await;
    let sign_in = async |settings: config::Webex| granted(&stage, &settings).await.unwrap_err().to_string();
    let said = sign_in(config::Webex { client_id: None, ..settings(&stage) }).await;
    assert!(said.contains("client_id is not set") && said.contains("CALLBOOK_WEBEX_CLIENT_ID"), "{said}");
    let said = sign_in(config::Webex { client_secret: None, ..settings(&stage) }).await;
    assert!(said.contains("client_secret (or client_secret_command) is not set"), "{said}");
    let failing = Some(ClientSecret::Command(vec!["false".to_owned()]));
    let said = sign_in(config::Webex { client_secret: failing, ..settings(&stage) }).await;
    assert!(said.contains("client_secret_command: false failed"), "{said}");
    assert_eq!(stage.count("POST", ""), 0);
}

/// One request to the listener of a browser sign-in, as a browser or somebody else sends it.
async fn visit(port: u16, host: &str, target: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n").as_bytes()).await?;
    let mut page = String::new();
    stream.read_to_string(&mut page).await?;
    Ok(page)
}

/// Where the page to sign in at sends the browser.
async fn sent_back(http: &Http, page: &str) -> Url {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured((*http.tls()).clone())
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = client.get(page).send().await.unwrap();
    Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn the_browser_brings_a_code_and_nobody_else_does() {
    let stage = Stage::new().await;
    let port = free_port();
    let settings =
        config::Webex { redirect_uri: format!("http://localhost:{port}/redirect"), ..stage.settings.clone() };
    let http = Http::new(&settings, timing()).unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let mut open = |page: &str| drop(tell.take().unwrap().send(page.to_owned()));
    let browser = async {
        let page = told.await.unwrap();
        let query = Url::parse(&page).unwrap();
        assert!(query.query().unwrap().contains("code_challenge_method=S256"));
        let back = sent_back(&http, &page).await;
        let target = &back[url::Position::BeforePath..];
        let host = format!("localhost:{port}");
        let wrong_state = target.replace("state=", "state=x");
        // A connection that says nothing, as browsers open them, holds nobody up.
        let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        for (host, target, status) in [
            (host.as_str(), wrong_state.as_str(), "400"),
            (host.as_str(), "/favicon.ico", "404"),
            ("evil.example", target, "400"),
            (host.as_str(), "/redirect", "400"),
        ] {
            let page = visit(port, host, target).await.unwrap();
            assert!(page.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {page}");
        }
        let page = visit(port, &host, target).await.unwrap();
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("<h1>Signed in</h1>"), "{page}");
        drop(silent);
    };
    let (tokens, ()) = tokio::join!(auth::browser(&http, &settings, &SystemClock, timing(), &mut open), browser);
    assert!(tokens.unwrap().refresh.is_some());
    assert!(visit(port, "localhost", "/").await.is_err(), "it is closed after one success");
}

#[tokio::test]
async fn a_refusal_in_the_browser_a_taken_port_and_nobody_are_said() {
    let stage = Stage::new().await;
    let port = free_port();
    let settings = config::Webex { redirect_uri: format!("http://127.0.0.1:{port}/r"), ..stage.settings.clone() };
    let http = Http::new(&settings, timing()).unwrap();
    let mut open = |page: &str| {
        let pairs: std::collections::HashMap<_, _> = Url::parse(page).unwrap().query_pairs().into_owned().collect();
        let target = format!("/r?error=access_denied&state={}", pairs["state"]);
        tokio::spawn(async move { visit(port, &format!("127.0.0.1:{port}"), &target).await });
    };
    let refused = auth::browser(&http, &settings, &SystemClock, timing(), &mut open).await.unwrap_err();
    assert!(refused.to_string().contains("refused in the browser (access_denied)"), "{refused}");

    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let other = config::Webex { redirect_uri: format!("http://127.0.0.1:{port}/r"), ..settings.clone() };
    let said = auth::browser(&http, &other, &SystemClock, timing(), &mut |_| {}).await.unwrap_err();
    assert!(said.to_string().contains("another program has it"), "{said}");

    // Five minutes, a thousand times faster.
    let nobody = auth::browser(&http, &settings, &SystemClock, Timing::faster(1000), &mut |_| {}).await.unwrap_err();
    assert!(nobody.to_string().contains("nobody came back"), "{nobody}");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_who_wait() {
    let person = Person::new().await;
    let before = person.stored().unwrap();
    person.stage.order(json!({"do": "expire_tokens"}));
    let other = person.again();
    let lists = (0..8).map(|number| person.list(if number % 2 == 0 { &person.login } else { &other }));
    for status in futures_util::future::join_all(lists).await {
        assert_eq!(status, Ok(200));
    }
    assert_eq!(person.stage.count("POST", TOKEN), 1, "in this process and in the other");
    let after = person.stored().unwrap();
    assert!(after.access != before.access && after.refresh != before.refresh);
    assert_eq!(after.scopes, before.scopes);
    assert_eq!(person.list(&person.again()).await, Ok(200));
}

#[tokio::test]
async fn a_dead_sign_in_is_said_plainly_and_others_keep_their_tokens() {
    let person = Person::new().await;
    person.stage.order(json!({"do": "expire_tokens"}));
    person.refuse(1, 503);
    assert_eq!(person.list(&person.login).await.unwrap_err().status(), Some(503));
    assert!(person.stored().is_some(), "a service with a problem ends no sign-in");
    person.stage.order(json!({"do": "http", "on": {"path": TOKEN}, "fault": "lose_answer"}));
    // The answer is lost with the new refresh token in it: this sign-in cannot be saved, and only the broker may say so.
    assert!(person.list(&person.login).await.unwrap_err().is_ambiguous());
    assert!(person.stored().is_some());
    let dead = person.list(&person.login).await.unwrap_err();
    let said = dead.to_string();
    assert!(said.contains("the sign-in has ended, and what is in the book stays; sign in again"), "{said}");
    assert_eq!(person.stored(), None);
    let calls = person.stage.count("POST", TOKEN);
    assert_eq!(person.list(&person.login).await.unwrap_err(), dead);
    assert_eq!(person.stage.count("POST", TOKEN), calls, "nobody asks again");
}

#[tokio::test]
async fn a_wrong_secret_of_the_integration_ends_no_sign_in() {
    let mut person = Person::new().await;
    person.settings.client_secret = Some(ClientSecret::Text("wrong".into()));
    person.stage.order(json!({"do": "expire_tokens"}));
    let login = person.again();
    let refused = person.list(&login).await.unwrap_err();
    assert!(refused.to_string().contains("The client is unknown"), "{refused}");
    assert!(person.stored().is_some());
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end_and_an_early_failure_harms_nobody() {
    let person = Person::new().await;
    let first = person.login.access_token().await.unwrap();
    let lifetime = (person.login.expires().unwrap().0 - SystemClock.now().0) / 1000;
    person.clock.by(lifetime / 2);
    assert_eq!(person.login.access_token().await.unwrap(), first);
    person.clock.by(lifetime * 95 / 100);
    assert!(person.login.is_due());
    person.refuse(1, 503);
    assert_eq!(person.login.access_token().await.unwrap(), first, "it is still good");
    assert_eq!(person.login.access_token().await.unwrap(), first, "and is not asked for at every call");
    assert_eq!(person.stage.count("POST", TOKEN), 1);
    person.clock.by(lifetime + 60);
    assert_ne!(person.login.access_token().await.unwrap(), first);
    assert_eq!(person.list(&person.login).await, Ok(200));
}

#[tokio::test]
async fn a_renewal_that_brings_the_same_token_is_none_and_an_old_refresh_token_is_kept() {
    let person = Person::new().await;
    let renew = async |body: Value| {
        let listener = Listener::start(Box::new(move |_, _| answer("200 OK", &body.to_string()))).await;
        let settings = config::Webex {
            u2c_url: listener.base.clone(),
            api_url: listener.base.clone(),
            root_certificates: Some(listener.root.path().to_owned()),
            ..person.settings.clone()
        };
        let http = Http::new(&settings, timing()).unwrap();
        let tokens =
            Tokens { access: "old".into(), refresh: Some("r".into()), scopes: "s".to_owned(), ..Tokens::default() };
        person.vault.save(&account(), &tokens).unwrap();
        let clock = Arc::new(SystemClock);
        let login = Login::open(&account(), &settings, person.vault.clone(), &http, timing(), clock).unwrap();
        login.renew(&"old".into()).await
    };
    let same = renew(json!({"access_token": "old"})).await.unwrap_err();
    assert!(matches!(same, WebexError::Unreadable { .. }), "{same}");
    assert_eq!(renew(json!({"access_token": "new", "expires_in": 100})).await.unwrap(), Secret::from("new"));
    let stored = person.stored().unwrap();
    assert_eq!((stored.refresh, stored.scopes.as_str()), (Some("r".into()), "s"));
}

#[tokio::test]
async fn the_kms_gets_the_narrower_token_or_the_other() {
    let person = Person::new().await;
    let full = person.login.access_token().await.unwrap();
    let narrow = person.login.kms_token().await.unwrap();
    assert_ne!(narrow, full);
    assert_eq!(person.login.kms_token().await.unwrap(), narrow, "it is asked for once");
    assert_eq!(person.stage.count("POST", TOKEN), 1);
    assert_eq!(person.login.other_kms_token(&narrow).await, Some(full.clone()));
    assert_eq!(person.login.kms_token().await.unwrap(), full, "from now on");
    assert_eq!(person.login.other_kms_token(&full).await, None, "once");

    // After a renewal it begins anew, and the old narrower token is ended.
    person.stage.order(json!({"do": "expire_tokens"}));
    let renewed = person.login.renew(&full).await.unwrap();
    person.refuse(1, 400);
    assert_eq!(person.login.kms_token().await.unwrap(), renewed, "the full one where it cannot be narrowed");
    let narrow = person.login.other_kms_token(&renewed).await.unwrap();
    assert_ne!(narrow, renewed);
    assert_eq!(person.login.kms_token().await.unwrap(), narrow);
}

#[tokio::test]
async fn a_personal_token_is_used_as_it_is() {
    let stage = Stage::new().await;
    let settings = config::Webex { client_id: None, client_secret: None, ..settings(&stage) };
    let http = Http::new(&settings, timing()).unwrap();
    let vault = Vault::new(&settings, stage.directory.path(), timing());
    let tokens = auth::personal(&format!("Bearer  {}\n", stage.token()), &SystemClock).unwrap();
    let login = Login::with_tokens(&account(), &settings, vault, &http, timing(), Arc::new(SystemClock), tokens);
    let token = login.access_token().await.unwrap();
    assert_eq!(login.kms_token().await.unwrap(), token);
    assert_eq!(login.other_kms_token(&token).await, None);
    assert_eq!(login.org_id().as_deref(), stage.token().split('_').nth(2));
    let over = login.renew(&token).await.unwrap_err();
    assert!(over.to_string().contains("no longer accepted; sign in again with: callbook login"), "{over}");
    login.use_catalog(&Catalog::load(&http, &login, &settings).await.unwrap());
    login.revoke().await.unwrap();
    assert_eq!(stage.count("POST", "logout"), 1);
}

#[tokio::test]
async fn signing_out_ends_the_tokens_here_and_there() {
    let person = Person::new().await;
    let other = person.again();
    person.login.revoke().await.unwrap();
    assert_eq!(person.stage.count("POST", "revoke"), 2);
    person.login.forget().unwrap();
    assert_eq!(person.stored(), None);
    assert!(person.login.access_token().await.unwrap_err().to_string().contains("you have signed out"));
    let gone = person.list(&other).await.unwrap_err();
    assert!(gone.to_string().contains("another callbook has signed out"), "{gone}");
    let clock = Arc::new(SystemClock);
    let nobody = Login::open(&account(), &person.settings, person.vault.clone(), &person.http, timing(), clock);
    assert!(nobody.unwrap_err().to_string().contains("nobody is signed in to webex"));
}

/// All that is logged, at every level, by everybody.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_token_is_logged_at_any_level() {
    let log = Log::default();
    let subscriber = |log: Log| {
        tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE).with_writer(log).finish()
    };
    // With one alone, a test on another thread that comes to a place first decides for all that nothing is logged there.
    let _second = tracing::Dispatch::new(subscriber(Log::default()));
    let _guard = tracing::subscriber::set_default(subscriber(log.clone()));
    let person = Person::new().await;
    let before = person.stored().unwrap();
    let narrow = person.login.kms_token().await.unwrap();
    person.stage.order(json!({"do": "expire_tokens"}));
    assert_eq!(person.list(&person.login).await, Ok(200));
    let after = person.stored().unwrap();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let calls: Vec<&str> = log.lines().filter(|line| line.contains("callbook")).take(5).collect();
    assert!(log.contains("path=\"/contacts\"") && log.contains("status=200"), "the call itself is logged: {calls:#?}");
    let secrets = [Some(before.access), before.refresh, Some(narrow), Some(after.access), after.refresh];
    for secret in secrets.into_iter().flatten() {
        assert!(!log.contains(secret.expose()), "a token is in the log");
    }
    assert!(!log.contains(simulator::oauth::CLIENT_SECRET));
}
