//! Reading: compact rows for the list, one contact when it is selected.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, Params, params_from_iter};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::book::{
    AccountId, Contact, ContactId, ContactType, Delta, Failure, Group, GroupId, GroupRow, Order, OrderKey, Row, Tally,
    Timestamp,
    name::{SORT_MARK, fold_case, sort_key},
    row::CompanyAt,
};

use super::{Book, journal::place, sync::unsent, write::unreadable};

/// Between the words of one row; no text from outside holds it after folding.
pub(super) const SEPARATOR: &str = "\u{1f}";

const ROW: &str =
    "SELECT id, name, second, sort, groups, contact_type, favourite, unresolved, trashed, words, digits, family,
     company_at, changed, account, account <> 'local' AND EXISTS (SELECT 1 FROM unsent WHERE unsent.id = contact.id AND open)
     FROM contact";

impl Book {
    /// Rows in list order, the trash included; at most `limit` of those outside the trash when one is given.
    pub fn rows(&self, limit: Option<usize>) -> Result<Vec<Row>, Failure> {
        let (filter, limit) = match limit {
            Some(limit) => ("WHERE trashed IS NULL", i64::try_from(limit).unwrap_or(i64::MAX)),
            None => ("", -1),
        };
        rows(&self.connection, &format!("{ROW} {filter} ORDER BY sort, id LIMIT ?"), [limit])
            .map_err(|e| self.failure(&e))
    }

    /// Every contact in another order, the trash included.
    pub fn sorted(&self, order: Order) -> Result<Vec<ContactId>, Failure> {
        self.try_sorted(order).map_err(|e| self.failure(&e))
    }

    fn try_sorted(&self, order: Order) -> rusqlite::Result<Vec<ContactId>> {
        let mut keys: Vec<(OrderKey, ContactId)> = Vec::new();
        // What a row holds beside is not needed, and there may be many.
        let light = ROW.replace("words, digits", "'', ''").replace("groups,", "x'',");
        each_row(&self.connection, &light, [], |row| keys.push((order.key(&row), row.id)))?;
        keys.sort_unstable();
        Ok(keys.into_iter().map(|(_, id)| id).collect())
    }

    /// How many contacts are not in the trash.
    pub fn total(&self) -> Result<usize, Failure> {
        total(&self.connection).map_err(|e| self.failure(&e))
    }

    /// How many contacts there are of each special kind.
    pub fn tally(&self) -> Result<Tally, Failure> {
        let count = |condition: &str| -> rusqlite::Result<usize> {
            let sql = format!("SELECT count(*) FROM contact WHERE {condition}");
            self.connection.query_row(&sql, [], |row| row.get(0))
        };
        let count = |condition| count(condition).map_err(|e| self.failure(&e));
        Ok(Tally {
            favourites: count("favourite AND trashed IS NULL")?,
            unresolved: count("unresolved AND trashed IS NULL")?,
            trash: count("trashed IS NOT NULL")?,
        })
    }

    /// All groups with the number of their members, by name.
    pub fn groups(&self) -> Result<Vec<GroupRow>, Failure> {
        groups(&self.connection).map_err(|e| self.failure(&e))
    }

    /// One contact.
    pub fn contact(&self, id: ContactId) -> Result<Option<Contact>, Failure> {
        contact(&self.connection, id).map_err(|e| self.failure(&e))
    }

    /// Several contacts, in the order given; those that do not exist are left out.
    pub fn contacts(&self, ids: &[ContactId]) -> Result<Vec<Contact>, Failure> {
        ids.iter().filter_map(|id| self.contact(*id).transpose()).collect()
    }

    /// The contacts that `needle` means: an id, a vCard UID, an exact e-mail or an exact name, without regard to case,
    /// or the beginning of an id (4 digits at least); the first of these that finds any, so that a name such as `Abba`
    /// is never taken for a guess at an id. The trash is looked at too.
    pub fn find(&self, needle: &str) -> Result<Vec<Row>, Failure> {
        self.try_find(needle.trim()).map_err(|e| self.failure(&e))
    }

