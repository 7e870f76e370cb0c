//! The configuration: what is read, in which order, and every mistake.

use super::*;

pub(super) fn environment() -> Environment {
    Environment {
        book: None,
        theme: None,
        region: None,
        home: Some(PathBuf::from("/home/ada")),
        config_home: Some(PathBuf::from("/home/ada/.config")),
        data_home: Some(PathBuf::from("/home/ada/.local/share")),
        webex: BTreeMap::new(),
    }
}

pub(super) fn lines(text: &str) -> Vec<String> {
    let (_, mistakes) = parse(text, &environment());
    Mistakes { file: PathBuf::from("c.toml"), mistakes }.to_string().lines().map(str::to_owned).collect()
}

#[test]
fn the_sample_holds_the_defaults() {
    let (sample, mistakes) = parse(include_str!("../../assets/config.sample.toml"), &environment());
    assert_eq!(mistakes, []);
    let nowhere = CommandLine { config: None, book: None };
    let (mut defaults, _) = load(&nowhere, &Environment { config_home: None, ..environment() });
    defaults.bindings.clone_from(&sample.bindings);
    assert_eq!(sample, defaults);
}

#[test]
fn keys_are_taken_with_their_lines_in_both_spellings() {
    let (config, mistakes) =
        parse("[keys]\ncontacts.delete = \"x\"\n\"app.undo\" = [\"u\", \"C-z\"]\n", &environment());
    assert_eq!(mistakes, []);
    let expected = [("contacts.delete", vec!["x"], 2), ("app.undo", vec!["u", "C-z"], 3)];
    let found: Vec<_> = config.bindings.iter().map(|b| (b.action.as_str(), b.keys.clone(), b.line)).collect();
    assert_eq!(found, expected.map(|(a, k, l)| (a, k.into_iter().map(str::to_owned).collect(), l)));
}

#[test]
fn every_mistake_is_found_at_once_with_line_and_remedy() {
    let text = "trash_dys = 3\nhistory_days = \"a year\"\nbook = 7\ncolours = 1\n[keys]\ncontacts.edit = 5\n";
    assert_eq!(
        lines(text),
        [
            "c.toml:1: trash_dys: there is no such setting; did you mean trash_days?",
            "c.toml:2: history_days: must be a number of days from 1 to 36500",
            "c.toml:3: book: must be a path, as in \"~/contacts/book.db\", not this integer",
            "c.toml:4: colours: there is no such setting; there are book, trash_days, history_days, sort, default_account, edit_as, theme, glyphs, mouse, region, plain, commands, webex, keys",
            "c.toml:6: contacts.edit: must be a key such as \"d\", or a list: [\"d\", \"del\"], not this integer",
        ]
    );
}

#[test]
fn syntax_errors_do_not_hide_other_mistakes() {
    let found = lines("trash_days = = 3\nbok = 1\n");
    assert!(found.iter().any(|line| line.starts_with("c.toml:1: syntax: ")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("did you mean book?")), "{found:?}");
}

#[test]
fn numbers_out_of_range_are_refused() {
    for number in ["0", "-1", "99999999999", "3.5"] {
        assert_eq!(lines(&format!("trash_days = {number}")).len(), 1, "{number}");
    }
    assert_eq!(parse("trash_days = 7", &environment()).0.keeping.trash_days, 7);
}

#[test]
fn the_command_line_comes_before_the_environment_before_the_file_before_the_default() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.toml");
    let choose = |book: Option<&str>| CommandLine { book: book.map(PathBuf::from), config: Some(file.clone()) };
    let book = |command_line: &CommandLine, variable: Option<&str>| {
        load(command_line, &Environment { book: variable.map(PathBuf::from), ..environment() }).0.book.unwrap()
    };
    std::fs::write(&file, "").unwrap();
    assert_eq!(book(&choose(None), None), Path::new("/home/ada/.local/share/callbook/book.db"));
    std::fs::write(&file, "book = \"~/file.db\"").unwrap();
    assert_eq!(book(&choose(None), None), Path::new("/home/ada/file.db"));
    assert_eq!(book(&choose(None), Some("/env.db")), Path::new("/env.db"));
    assert_eq!(book(&choose(Some("/arg.db")), Some("/env.db")), Path::new("/arg.db"));
}

#[test]
fn a_theme_is_chosen_by_name_or_path_and_by_the_environment_first() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.toml");
    let looks = |text: &str, variable: Option<&str>| {
        std::fs::write(&file, text).unwrap();
        let chosen = CommandLine { book: None, config: Some(file.clone()) };
        let environment = Environment { theme: variable.map(str::to_owned), ..environment() };
        let (config, mistakes) = load(&chosen, &environment);
        assert_eq!(mistakes.mistakes, []);
        config.looks.theme_file
    };
    let beside = |path: &str| Some(directory.path().join(path));
    assert_eq!(looks("", None), None);
    assert_eq!(looks("theme = 'light'", None), None);
    assert_eq!(looks("theme = 'dusk'", None), beside("themes/dusk.toml"));
    assert_eq!(looks("theme = 'dusk.toml'", None), beside("dusk.toml"));
    assert_eq!(looks("theme = '~/dusk.toml'", None), Some(PathBuf::from("/home/ada/dusk.toml")));
    assert_eq!(looks("theme = 'dusk'", Some("dark")), None);
    assert_eq!(
        lines("theme = ''\nglyphs = 'emoji'\nmouse = 1\n"),
        [
            "c.toml:1: theme: must be \"auto\", \"dark\", \"light\" or a theme of your own, not this string",
            "c.toml:2: glyphs: must be \"unicode\" or \"ascii\", not this string",
            "c.toml:3: mouse: must be true or false, not this integer",
        ]
    );
}

#[test]
fn a_chosen_file_must_be_there_and_the_default_one_need_not() {
    let missing = CommandLine { book: None, config: Some(PathBuf::from("/nowhere/config.toml")) };
    let (_, mistakes) = load(&missing, &environment());
    assert!(mistakes.to_string().starts_with("/nowhere/config.toml: the configuration cannot be read:"));
    assert_eq!(load(&CommandLine::default(), &environment()).1.mistakes, []);
}

#[test]
fn a_locale_has_a_region_or_none() {
    let regions = ["de_AT.UTF-8@euro", "sv_SE", "C.UTF-8", "eo_XX1"].map(region_of);
    assert_eq!(regions, [Some("AT".to_owned()), Some("SE".to_owned()), None, None]);
}
