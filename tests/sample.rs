//! The sample configuration is the defaults, its keys too.

use std::path::Path;

use callbook::{
    app::Keymap,
    config::{self, CommandLine, Environment},
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

#[test]
fn the_region_is_that_of_the_file_else_of_the_locale() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.toml");
    let region = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let chosen = CommandLine { config: Some(file.clone()), ..CommandLine::default() };
        let environment = Environment { region: Some("AT".to_owned()), ..Environment::default() };
        let (config, mistakes) = config::load(&chosen, &environment);
        (config.region.unwrap(), mistakes.mistakes.len())
    };
    assert_eq!(region(""), ("AT".to_owned(), 0));
    assert_eq!(region("region = \"de\""), ("DE".to_owned(), 0));
    assert_eq!(region("region = \"Germany\""), ("AT".to_owned(), 1));
}
