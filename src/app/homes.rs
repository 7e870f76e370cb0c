//! The accounts that have places in the groups pane. A book with the local account alone has none: then nothing on the
//! screen speaks of accounts.

use crate::book::{AccountId, AccountStatus, Row};

/// What people call the account that every book has.
pub const LOCAL: &str = "Local";

/// An account by its place among those seen since the book has opened. It keeps that place, whatever comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Home(usize);

/// The accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Homes {
    /// Every account seen, the local one first, with its name.
    seen: Vec<(AccountId, String)>,
    /// Those that are there now, the local one first; none where it is the only one.
    shown: Vec<Home>,
    /// How many contacts each has that are not in the trash, once every row is here.
    counts: Option<Vec<usize>>,
}

impl Default for Homes {
    fn default() -> Self {
        Self { seen: vec![(AccountId::local(), LOCAL.to_owned())], shown: Vec::new(), counts: None }
    }
}

impl Homes {
    /// Takes in which accounts there are.
    pub fn follow(&mut self, accounts: &[AccountStatus]) {
        self.shown.clear();
        if !accounts.is_empty() {
            self.shown.push(Home(0));
        }
        for account in accounts {
            let place = self.seen.iter().position(|(id, _)| *id == account.id).unwrap_or(self.seen.len());
            if place == self.seen.len() {
                self.seen.push((account.id.clone(), String::new()));
            }
            self.seen[place].1.clone_from(&account.name);
            self.shown.push(Home(place));
        }
    }

    /// Whether there is more than the local account.
    pub fn are_several(&self) -> bool {
        !self.shown.is_empty()
    }

    /// The accounts in the order in which they are shown; none where the local one is the only one.
    pub fn shown(&self) -> &[Home] {
        &self.shown
    }

    /// The account.
    pub fn id(&self, home: Home) -> AccountId {
        self.seen.get(home.0).map_or_else(AccountId::local, |(id, _)| id.clone())
    }

    /// What people call an account.
    pub fn name<'a>(&'a self, account: &'a AccountId) -> &'a str {
        let seen = self.seen.iter().find(|(id, _)| id == account);
        seen.map_or(account.0.as_str(), |(_, name)| name)
    }

    /// How many contacts an account has, once that is known.
    pub fn count(&self, home: Home) -> Option<usize> {
        self.counts.as_ref().map(|counts| counts.get(home.0).copied().unwrap_or_default())
    }

    /// Counts anew.
    pub fn count_rows(&mut self, rows: &[Row]) {
        let mut counts = vec![0; self.seen.len()];
        for row in rows.iter().filter(|row| !row.trashed) {
            let place = self.seen.iter().position(|(id, _)| row.is_of(id));
            if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
                *count += 1;
            }
        }
        self.counts = Some(counts);
    }
}
