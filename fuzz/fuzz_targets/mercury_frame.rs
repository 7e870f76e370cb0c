#![no_main]

#[path = "../../tests/webex/entries.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::mercury_frame(bytes));
