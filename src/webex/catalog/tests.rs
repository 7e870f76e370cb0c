//! What is read of a catalogue, and which host is chosen.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/vectors/misc.json")).unwrap()
}

fn expected(name: &str) -> String {
    let text = vectors()["u2c"]["expect"][name].as_str().unwrap().to_owned();
    text.split(' ').next().unwrap().to_owned()
}

fn plain(service: &Service) -> String {
    service.url("").as_str().trim_end_matches('/').to_owned()
}

#[test]
fn hosts_are_chosen_as_the_vector_says() {
    let catalog = Catalog::parse(&vectors()["u2c"]["body"].to_string()).unwrap();
    for name in ["contactsService", "encryption"] {
        assert_eq!(plain(&catalog.service(name).unwrap()), expected(name));
    }
    let wdm = catalog.service("wdm").unwrap();
    assert_eq!(plain(&wdm), expected("wdm_priority"));
    wdm.failed(&wdm.url("devices"));
    assert_eq!(plain(&catalog.service("wdm").unwrap()), expected("wdm_after_failing_wdm_2"));
    wdm.failed(&wdm.url("devices"));
    assert_eq!(plain(&wdm), expected("wdm_after_failing_both"));
    assert_eq!(catalog.service("hydra").unwrap_err(), WebexError::NoService { service: "hydra".to_owned() });
}

#[test]
fn another_cluster_is_not_home_and_a_port_of_a_host_counts() {
    let body = json!({
        "serviceLinks": {"wdm": "https://a.test:1/wdm/"},
        "hostCatalog": {"a.test:1": [
            {"host": "b.test:2", "priority": 5, "id": "urn:TEAM:x:wdm"},
            {"host": "c.test", "priority": 1, "id": "urn:TEAM:x:other"},
            {"host": "evil.test/path", "priority": 1, "id": "urn:TEAM:x:wdm"},
            {"host": 7},
            "nonsense"
        ]}
    });
    let wdm = Catalog::parse(&body.to_string()).unwrap().service("wdm").unwrap();
    assert_eq!(wdm.url("devices?x=1").as_str(), "https://b.test:2/wdm/devices?x=1");
}

#[test]
fn slashes_are_made_one_and_what_is_no_url_is_left_out() {
    let links = json!({"hydra": "https://h.test/v1/", "idbroker": "https://i.test/", "bare": "https://b.test",
        "u": "no url", "n": 7, "m": "mailto:x"});
    let catalog = Catalog::parse(&json!({"serviceLinks": links}).to_string()).unwrap();
    let url = |name: &str, path: &str| catalog.service(name).unwrap().url(path).to_string();
    assert_eq!(url("hydra", "/people?x=y"), "https://h.test/v1/people?x=y");
    assert_eq!(url("idbroker", "idb/oauth2"), "https://i.test/idb/oauth2");
    assert_eq!(url("bare", "/x"), "https://b.test/x");
    for name in ["u", "n", "m"] {
        assert!(matches!(catalog.service(name), Err(WebexError::NoService { .. })), "{name}");
    }
    assert!(catalog.service("contactsService").unwrap_err().to_string().contains("ask your administrator"));
}

#[test]
fn the_second_format_is_read_too() {
    let urls = json!([{"baseUrl": "https://0.test/c", "priority": -1}, {"baseUrl": "https://1.test/c", "priority": 2},
        {"baseUrl": "https://2.test/c", "priority": 1}]);
    let body = json!({
        "activeServices": {"contactsService": "urn:a", "gone": "urn:b", "wrong": 3},
        "services": [{"id": "urn:a", "serviceName": "contactsService", "serviceUrls": urls}, 5],
        "format": "U2CV2"
    });
    let contacts = Catalog::parse(&body.to_string()).unwrap().service("contactsService").unwrap();
    assert_eq!(plain(&contacts), "https://1.test/c");
    contacts.failed(&contacts.url("x"));
    assert_eq!(plain(&contacts), "https://2.test/c");
}

#[test]
fn a_service_outside_is_refused_by_name_and_the_others_serve() {
    let body = json!({
        "serviceLinks": {"wdm": "https://wdm.example/x", "hydra": "https://webexapis.com/v1", "u2c": "http://u2c.wbx2.com/",
            "encryption": "https://e.wbx2.com/"},
        "hostCatalog": {"e.wbx2.com": [{"host": "evil.example", "id": "a:b:c:d"}],
            "webexapis.com": [{"host": "evil.example", "id": "a:b:c:d"}, {"host": "h.webex.com", "id": "a:b:c:d"}]}
    });
    let catalog = Catalog::parse(&body.to_string()).unwrap().among(&TrustedHosts::new(&config::Webex::default()));
    let refused = |name: &str| catalog.service(name).unwrap_err().to_string();
    assert!(refused("wdm").contains("wdm.example is not a trusted host"));
    assert!(refused("u2c").contains("http://u2c.wbx2.com is not"));
    assert!(refused("encryption").contains("evil.example is not"));
    assert_eq!(plain(&catalog.service("hydra").unwrap()), "https://h.webex.com/v1");
}

#[test]
fn what_is_no_catalogue_is_said_to_be_none() {
    for body in ["", "{", "[]", "7", "{}", r#"{"serviceLinks":7}"#, r#"{"activeServices":[]}"#] {
        assert!(matches!(Catalog::parse(body), Err(WebexError::Unreadable { .. })), "{body}");
    }
}

proptest! {
    #[test]
    fn garbage_is_survived(link in ".{0,40}", host in ".{0,20}", id in "[a-z:]{0,12}", priority in any::<f64>(), path in ".{0,20}") {
        let body = json!({"serviceLinks": {"s": link, "t": format!("https://{link}/{path}")},
            "hostCatalog": {link.as_str(): [{"host": host, "id": id, "priority": priority}], "a.test": [{"host": host}]}});
        if let Ok(service) = Catalog::parse(&body.to_string()).and_then(|catalog| catalog.service("t")) {
            let url = service.url(&path);
            service.failed(&url);
            service.url(&path);
        }
        let _ = Catalog::parse(&link);
    }
}