    fn try_find(&self, needle: &str) -> rusqlite::Result<Vec<Row>> {
        let ways = [Self::by_id, Self::by_uid, Self::by_email, Self::by_name, Self::by_beginning_of_id];
        for way in ways {
            let found = way(self, needle)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    fn by_id(&self, needle: &str) -> rusqlite::Result<Vec<Row>> {
        let id: Option<ContactId> = needle.strip_prefix("urn:uuid:").unwrap_or(needle).parse().ok();
        id.map_or(Ok(Vec::new()), |id| rows(&self.connection, &format!("{ROW} WHERE id = ?"), [id.0.as_bytes()]))
    }

    fn by_uid(&self, needle: &str) -> rusqlite::Result<Vec<Row>> {
        rows(&self.connection, &format!("{ROW} WHERE uid = ? ORDER BY sort, id"), [needle])
    }

    fn by_email(&self, needle: &str) -> rusqlite::Result<Vec<Row>> {
        if !needle.contains('@') {
            return Ok(Vec::new());
        }
        // LIKE knows the case of ASCII letters only; it leaves few rows to look at closely.
        let pattern: String = needle.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let sql = format!("{ROW} WHERE words LIKE '%' || ? || '%' ORDER BY sort, id");
        let folded = fold_case(needle);
        let mut found = rows(&self.connection, &sql, [pattern])?;
        found.retain(|row| row.words.iter().any(|word| fold_case(word) == folded));
        Ok(found)
    }

    fn by_name(&self, needle: &str) -> rusqlite::Result<Vec<Row>> {
        let folded = fold_case(needle);
        // Equal names begin with equal keys, which end at the mark before the name as written.
        let key = sort_key(needle);
        let Some((head, _)) = key.split_once(SORT_MARK) else { return Ok(Vec::new()) };
        let sql = format!("{ROW} WHERE sort >= ?1 || char(1) AND sort < ?1 || char(2) ORDER BY sort, id");
        let mut found = rows(&self.connection, &sql, [head])?;
        found.retain(|row| fold_case(&row.name) == folded);
        Ok(found)
    }

    fn by_beginning_of_id(&self, needle: &str) -> rusqlite::Result<Vec<Row>> {
        let hex: String = needle.chars().filter(|c| *c != '-').collect();
        let end =
            |filler: &str| format!("{hex}{}", filler.repeat(32_usize.saturating_sub(hex.len()))).parse::<ContactId>();
        let (true, Ok(first), Ok(last)) = (hex.len() >= 4, end("0"), end("f")) else { return Ok(Vec::new()) };
        let sql = format!("{ROW} WHERE id BETWEEN ? AND ? ORDER BY sort, id");
        rows(&self.connection, &sql, [first.0.as_bytes(), last.0.as_bytes()])
    }

    /// The contacts whose notes hold every one of these folded terms.
    pub fn notes_matching(&self, folded_terms: &[String]) -> Result<HashSet<ContactId>, Failure> {
        let condition = vec!["instr(document.notes, ?) > 0"; folded_terms.len()].join(" AND ");
        let sql = format!(
            "SELECT contact.id FROM document JOIN contact USING (row) WHERE document.notes <> '' AND {}",
            if condition.is_empty() { "1" } else { &condition }
        );
        let query = || -> rusqlite::Result<HashSet<ContactId>> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(folded_terms), |row| Ok(ContactId(row.get(0)?)))?.collect()
        };
        query().map_err(|e| self.failure(&e))
    }

    /// What another program has changed since rows were last handed out; `None` when nothing did.
    pub fn news(&mut self) -> Result<Option<Delta>, Failure> {
        let version = data_version(&self.connection).map_err(|e| self.failure(&e))?;
        if version == self.data_version {
            return Ok(None);
        }
        self.data_version = version;
        self.delta().map(Some).map_err(|e| self.failure(&e))
    }

    /// What changed since rows were last handed out, by anybody.
    pub(super) fn delta(&mut self) -> rusqlite::Result<Delta> {
        // One snapshot for all of it: what another program commits in between is the next delta's.
        let snapshot = self.connection.unchecked_transaction()?;
        // With DISTINCT, SQLite would go through the whole journal by another index.
        let mut touched = snapshot
            .prepare_cached("SELECT id FROM change_record WHERE row >= ? AND kind = 'contact'")?
            .query_map([place(self.seen + 1, 0)], |row| row.get::<_, Uuid>(0))?
            .collect::<rusqlite::Result<HashSet<_>>>()?;
        touched.extend(unsent::moved_since(&snapshot, self.unsent_seen)?);
        let (last, unsent_seen) = (last_seq(&snapshot)?, unsent::last_move(&snapshot)?);
        let mut delta = Delta { groups: groups(&snapshot)?, total: total(&snapshot)?, ..Delta::default() };
        let one = format!("{ROW} WHERE id = ?");
        for id in touched {
            match rows(&snapshot, &one, [id.as_bytes()])?.pop() {
                Some(row) => delta.rows.push(row),
                None => delta.gone.push(ContactId(id)),
            }
        }
        drop(snapshot);
        (self.seen, self.unsent_seen) = (last, unsent_seen);
        delta.rows.sort_by(|a, b| (&a.sort, a.id).cmp(&(&b.sort, b.id)));
        delta.gone.sort_unstable();
        Ok(delta)
    }

    pub(super) fn mark_seen(&mut self) -> rusqlite::Result<()> {
        self.data_version = data_version(&self.connection)?;
        self.seen = last_seq(&self.connection)?;
        self.unsent_seen = unsent::last_move(&self.connection)?;
        Ok(())
    }
}

