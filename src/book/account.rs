//! The homes of contacts and groups.

use super::AccountId;

/// What kind of home an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// The one that every book has; nothing of it leaves this machine.
    Local,
    /// An account of the Webex personal-contacts service.
    Webex,
}

/// A home of contacts and groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub id: AccountId,
    /// Its kind.
    pub kind: AccountKind,
}

/// Names that mean something else already: the local account, the directory of imported people.
const TAKEN: [&str; 2] = ["local", "offline"];

/// Checks the name of a new account where a person types it. It becomes part of file names.
///
/// # Errors
/// A sentence for the user.
pub fn check_name(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    if name.is_empty() || name.len() > 64 || name.starts_with(['.', '-']) || !name.chars().all(fits) {
        return Err(format!(
            "'{name}' is no name for an account: letters, digits and any of -_.@ are, up to 64 of them, a letter or digit first"
        ));
    }
    match TAKEN.iter().find(|taken| taken.eq_ignore_ascii_case(name)) {
        Some(taken) => Err(format!("'{taken}' means something else; choose another name for the account")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_part_of_a_file_name() {
        for name in ["work", "ada@example.org", "a", "Team-7_b.c"] {
            assert_eq!(check_name(name), Ok(()));
        }
        for name in ["", "local", "Offline", "../x", ".hidden", "-v", "a b", "a/b", "ö", &"x".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
