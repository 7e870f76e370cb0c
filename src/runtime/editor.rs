//! The user's editor: a text in a file of its own, readable by the user alone, and what came of it.

use std::{
    env,
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use rustix::process::WaitStatus;

use crate::{app::TextBack, config::Environment};

/// Editors that are there where nothing is chosen.
const USUAL: [&str; 2] = ["vi", "nano"];

/// Writes a text to a file, has `lend` run the user's editor on it, and reads it again.
///
/// # Errors
/// A sentence; it names the file where one is left because something was typed in it.
pub(super) fn edit(
    file: Option<String>,
    extension: &str,
    text: &str,
    lend: impl FnOnce(&mut Command) -> io::Result<WaitStatus>,
) -> Result<TextBack, String> {
    let mut command = command(|name| env::var(name).ok())?;
    let (file, is_new) = match file {
        Some(file) => (PathBuf::from(file), false),
        None => (new_file(extension)?, true),
    };
    let path = file.display().to_string();
    if let Err(error) = write(&file, text) {
        let typed = if is_new {
            drop_file(&path);
            String::new()
        } else {
            format!("; your text is in {path}")
        };
        return Err(format!("Cannot write the text to {path}: {error}{typed}"));
    }
    let name = command.get_program().display().to_string();
    let ended = lend(command.arg(&file));
    let after = fs::read(&file);
    let left = || {
        if is_new && after.as_ref().is_ok_and(|after| after == text.as_bytes()) {
            drop_file(&path);
            String::new()
        } else {
            format!("; your text is in {path}")
        }
    };
    match ended.as_ref().map(|status| status.exit_status()) {
        Err(error) => return Err(format!("Cannot start {name}: {error}{}", left())),
        Ok(Some(0)) => {}
        Ok(Some(code)) => return Err(format!("Not saved, {name} ended with {code}{}", left())),
        Ok(None) => return Err(format!("Not saved, {name} was killed{}", left())),
    }
    match after.map(String::from_utf8) {
        Ok(Ok(text)) => Ok(TextBack { file: path, text }),
        Ok(Err(_)) => Err(format!("Not saved, the text is no UTF-8; it is in {path}")),
        Err(error) => Err(format!("Not saved, {path} cannot be read: {error}")),
    }
}

/// Removes the file of a text that was edited, and says so if that fails: it would lie there for others to wonder about.
pub(super) fn drop_file(file: &str) -> Option<String> {
    fs::remove_file(file).err().map(|error| format!("Cannot remove {file}, in which you edited: {error}"))
}

/// The program and its arguments, split as a shell would, but never run by one.
fn command(variable: impl Fn(&str) -> Option<String>) -> Result<Command, String> {
    for name in ["VISUAL", "EDITOR"] {
        let Some(line) = variable(name).filter(|line| !line.trim().is_empty()) else { continue };
        let words = shlex::split(&line).ok_or_else(|| format!("{name} has a quote that is not closed: {line}"))?;
        if let [program, arguments @ ..] = &words[..] {
            let mut command = Command::new(program);
            command.args(arguments);
            return Ok(command);
        }
    }
    let path = variable("PATH").unwrap_or_default();
    let is_there = |name: &&&str| env::split_paths(&path).any(|directory| directory.join(name).is_file());
    let found = USUAL.iter().find(is_there);
    found.map(Command::new).ok_or_else(|| "There is no editor: set EDITOR, to nano for example".to_owned())
}

/// A new file, empty yet, in a directory of the user alone.
fn new_file(extension: &str) -> Result<PathBuf, String> {
    let running = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|directory| directory.is_dir());
    let home = running.or(Environment::of_process().data_home);
    let home = home.ok_or("There is no directory for the text: set HOME or XDG_RUNTIME_DIR")?;
    let directory = home.join("callbook").join("edit");
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&directory);
    made.map_err(|error| format!("Cannot make {}: {error}", directory.display()))?;
    let names = (1..).map(|number| directory.join(format!("contact-{number}.{extension}")));
    for file in names {
        match File::options().write(true).create_new(true).mode(0o600).open(&file) {
            Ok(_) => return Ok(file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("Cannot write {}: {error}", file.display())),
        }
    }
    Err("Every name is taken".to_owned())
}

/// A text that is there already is replaced as a whole or not at all.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let fresh = fresh(file);
    let mut out = File::options().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    out.write_all(text.as_bytes())?;
    drop(out);
    fs::rename(fresh, file)
}

/// Where a text is written before it takes the place of the old one; no other text has the same.
fn fresh(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_are_never_written_to_one_file() {
        assert_ne!(fresh(Path::new("/x/contact-1.toml")), fresh(Path::new("/x/contact-1.vcf")));
    }

    fn words(variables: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let command = command(variable)?;
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        Ok(words.map(|word| word.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn the_editor_is_an_argument_vector_and_never_a_line_for_a_shell() {
        let visual = ("VISUAL", "'/opt/my editor' -w \"a b\" $(rm) ;");
        assert_eq!(words(&[visual, ("EDITOR", "ed")]).unwrap(), ["/opt/my editor", "-w", "a b", "$(rm)", ";"]);
        assert_eq!(words(&[("VISUAL", " "), ("EDITOR", "ed -s")]).unwrap(), ["ed", "-s"]);
        assert!(words(&[("EDITOR", "'ed")]).unwrap_err().contains("EDITOR has a quote that is not closed"));
        assert!(words(&[("PATH", "/nowhere")]).unwrap_err().contains("set EDITOR"));
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("nano"), "").unwrap();
        assert_eq!(words(&[("PATH", directory.path().to_str().unwrap())]).unwrap(), ["nano"]);
    }
}
