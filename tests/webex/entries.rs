//! Where bytes from outside enter the wire. None of them may do harm, whatever they are: the targets of `fuzz/` and the
//! tests in `garbage` both come in here.
#![allow(dead_code, reason = "a fuzz target enters by one of them")]

use std::{collections::HashMap, sync::LazyLock};

use callbook::webex::{
    Catalog,
    contacts::{Ciphertext, Keyring, NewContact, envelope},
    directory,
    jose::{self, ContentKey, EcPublic, Oct, RsaKey, RsaPublic},
    kms::{
        message::Answer,
        trust::{self, Details},
    },
    mercury::{close, frame},
    seal,
};

/// The key of `content-encryption.json`.
const CONTENT_KEY: [u8; 32] = [
    0x5d, 0x19, 0x68, 0xfa, 0xbb, 0xde, 0x7d, 0xfc, 0x55, 0xac, 0xc5, 0x3f, 0xda, 0xf4, 0x13, 0xea, 0x9d, 0x18, 0xb8,
    0x72, 0x07, 0x70, 0x04, 0x8b, 0x45, 0x6e, 0x4c, 0x00, 0xae, 0xd1, 0x46, 0xef,
];

static STATIC_KEY: LazyLock<RsaKey> = LazyLock::new(|| {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../data/vectors/kms-static-key.json")).expect("the vectors are JSON");
    let jwk = serde_json::from_value(vectors["rsa_public_jwk"].clone()).expect("a JWK");
    RsaKey::from_jwk(&jwk).expect("a key")
});

/// A sealed field, or a message of the KMS.
pub fn jwe(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let key = ContentKey::from_bytes(CONTENT_KEY);
    let mut buffer = Vec::new();
    // The second time the header may be known.
    for _ in 0..2 {
        let opened = key.open(text, &mut buffer).map(str::to_owned);
        assert_eq!(opened, key.open_to_string(text));
        assert!(opened.is_err() || jose::key_id(text).is_ok(), "what opens has a good header");
    }
    let _ = seal::named_key(text);
    let _ = seal::open(Some(text), Some(&key));
}

/// A signed answer of the KMS.
pub fn jws(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = STATIC_KEY.verify(text);
}

/// A key as JSON, of any kind.
pub fn jwk(bytes: &[u8]) {
    if let Ok(oct) = serde_json::from_slice::<Oct>(bytes) {
        let _ = ContentKey::from_jwk(&oct);
    }
    if let Ok(rsa) = serde_json::from_slice::<RsaPublic>(bytes) {
        let _ = RsaKey::from_jwk(&rsa).map(|key| key.seal(b"x"));
    }
    if let Ok(ec) = serde_json::from_slice::<EcPublic>(bytes) {
        let point = ec.point();
        assert!(point.is_err() || point.is_ok_and(|point| EcPublic::from_point(&point, String::new()).is_some()));
    }
}

/// An answer of the KMS, out of its wrapping.
pub fn kms_answer(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for signed in [false, true] {
        let Some(answer) = Answer::parse(text.to_owned(), signed) else { return };
        let _ = answer.check();
        let _ = answer.key().map(|key| key.content_key());
        let _ = answer.created_key().map(|key| key.content_key());
        let _ = answer.resource();
        assert!(answer.session().is_err() || signed);
    }
}

/// The description of a key server, with its certificates.
pub fn kms_details(bytes: &[u8]) {
    if let Ok(details) = Details::parse(bytes) {
        let _ = trust::place(&details, |_| true, None);
        let now = rustls::pki_types::UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_798_761_600));
        assert!(trust::prove(&details.key, &[], now).is_err(), "nothing leads to no root");
    }
}

/// A catalogue of services, in either format.
pub fn catalogue(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(catalog) = Catalog::parse(text) else { return };
    for name in ["contactsService", "wdm", "encryption", ""] {
        let Ok(service) = catalog.service(name) else { continue };
        for path in ["devices?x=y", "/", ""] {
            let url = service.url(path);
            assert!(url.has_host());
            service.failed(&url);
        }
    }
}

/// The list of contacts and groups, and a contact as the command line takes it.
pub fn contact_list(bytes: &[u8]) {
    let uri = "kms://kms.example.test/keys/0b8b1c0e-6c55-4c6b-9a55-2f1c6a6d0001";
    let list = Ciphertext::new(bytes.to_vec(), false);
    if let Ok(sealed) = list.read() {
        let _ = sealed.keys();
        let key = ContentKey::from_bytes(CONTENT_KEY);
        let listing = sealed.open(Keyring::new(HashMap::from([(uri.parse().expect("a key"), Ok(key))])));
        for contact in &listing.contacts {
            let _ = (contact.profile(), contact.raw.hash());
        }
        let _ = (listing.default_group(), listing.people());
        let text = serde_json::to_string(&envelope::list(&listing)).expect("it is written");
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "what is written is JSON");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = NewContact::from_json(text);
    }
}

/// An answer of SCIM or of the People API.
pub fn people(bytes: &[u8]) {
    let _ = directory::read_scim(bytes);
    let _ = directory::read_people(bytes);
    let _ = directory::read_person(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = directory::uuid_of(text);
    }
}

/// A frame on the socket, and the reason with which it is closed.
pub fn mercury_frame(bytes: &[u8]) {
    if let Ok(read) = frame::parse(bytes) {
        let mut numbers = frame::Sequence::default();
        if let frame::Frame::Event(event) = &read {
            let _ = event.sequence.map(|number| numbers.missing(number));
            assert!(event.kms_messages.is_empty() || !event.is_ready());
        }
        let _ = read.to_acknowledge();
    }
    if let (Ok(reason), [high, low, ..]) = (std::str::from_utf8(bytes), bytes) {
        let code = u16::from_be_bytes([*high, *low]);
        for up in [false, true] {
            assert_ne!(close::next(code, reason, up), close::Next::ByReason, "it is decided");
        }
    }
}
