//! The model: what each side did to each record since both were last the same, and what must therefore be so when they are
//! the same again.
//!
//! A record that nobody deleted is there, once; one that one side deleted and the other left alone is gone. A field has the
//! value that was given to it last; where both sides gave it one, that of either. What only this machine knows is as it
//! was left.

use std::collections::{BTreeMap, BTreeSet};

use super::side::{GROUP, MEMBER, NOTE, Sheet, Side};

/// What one side did to a record.
#[derive(Debug, Default)]
struct Done {
    /// It has no such record now, but had.
    gone: bool,
    /// It had none for a while.
    was_gone: bool,
    /// It was made, or changed.
    touched: bool,
    /// The last values of the fields that it changed.
    fields: Sheet,
}

impl Done {
    fn set(&mut self, field: &str, value: &str) {
        (self.gone, self.touched) = (false, true);
        self.fields.insert(field.to_owned(), value.to_owned());
    }

    fn make(&mut self, sheet: &Sheet) {
        (self.gone, self.touched) = (false, true);
        for (field, value) in sheet {
            self.set(field, value);
        }
    }

    fn lose(&mut self) {
        (self.gone, self.was_gone) = (true, true);
    }
}

#[derive(Debug, Default)]
struct Record {
    /// What both sides agreed on last.
    settled: Option<Sheet>,
    here: Done,
    there: Done,
    /// All the values that a field ever had.
    ever: BTreeMap<String, BTreeSet<String>>,
    /// The second client did something to it while a sync was under way.
    raced: bool,
    /// An answer, or chance, may have made a second one of it.
    copied: bool,
}

impl Record {
    fn remember(&mut self, sheet: &Sheet) {
        for (field, value) in sheet {
            self.ever.entry(field.clone()).or_default().insert(value.clone());
        }
    }
}

/// All that was done.
#[derive(Debug, Default)]
pub struct Ledger {
    records: BTreeMap<String, Record>,
    /// Set while a sync is in the middle of a call. What the second client does then crosses what the sync does without a
    /// look: a group that goes takes those with it who have just joined it, and of two new versions a person is asked.
    pub racing: bool,
    /// Those of which a new version is to come under the id of the old one, which is gone there or is not, nobody knows: who
    /// makes one of them, or edits it, may or may not know what was in either.
    pub between: BTreeSet<String>,
}

impl Ledger {
    fn of(&mut self, token: &str) -> &mut Record {
        self.records.entry(token.to_owned()).or_default()
    }

    fn races(&self, token: &str) -> bool {
        self.racing || self.between.contains(token)
    }

    /// A person did something here, of which this came.
    pub fn here(&mut self, before: &Side, after: &Side) {
        let tokens: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for token in tokens {
            let record = self.of(token);
            let (old, new) = (before.get(token).map(Vec::as_slice), after.get(token).map(Vec::as_slice));
            for sheet in new.unwrap_or_default() {
                record.remember(sheet);
            }
            match (old.unwrap_or_default(), new.unwrap_or_default()) {
                ([], [sheet]) => record.here.make(sheet),
                ([_], []) => record.here.lose(),
                ([old], [new]) => {
                    for field in old.keys().chain(new.keys()).filter(|field| old.get(*field) != new.get(*field)) {
                        record.here.set(field, new.get(field).map_or("", String::as_str));
                    }
                }
                (old, new) => {
                    record.copied = true;
                    record.here.touched |= old != new;
                    record.here.was_gone |= old.len() > new.len();
                    record.here.gone = new.is_empty();
                }
            }
        }
    }

    /// The second client made a record.
    pub fn made_there(&mut self, token: &str, sheet: &Sheet) {
        let racing = self.races(token);
        let record = self.of(token);
        record.remember(sheet);
        record.there.make(sheet);
        record.raced |= racing;
    }

    /// The second client gave a field a value.
    pub fn set_there(&mut self, token: &str, field: &str, value: &str) {
        let racing = self.races(token);
        let record = self.of(token);
        record.ever.entry(field.to_owned()).or_default().insert(value.to_owned());
        record.there.set(field, value);
        record.raced |= racing;
    }

    /// The second client deleted a record.
    pub fn lost_there(&mut self, token: &str) {
        self.of(token).there.lose();
    }

    /// A record is sealed anew there. Before anybody here knows that it has arrived, this is an edit like any.
    pub fn resealed_there(&mut self, token: &str) {
        let record = self.of(token);
        record.there.touched |= record.settled.is_none();
    }

