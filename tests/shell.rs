//! What shells and `man` are told about callbook: every command is in it, and the shells take it.

#[path = "support/home.rs"]
mod home;

use std::{fs, process::Command};

use home::{Home, fed};

/// The commands that `--help` lists.
fn commands(home: &Home) -> Vec<String> {
    let help = home.ok(&["--help"]);
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let listed = rest.lines().take_while(|line| !line.is_empty());
    let named = listed.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().map(str::to_owned));
    named.filter(|name| name != "help" && name.chars().all(|c| c.is_ascii_lowercase())).collect()
}

#[test]
fn every_shell_takes_its_completions_and_every_command_is_in_them() {
    let home = Home::new();
    // Even with settings that are wrong: a shell that starts asks for them.
    home.file("config/callbook/config.toml", "no_such_setting = 1\n");
    let names = commands(&home);
    assert!(names.len() > 15 && names.contains(&"completions".to_owned()), "{names:?}");
    for shell in ["bash", "zsh", "fish"] {
        let script = home.ok(&["completions", shell]);
        for name in &names {
            assert!(script.contains(name.as_str()), "{name} is not in the completions of {shell}");
        }
        if Command::new(shell).arg("--version").output().is_err() {
            eprintln!("{shell} is not installed; its script was not read by it");
            continue;
        }
        let file = home.file(&format!("completions.{shell}"), script.as_str());
        let mut reads = Command::new(shell);
        reads.args(["-n", &file]);
        fed(reads, "").ok();
    }
    home.run(&["completions", "cmd"]).fails(2, "possible values");
}

#[test]
fn bash_completes_a_command() {
    let home = Home::new();
    let script = home.file("completions.bash", home.ok(&["completions", "bash"]).as_str());
    let ask = format!(
        "source {script}; COMP_WORDS=(callbook comp); COMP_CWORD=1; _callbook callbook comp callbook; echo \"${{COMPREPLY[@]}}\""
    );
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &ask]);
    assert_eq!(fed(bash, "").ok().trim(), "completions");
}

#[test]
fn every_command_has_a_manual_page() {
    let home = Home::new();
    let main = home.ok(&["man"]);
    assert!(main.contains(".TH callbook 1") && main.contains("Exit codes"), "{main}");
    let directory = home.path("man");
    let told = home.run(&["man", directory.to_str().unwrap()]);
    assert_eq!((told.code, told.out.as_str()), (0, ""), "{told:?}");
    for name in commands(&home) {
        assert!(main.contains(&format!("callbook\\-{name}(1)")), "{name} is not on the main page");
        let page = fs::read_to_string(directory.join(format!("callbook-{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(directory.join("callbook-group-add.1").exists() || directory.join("callbook-group-list.1").exists());
    home.run(&["man", "/dev/null/pages"]).fails(4, "/dev/null/pages");
}
