//! `callbook group`

use clap::Subcommand;
use serde_json::json;

use super::{Session, Stop, renaming::Renaming, say, session::Whereabouts};
use crate::book::{AccountId, Command, GroupType};

/// What can be done with groups. GROUP is a name, an id or the beginning of one.
#[derive(Debug, Subcommand)]
pub enum GroupCommand {
    /// List groups, one a line: name, number of members, type, id
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Make a group, and print its id
    Create {
        /// Its name
        name: String,
        /// It mirrors another system (EXTERNAL instead of NORMAL)
        #[arg(long)]
        external: bool,
        /// The account that it is made in; without it the local one
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
    },
    /// Give a group another name. On Webex it is made anew with all its members, which is asked about above 20
    Rename {
        /// Which group
        group: String,
        /// Its new name
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Remove a group; members that are in no other group move to 'Other contacts'
    Rm {
        /// Which group
        group: String,
    },
    /// Put contacts into a group
    Add {
        /// Which group
        group: String,
        /// Which contacts
        #[arg(required = true, value_name = "CONTACT")]
        contacts: Vec<String>,
    },
    /// Take contacts out of a group
    Remove {
        /// Which group
        group: String,
        /// Which contacts
        #[arg(required = true, value_name = "CONTACT")]
        contacts: Vec<String>,
    },
}

impl GroupCommand {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<(), Stop> {
        match self {
            Self::List { json } => list(session, json),
            Self::Create { name, external, account } => {
                let account = account.map_or_else(AccountId::local, AccountId);
                let committed = session.perform(creating(account, name, external))?;
                committed.touched.first().map_or(Ok(()), |id| session.print(&[&id.to_string()]))
            }
            Self::Rename { group, name, yes } => {
                let renaming = Renaming::of(session, &group, name)?;
                if !yes {
                    renaming.ask()?;
                }
                let cost = renaming.cost();
                session.perform(renaming.command())?;
                cost.iter().for_each(say);
                Ok(())
            }
            Self::Rm { group } => {
                let command = Command::DeleteGroup(session.group(&group)?.id);
                session.perform(command).map(drop)
            }
            Self::Add { group, contacts } => {
                let command = regrouping(session, &contacts, &[group], &[])?;
                session.perform(command).map(drop)
            }
            Self::Remove { group, contacts } => {
                let command = regrouping(session, &contacts, &[], &[group])?;
                session.perform(command).map(drop)
            }
        }
    }
}

/// The command that makes a group.
pub(super) fn creating(account: AccountId, name: String, external: bool) -> Command {
    let group_type = if external { GroupType::External } else { GroupType::Normal };
    Command::CreateGroup { account, name, group_type, members: Vec::new() }
}

/// The command that lets contacts join and leave groups.
pub(super) fn regrouping(
    session: &Session<'_>,
    contacts: &[String],
    join: &[String],
    leave: &[String],
) -> Result<Command, Stop> {
    let ids = |names: &[String]| names.iter().map(|name| Ok(session.group(name)?.id)).collect::<Result<Vec<_>, Stop>>();
    let contacts = session.find_all(contacts, Whereabouts::Book)?;
    Ok(Command::Regroup { contacts, join: ids(join)?, make: Vec::new(), leave: ids(leave)? })
}

fn list(session: &mut Session<'_>, json: bool) -> Result<(), Stop> {
    let rows = session.book.groups()?;
    let type_of = |group_type| if group_type == GroupType::External { "EXTERNAL" } else { "NORMAL" };
    if json {
        let groups = rows.iter().map(|row| {
            json!({
                "groupId": row.group.id,
                "displayName": row.group.name,
                "groupType": row.group.group_type,
                "numMembers": row.count,
            })
        });
        return session.print_json(&groups.collect());
    }
    for row in rows {
        let (count, id) = (row.count.to_string(), row.group.id.to_string());
        session.print(&[&row.group.name, &count, type_of(row.group.group_type), &id])?;
    }
    Ok(())
}
