//! Service discovery against the simulator.

use std::sync::Arc;

use callbook::{
    book::AccountId,
    webex::{
        Catalog, Timing, WebexError,
        auth::{Login, Vault, personal},
        http::Http,
    },
};
use serde_json::json;
use simulator::Options;

use crate::{
    listener::{Listener, answer},
    support::{Stage, SystemClock},
};

fn login(stage: &Stage, http: &Http, token: &str) -> Login {
    let timing = Timing::faster(20);
    let vault = Vault::new(&stage.settings, stage.directory.path(), timing);
    let tokens = personal(token, &SystemClock).unwrap();
    let account = AccountId("webex".to_owned());
    Login::with_tokens(&account, &stage.settings, vault, http, timing, Arc::new(SystemClock), tokens)
}

async fn load(stage: &Stage) -> Result<Catalog, WebexError> {
    let http = Http::new(&stage.settings, Timing::faster(20)).unwrap();
    let login = login(stage, &http, stage.token());
    Catalog::load(&http, &login, &stage.settings).await
}

#[tokio::test]
async fn both_formats_name_the_services_and_the_first_catalogue_sees_no_token() {
    for u2cv2 in [false, true] {
        let stage = Stage::start(Options { u2cv2, people: 40, ..Options::default() }).await;
        let catalog = load(&stage).await.unwrap();
        for name in ["contactsService", "wdm", "encryption", "hydra", "idbroker"] {
            assert_eq!(catalog.service(name).unwrap().name(), name);
        }
        let calls = stage.calls();
        let limited = calls.iter().find(|call| call.path.contains("limited")).unwrap();
        assert!(limited.query.starts_with("orgId=") && !limited.headers.contains(&"authorization".to_owned()));
        assert_eq!(stage.simulator.leaks(), []);
    }
}

#[tokio::test]
async fn the_first_catalogue_may_fail_or_be_left_out() {
    let stage = Stage::new().await;
    stage.order(json!({"do": "http", "on": {"path": "limited"}, "fault": "status", "status": 404}));
    assert!(load(&stage).await.is_ok());

    let stage = Stage::start(Options { token: Some("opaque".to_owned()), people: 40, ..Options::default() }).await;
    assert!(load(&stage).await.is_ok());
    assert_eq!(stage.count("GET", "limited"), 0, "no organisation is known");
}

#[tokio::test]
async fn a_token_that_is_no_longer_accepted_is_said() {
    let stage = Stage::new().await;
    let http = Http::new(&stage.settings, Timing::faster(20)).unwrap();
    let mut settings = stage.settings.clone();
    settings.tokens = callbook::config::TokenStore::File;
    let vault = Vault::new(&settings, stage.directory.path(), Timing::default());
    let tokens = personal("a_b_no-organisation", &SystemClock).unwrap();
    let account = AccountId("webex".to_owned());
    let login = Login::with_tokens(&account, &settings, vault, &http, Timing::default(), Arc::new(SystemClock), tokens);
    let said = Catalog::load(&http, &login, &settings).await.unwrap_err();
    assert!(said.to_string().contains("sign in again with: callbook login"), "{said}");
    assert_eq!(said.status(), Some(401));
}

#[tokio::test]
async fn services_outside_are_refused_by_name_and_a_missing_one_is_said() {
    let body = json!({"serviceLinks": {"wdm": "https://wdm.evil.example/wdm"}}).to_string();
    let listener = Listener::start(Box::new(move |_, _| answer("200 OK", &body))).await;
    let mut stage = Stage::new().await;
    stage.settings.u2c_url = format!("{}/u2c/api/v1", listener.base);
    stage.settings.root_certificates = Some(listener.root.path().to_owned());
    let catalog = load(&stage).await.unwrap();
    let refused = catalog.service("wdm").unwrap_err();
    assert!(refused.to_string().contains("wdm.evil.example is not a trusted host"), "{refused}");
    let missing = catalog.service("contactsService").unwrap_err();
    assert!(missing.to_string().contains("no contactsService"), "{missing}");
}
