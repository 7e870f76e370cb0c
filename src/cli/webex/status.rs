//! `callbook status`

use std::io::{self, Write as _};

use clap::Args;
use serde_json::{Map, Value, json};

use super::online::{Online, Which};
use crate::{
    book::Timestamp,
    cli::{Exit, Source, Stop},
    webex::{Client, WebexError, contacts},
};

/// Shows how it stands with an account: sign-in, device, socket, key server, counts. It asks each of them.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    which: Which,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

/// One line: what it is about, and how it stands or what is wrong.
type Line = (&'static str, Result<String, WebexError>);

impl Status {
    /// Asks each part in turn; what is wrong with one does not keep the others from being asked.
    pub fn run(self, source: &Source) -> Result<(), Stop> {
        let online = Online::prepare(source, &self.which)?;
        let login = online.access.login()?;
        let client = online.access.client(&login)?;
        let mut lines: Vec<Line> = vec![("account", Ok(online.access.account.to_string()))];
        lines.extend(online.access.binding.user().map(|user| ("user", Ok(user.to_owned()))));
        lines.extend(online.access.binding.org().map(|org| ("organisation", Ok(org.to_owned()))));
        lines.push(("token", Ok(lifetime(login.expires(), source.clock.now()))));
        lines.extend(online.runtime.block_on(async {
            let lines = ask(&client).await;
            client.close().await;
            lines
        }));
        let wrong = lines.iter().find_map(|(_, how)| how.as_ref().err()).cloned();
        print(&lines, self.json)?;
        match wrong {
            Some(_) => Err(Stop::new(Exit::Network, "")),
            None => Ok(()),
        }
    }
}

async fn ask(client: &Client) -> Vec<Line> {
    let device = client.device().await;
    let kind = |ephemeral| if ephemeral { "for this process only" } else { "of this installation" };
    let mut lines = vec![("device", device.map(|device| format!("registered, {}", kind(device.ephemeral))))];
    let answered = async { client.kms().await?.ping().await }.await;
    lines.extend(
        client.socket_state().map(|state| ("socket", state.error().map_or_else(|| Ok(state.to_string()), Err))),
    );
    let session = || match client.session_expires() {
        Some(until) => format!("answers, session until {until}"),
        None => "answers".to_owned(),
    };
    lines.push(("key server", answered.map(|()| session())));
    let counts = async {
        let service = client.service(contacts::SERVICE).await?;
        let list = contacts::fetch(client.http(), client.login(), &service).await?;
        let (contacts, groups) = list.read()?.counts();
        Ok(format!("{contacts} contacts, {groups} groups"))
    };
    lines.push(("contacts", counts.await));
    lines
}

fn lifetime(until: Option<Timestamp>, now: Timestamp) -> String {
    match until {
        None => "valid until it is withdrawn".to_owned(),
        Some(until) if until <= now => format!("over since {until}; it is renewed when it is needed"),
        Some(until) => format!("valid until {until}"),
    }
}

fn print(lines: &[Line], as_json: bool) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    if as_json {
        let member = |(name, how): &Line| {
            let value = match how {
                Ok(how) => Value::from(how.as_str()),
                Err(error) => json!({"error": error.to_string()}),
            };
            ((*name).to_owned(), value)
        };
        let object: Map<String, Value> = lines.iter().map(member).collect();
        return Ok(writeln!(out, "{:#}", Value::Object(object))?);
    }
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, how) in lines {
        let how = how.as_ref().map_or_else(ToString::to_string, Clone::clone);
        writeln!(out, "{name:>width$}  {}", crate::exchange::visible(&how))?;
    }
    Ok(())
}
