//! The sample configuration is the defaults, its keys too.

use std::path::Path;

use callbook::{
    app::Keymap,
    config::{self, Environment},
};

const SAMPLE: &str = include_str!("../assets/config.sample.toml");

/// The lines of the table of keys as the sample must have them.
fn key_lines() -> String {
    let quoted = |key: &String| toml::Value::from(key.as_str()).to_string();
    let lines = Keymap::default()
        .listing()
        .map(|(spec, keys)| {
            let keys = keys.iter().map(quoted).collect::<Vec<_>>().join(", ");
            format!("{} = [{keys}] # {}\n", spec.name, spec.title)
        })
        .collect::<Vec<_>>();
    lines.concat()
}

#[test]
fn the_sample_lists_every_action_with_its_default_keys() {
    let (head, keys) = SAMPLE.split_once("[keys]\n").unwrap();
    if std::env::var_os("UPDATE_SAMPLE").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/config.sample.toml");
        std::fs::write(path, format!("{head}[keys]\n{}", key_lines())).unwrap();
    }
    assert_eq!(keys, key_lines(), "UPDATE_SAMPLE=1 cargo test --test sample writes it anew");
}

#[test]
fn the_keys_of_the_sample_are_taken_without_complaint() {
    let (config, mistakes) = config::parse(SAMPLE, &Environment::default());
    assert_eq!(mistakes, []);
    assert_eq!(Keymap::new(&config.bindings), Ok(Keymap::default()));
    assert!(!config.bindings.is_empty());
}
