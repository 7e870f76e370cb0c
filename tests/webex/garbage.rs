//! Whatever comes in from outside, nothing panics: arbitrary bytes, and valid input with something wrong in it. `fuzz/`
//! does the same for longer, and begins with the same valid input.

use std::{collections::BTreeSet, env, fs, path::Path};

use proptest::{prelude::*, sample::Index};
use serde_json::Value;

use super::entries;

/// An entry, and what it takes for good.
#[derive(Clone)]
struct Entry {
    /// As its target in `fuzz/` is called.
    name: &'static str,
    enter: fn(&[u8]),
    good: Vec<Vec<u8>>,
}

/// Pairs each entry with its name.
macro_rules! entries {
    ($($name:ident: $good:expr),+ $(,)?) => {
        vec![$(Entry { name: stringify!($name), enter: entries::$name, good: $good }),+]
    };
}

fn vectors(file: &str) -> Value {
    let path = format!("{}/tests/data/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A text as its bytes, anything else as JSON.
fn bytes(value: &Value) -> Vec<u8> {
    value.as_str().map_or_else(|| value.to_string().into_bytes(), |text| text.as_bytes().to_vec())
}

fn kms_entries() -> Vec<Entry> {
    let (content, statics, exchange) =
        (vectors("content-encryption.json"), vectors("kms-static-key.json"), vectors("ecdhe-exchange.json"));
    let members = |list: &Value, member: &str| -> Vec<Vec<u8>> {
        list.as_array().unwrap().iter().map(|item| bytes(&item[member])).collect()
    };
    let fields: Vec<_> = [
        members(&content["node_jose"], "compact"),
        members(&content["spaced_header"], "compact"),
        members(&content["negative"], "compact"),
    ]
    .concat();
    let mut object = statics["kms_details_body"].clone();
    object["rsaPublicKey"] = statics["rsa_public_jwk"].clone();
    let answers =
        exchange["exchanges"].as_array().unwrap().iter().map(|item| bytes(&item["response"]["plaintext_json"]));
    let keys = [&content["content_key_jwk"], &statics["rsa_public_jwk"], &exchange["client_ephemeral_private_jwk"]];
    entries![
        jwe: fields,
        jws: vec![bytes(&exchange["ecdhe_response"]["wrapped"])],
        jwk: keys.map(bytes).to_vec(),
        kms_answer: answers.chain([bytes(&exchange["ecdhe_response"]["payload_json"])]).collect(),
        kms_details: vec![bytes(&statics["kms_details_body"]), bytes(&object)],
    ]
}

fn catalogue_entries() -> Vec<Entry> {
    let version2 = serde_json::json!({
        "activeServices": {"wdm": "urn:a"},
        "services": [{"id": "urn:a", "serviceUrls": [{"baseUrl": "https://wdm.example/v1", "priority": 1}]}],
    });
    entries![catalogue: vec![bytes(&vectors("misc.json")["u2c"]["body"]), bytes(&version2)]]
}

fn socket_entries() -> Vec<Entry> {
    let overridden = serde_json::json!({"id": "1", "sequenceNumber": 7, "data": {
        "eventType": "x", "headers": {"eventType": "encryption.kms_message", "encryption.kmsMessages": ["a"]}}});
    let mut good: Vec<_> = [&vectors("ecdhe-exchange.json")["mercury_event_example"], &overridden].map(bytes).to_vec();
    good.extend([br#"{"id":"1","type":"pong"}"#.to_vec(), br#"{"type":"shutdown"}"#.to_vec(), b"idle".to_vec()]);
    entries![mercury_frame: good]
}

fn entries_of_contacts_and_people() -> Vec<Entry> {
    let vectors = vectors("contacts-body.json");
    let draft =
        br#"{"contactType":"CUSTOM","displayName":"Ada","emails":[{"type":"work","value":"a@b.test"}],"groups":["g"]}"#;
    let person = br#"{"id":"Y2lzY29zcGFyazovL3VzL1BFT1BMRS94","emails":["a@b.test"],"displayName":"Ada","orgId":"x"}"#;
    entries![
        contact_list: vec![bytes(&vectors["get_contacts_body"]), draft.to_vec()],
        people: vec![bytes(&vectors["scim_response_body"]), person.to_vec()],
    ]
}

/// Something that goes wrong with bytes on their way.
#[derive(Clone, Debug)]
enum Harm {
    Replace(Index, u8),
    Cut(Index),
    Insert(Index, Vec<u8>),
    Remove(Index, Index),
    Repeat(Index, Index),
}

impl Harm {
    fn strategy() -> impl Strategy<Value = Self> {
        let some = prop_oneof![any::<u8>().boxed(), prop::sample::select(&b"\"\\{}[],:.0-_A=\n"[..]).boxed()];
        prop_oneof![
            (any::<Index>(), some.clone()).prop_map(|(at, byte)| Self::Replace(at, byte)),
            any::<Index>().prop_map(Self::Cut),
            (any::<Index>(), prop::collection::vec(some, 1..8)).prop_map(|(at, bytes)| Self::Insert(at, bytes)),
            any::<(Index, Index)>().prop_map(|(from, to)| Self::Remove(from, to)),
            any::<(Index, Index)>().prop_map(|(from, to)| Self::Repeat(from, to)),
        ]
    }

    fn inflict(&self, bytes: &mut Vec<u8>) {
        let at = |index: &Index| index.index(bytes.len() + 1);
        let range = |one: &Index, other: &Index| at(one).min(at(other))..at(one).max(at(other));
        match self {
            Self::Replace(index, byte) if !bytes.is_empty() => {
                let place = index.index(bytes.len());
                bytes[place] = *byte;
            }
            Self::Replace(..) => {}
            Self::Cut(index) => bytes.truncate(at(index)),
            Self::Insert(index, more) => {
                let place = at(index);
                bytes.splice(place..place, more.iter().copied());
            }
            Self::Remove(one, other) => {
                bytes.drain(range(one, other));
            }
            Self::Repeat(one, other) => {
                let again = bytes[range(one, other)].to_vec();
                bytes.extend(again);
            }
        }
    }
}

fn feed_garbage(entries: &[Entry]) {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 400, ..ProptestConfig::default() });
    let input =
        (prop::collection::vec(any::<u8>(), 0..300), (any::<Index>(), prop::collection::vec(Harm::strategy(), 1..5)));
    for Entry { enter, good, .. } in entries {
        runner
            .run(&input, |(arbitrary, (which, harms))| {
                enter(&arbitrary);
                let mut bytes = good[which.index(good.len())].clone();
                for harm in &harms {
                    harm.inflict(&mut bytes);
                }
                enter(&bytes);
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn garbage_for_the_kms_does_no_harm() {
    feed_garbage(&kms_entries());
}

#[test]
fn garbage_for_the_catalogue_does_no_harm() {
    feed_garbage(&catalogue_entries());
}

#[test]
fn garbage_on_the_socket_does_no_harm() {
    feed_garbage(&socket_entries());
}

#[test]
fn garbage_for_contacts_and_people_does_no_harm() {
    feed_garbage(&entries_of_contacts_and_people());
}

/// Where `CALLBOOK_SEEDS` names a folder, `fuzz/run` finds there what to begin with.
#[test]
fn each_entry_takes_what_is_good_and_is_a_fuzz_target() {
    let all = [kms_entries(), catalogue_entries(), socket_entries(), entries_of_contacts_and_people()].concat();
    let seeds = env::var_os("CALLBOOK_SEEDS");
    for Entry { name, enter, good } in &all {
        for (number, good) in good.iter().enumerate() {
            enter(good);
            if let Some(folder) = seeds.as_ref().map(|seeds| Path::new(seeds).join(name)) {
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(number.to_string()), good).unwrap();
            }
        }
    }
    let targets = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets")).unwrap();
    let targets: BTreeSet<String> =
        targets.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(targets, all.iter().map(|entry| entry.name.to_owned()).collect());
}