pub(super) fn last_seq(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT ifnull(max(seq), 0) FROM change", [], |row| row.get(0))
}

/// Moves when another program commits.
pub(super) fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

fn total(connection: &Connection) -> rusqlite::Result<usize> {
    let (all, trashed): (usize, usize) = connection.query_row(
        "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM contact WHERE trashed IS NOT NULL)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(all - trashed)
}

fn rows(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<Row>> {
    let mut rows = Vec::new();
    each_row(connection, sql, params, |row| rows.push(row))?;
    Ok(rows)
}

fn each_row(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    mut take: impl FnMut(Row),
) -> rusqlite::Result<()> {
    let split = |text: String| text.split(SEPARATOR).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| {
        let groups: Vec<u8> = row.get(4)?;
        let contact_type: String = row.get(5)?;
        Ok(Row {
            id: ContactId(row.get(0)?),
            home: home(row.get_ref(14)?.as_str()?),
            name: row.get(1)?,
            second: row.get(2)?,
            sort: row.get(3)?,
            groups: group_ids(&groups).collect(),
            contact_type: if contact_type == "CLOUD" { ContactType::Cloud } else { ContactType::Custom },
            favourite: row.get(6)?,
            unresolved: row.get(7)?,
            trashed: row.get::<_, Option<i64>>(8)?.is_some(),
            unsent: row.get(15)?,
            words: split(row.get(9)?),
            digits: split(row.get(10)?),
            family: row.get(11)?,
            company_at: company_at(row.get(12)?),
            changed: Timestamp(row.get(13)?),
        })
    })?;
    for row in rows {
        take(row?);
    }
    Ok(())
}

/// The ids in the column `groups`.
pub(super) fn group_ids(column: &[u8]) -> impl Iterator<Item = GroupId> {
    column.chunks_exact(16).filter_map(|id| Uuid::from_slice(id).ok()).map(GroupId)
}

fn home(account: &str) -> Option<Box<AccountId>> {
    (account != "local").then(|| Box::new(AccountId(account.to_owned())))
}

fn company_at(number: i64) -> CompanyAt {
    match number {
        1 => CompanyAt::Second,
        2 => CompanyAt::Name,
        _ => CompanyAt::Nowhere,
    }
}

fn groups(connection: &Connection) -> rusqlite::Result<Vec<GroupRow>> {
    connection
        .prepare_cached(
            "SELECT document, (SELECT count(*) FROM membership WHERE contact_group = id) FROM contact_group ORDER BY sort, id",
        )?
        .query_map([], |row| {
            let group = serde_json::from_str(&row.get::<_, String>(0)?).map_err(unreadable)?;
            Ok(GroupRow { group, count: row.get(1)? })
        })?
        .collect()
}

/// One contact.
pub(super) fn contact(connection: &Connection, id: ContactId) -> rusqlite::Result<Option<Contact>> {
    let document = contact_document(connection, id)?;
    document.map(|text| serde_json::from_str(&text).map_err(unreadable)).transpose()
}

/// The document of one contact, as it is stored.
pub(super) fn contact_document(connection: &Connection, id: ContactId) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT document.document FROM contact JOIN document USING (row) WHERE id = ?")?
        .query_row([id.0.as_bytes()], |row| row.get(0))
        .optional()
}

/// One group.
pub(super) fn group(connection: &Connection, id: GroupId) -> rusqlite::Result<Option<Group>> {
    one(connection, "SELECT document FROM contact_group WHERE id = ?", [id.0.as_bytes()])
}

/// The group of an account with this name, after trimming and case folding.
pub(super) fn group_named(connection: &Connection, account: &AccountId, name: &str) -> rusqlite::Result<Option<Group>> {
    let sql = "SELECT document FROM contact_group WHERE account = ? AND folded = ? ORDER BY id LIMIT 1";
    one(connection, sql, (&account.0, Group::folded(name)))
}

/// The record of the one document that a query finds.
fn one<T: DeserializeOwned>(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<Option<T>> {
    let document: Option<String> = connection.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()?;
    document.map(|text| serde_json::from_str(&text).map_err(unreadable)).transpose()
}

/// The contacts that name this group, the trash included.
pub(super) fn members(connection: &Connection, id: GroupId) -> rusqlite::Result<Vec<Contact>> {
    connection
        .prepare_cached(
            "SELECT document.document FROM contact JOIN document USING (row) WHERE instr(contact.groups, ?) > 0 ORDER BY sort, id",
        )?
        .query_map([id.0.as_bytes()], |row| {
            serde_json::from_str::<Contact>(&row.get::<_, String>(0)?).map_err(unreadable)
        })?
        .filter(|found| found.as_ref().map_or(true, |contact| contact.groups.contains(&id)))
        .collect()
}