    /// There may be a second one of it from now on, and nobody can say which of them has what.
    pub fn copied(&mut self, token: &str) {
        self.of(token).copied = true;
    }

    /// The second client did something that keeps a record.
    pub fn touched_there(&mut self, token: &str) {
        self.of(token).there.touched = true;
    }

    /// Both sides are the same: what must be so is so.
    pub fn judge(&self, side: &Side) -> Result<(), String> {
        if let Some(stranger) = side.keys().find(|token| !self.records.contains_key(*token)) {
            return Err(format!("nobody made {stranger}"));
        }
        let somebody = |done: fn(&Record) -> &Done| self.records.values().any(|record| done(record).touched);
        let (ours_kept, others_kept) = (somebody(|record| &record.here), somebody(|record| &record.there));
        // A group that went and is in use comes back with all that it had.
        let replaced = |record: &Record| record.here.was_gone || record.there.was_gone || record.copied;
        let regrouped: BTreeSet<String> = self
            .records
            .iter()
            .filter(|(token, record)| token.starts_with(GROUP) && replaced(record))
            .map(|(token, _)| format!("{MEMBER}{}", &token[GROUP.len()..]))
            .collect();
        // Whoever was in one that stays after all joins it anew, which is an edit as any.
        let stays = |member: &String| side.contains_key(&member.replacen(MEMBER, GROUP, 1));
        let rejoined = |record: &Record| record.ever.keys().any(|field| regrouped.contains(field) && stays(field));
        for (token, record) in &self.records {
            let sheets = side.get(token).map(Vec::as_slice).unwrap_or_default();
            let Record { here, there, settled, .. } = record;
            let known = settled.is_some() || here.touched || there.touched;
            let is_group = token.starts_with(GROUP);
            // Whoever is put into a group keeps it.
            let kept = |done: &Done, anything| if is_group { anything } else { done.touched || rejoined(record) };
            let must_go = here.gone && !kept(there, others_kept)
                || there.gone && !kept(here, ours_kept)
                || here.gone && there.gone && !(is_group && (ours_kept || others_kept));
            if known && !here.gone && !there.gone && sheets.is_empty() {
                return Err(format!("{token} is lost: {record:#?}"));
            }
            if must_go && !record.copied && !sheets.is_empty() {
                return Err(format!("{token} is back although it was deleted: {record:#?}"));
            }
            if record.copied {
                continue;
            }
            match sheets {
                [] => {}
                [sheet] => record.judge(sheet, &regrouped).map_err(|wrong| format!("{token}: {wrong}: {record:#?}"))?,
                _ => return Err(format!("{token} is there {} times: {record:#?}", sheets.len())),
            }
        }
        Ok(())
    }

    /// From now on this is what both sides agree on.
    pub fn settle(&mut self, side: &Side) {
        for (token, record) in &mut self.records {
            let sheets = side.get(token).map(Vec::as_slice).unwrap_or_default();
            (record.here, record.there) = (Done::default(), Done::default());
            record.raced = false;
            record.copied &= sheets.len() > 1;
            record.settled = sheets.first().cloned();
        }
    }
}

impl Record {
    fn judge(&self, sheet: &Sheet, regrouped: &BTreeSet<String>) -> Result<(), String> {
        let nothing = Sheet::new();
        let settled = self.settled.as_ref().unwrap_or(&nothing);
        let fields: BTreeSet<&String> =
            [settled, &self.here.fields, &self.there.fields, sheet].into_iter().flat_map(BTreeMap::keys).collect();
        let was_gone = self.here.was_gone || self.there.was_gone;
        for field in fields.into_iter().filter(|field| !regrouped.contains(*field)) {
            let value = sheet.get(field).map_or("", String::as_str);
            let given = [&self.here.fields, &self.there.fields].map(|fields| fields.get(field).map(String::as_str));
            // Who is back from the trash brings the note along.
            let back = field == NOTE && self.settled.is_none();
            let fits = match given {
                _ if was_gone || back && given == [None, None] || self.raced && field != NOTE => {
                    value.is_empty() || self.ever.get(field).is_some_and(|values| values.contains(value))
                }
                [None, None] => value == settled.get(field).map_or("", String::as_str),
                given => given.contains(&Some(value)),
            };
            if !fits {
                let what = if field == NOTE { "the note is lost" } else { "a field is lost" };
                return Err(format!("{what}: {field} is {value:?}"));
            }
        }
        Ok(())
    }
}
