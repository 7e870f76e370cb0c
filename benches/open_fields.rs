//! How fast sealed fields open: a field with a header that names its key, as other clients write them, of 10 to 60 bytes of
//! text, against the bare work that nobody can avoid: base64 and `open_in_place` of aws-lc-rs.
//!
//! `cargo bench --bench open_fields`; `CALLBOOK_FIELDS=2000 cargo bench --profile dev --bench open_fields` only shows that it
//! runs.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64_simd::{Out, URL_SAFE_NO_PAD};
use callbook::webex::{
    jose::{ContentKey, FIELD_HEADER},
    seal::{self, Opened},
};

const FIELDS: usize = 40_000;
const ROUNDS: usize = 15;
const KEY: [u8; 32] = [7; 32];
const NAMED_HEADER: &str =
    r#"{"alg": "dir", "kid": "kms://kms.example.test/keys/0b8b1c0e-6c55-4c6b-9a55-2f1c6a6d0001", "enc": "A256GCM"}"#;

fn fields(header: &str, count: usize) -> Vec<String> {
    let key = ContentKey::from_bytes(KEY);
    let text = "Zoë Ångström of the Ministry of Silly Walks, +1 555 010 0199";
    let lengths = text.char_indices().map(|(at, _)| at).filter(|at| *at >= 10).collect::<Vec<_>>();
    (0..count).map(|number| key.seal(header, &text.as_bytes()[..lengths[number % lengths.len()]])).collect()
}

/// What cannot be avoided: the segments, known beforehand, out of base64, and the cipher.
fn bare(fields: &[[&str; 4]], key: &LessSafeKey, buffer: &mut Vec<u8>) -> usize {
    let mut bytes = 0;
    for [header, iv, ciphertext, tag] in fields {
        let mut nonce = [0; 12];
        URL_SAFE_NO_PAD.decode(iv.as_bytes(), Out::from_slice(&mut nonce)).expect("base64");
        buffer.clear();
        URL_SAFE_NO_PAD.decode_append(ciphertext, buffer).expect("base64");
        URL_SAFE_NO_PAD.decode_append(tag, buffer).expect("base64");
        let aad = Aad::from(header.as_bytes());
        bytes += key.open_in_place(Nonce::assume_unique_for_key(nonce), aad, buffer).expect("authentic").len();
    }
    bytes
}

fn into_buffer(fields: &[String], key: &ContentKey, buffer: &mut Vec<u8>) -> usize {
    fields.iter().map(|field| key.open(field, buffer).expect("a field").len()).sum()
}

fn into_strings(fields: &[String], key: &ContentKey) -> usize {
    let opened = fields.iter().map(|field| match seal::open(Some(field), Some(key)) {
        Opened::Text(text) => text.len(),
        other => panic!("{other:?}"),
    });
    opened.sum()
}

fn timed(what: impl FnOnce() -> usize) -> (Duration, usize) {
    let start = Instant::now();
    let bytes = black_box(what());
    (start.elapsed(), bytes)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let count = std::env::var("CALLBOOK_FIELDS").ok().and_then(|n| n.parse().ok()).unwrap_or(FIELDS);
    for (name, header) in [("the SDK's header", FIELD_HEADER), ("a header that names the key", NAMED_HEADER)] {
        let fields = fields(header, count);
        let segments: Vec<[&str; 4]> = fields
            .iter()
            .map(|field| {
                let [header, _, iv, ciphertext, tag] = field.split('.').collect::<Vec<_>>()[..] else { panic!() };
                [header, iv, ciphertext, tag]
            })
            .collect();
        let bare_key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).expect("a key"));
        let key = ContentKey::from_bytes(KEY);
        let (mut unavoidable, mut buffered, mut owned) = (Vec::new(), Vec::new(), Vec::new());
        let mut buffer = Vec::new();
        // Round by round, so that what else the machine does hits all alike.
        for _ in 0..ROUNDS {
            let (time, bytes) = timed(|| bare(&segments, &bare_key, &mut buffer));
            unavoidable.push(time);
            for (times, (time, same)) in [
                (&mut buffered, timed(|| into_buffer(&fields, &key, &mut buffer))),
                (&mut owned, timed(|| into_strings(&fields, &key))),
            ] {
                assert_eq!(bytes, same, "everything was opened");
                times.push(time);
            }
        }
        let unavoidable = median(unavoidable);
        println!("{count} fields, {name}, {} characters the first:", fields[0].len());
        for (what, time) in [
            ("base64 and aws-lc-rs alone", unavoidable),
            ("into one buffer, as text", median(buffered)),
            ("each into a string of its own", median(owned)),
        ] {
            #[allow(clippy::cast_precision_loss, reason = "a number for people")]
            let rate = count as f64 / time.as_secs_f64() / 1e6;
            let ratio = time.as_secs_f64() / unavoidable.as_secs_f64();
            println!("  {what:<30} {rate:>6.2} M fields/s   ratio {ratio:.2}");
        }
    }
    if cfg!(debug_assertions) {
        println!("an unoptimised build says nothing about the goal");
    } else {
        println!("goal: a ratio of at most 1.5");
    }
}
