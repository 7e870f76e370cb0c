//! `callbook login`

use std::io::{self, IsTerminal as _, Read as _};

use clap::Args;

use super::{
    online::{Online, Which},
    qr,
};
use crate::{
    cli::{
        Exit, Session, Source, Stop,
        ask::{typed_yes, unread},
        say,
    },
    config::Secret,
    sync::account::{self, SignedIn, timing},
    webex::auth::{self, DevicePrompt, Tokens},
};

/// Signs in. Without an option a page and a code are shown, to sign in with any browser, also from afar.
#[derive(Debug, Args)]
pub struct Login {
    #[command(flatten)]
    which: Which,
    /// Show a page and a code to sign in with (the default)
    #[arg(long, group = "how")]
    device: bool,
    /// Open the browser of this machine
    #[arg(long, group = "how")]
    browser: bool,
    /// Read a personal access token from stdin
    #[arg(long, group = "how")]
    token_stdin: bool,
}

/// The longest token that is read.
const LONGEST_TOKEN: u64 = 64 << 10;

impl Login {
    /// Signs in, binds the account to its user, and shows that it works.
    pub fn run(self, source: &Source) -> Result<(), Stop> {
        let mut session = Session::open(source)?;
        let mut online = Online::prepare(source, &self.which)?;
        let tokens = if online.access.vault.is_command() {
            online
                .access
                .vault
                .load(&online.access.account)?
                .ok_or_else(|| Stop::new(Exit::Network, "token_command prints no token"))?
        } else {
            self.tokens(source, &online)?
        };
        let mut unread = None;
        let mut trusts = async |host: &str| {
            asked(host).unwrap_or_else(|stop| {
                unread = Some(stop);
                false
            })
        };
        let signed_in = online.runtime.block_on(online.access.sign_in(tokens, &mut trusts));
        if let Some(stop) = unread {
            return Err(stop);
        }
        let SignedIn { client, notice } = signed_in?;
        let account = &online.access.account;
        session.change(|book| account::enter(book, account, None))?;
        let who = online.runtime.block_on(async {
            let me = client.directory().me().await;
            client.clone().close().await;
            me
        });
        if let Some(notice) = notice.or_else(|| client.login().take_notice()) {
            say(notice);
        }
        if let Ok(person) = &who {
            session.change(|book| account::enter(book, account, Some(&person.profile)))?;
        }
        let name = who.map(|person| person.profile.display_name).unwrap_or_default();
        let name = if name.is_empty() { String::new() } else { format!(" as {name}") };
        say(format_args!("Signed in{name} to the account {}", online.access.account));
        session.finish()
    }

    fn tokens(&self, source: &Source, online: &Online) -> Result<Tokens, Stop> {
        let (settings, clock) = (&source.config.webex, &*source.clock);
        if self.token_stdin {
            return Ok(auth::personal(from_stdin()?.expose(), clock)?);
        }
        let tokens = if self.browser {
            let mut open = |url: &str| {
                say(format_args!("Sign in on the page that opens; if none does, open it yourself:\n{url}"));
                (source.open_page)(&source.config.commands, url);
            };
            online.runtime.block_on(auth::browser(&online.access.http, settings, clock, timing(), &mut open))
        } else {
            online.runtime.block_on(auth::device_grant(&online.access.http, settings, clock, timing(), &mut show))
        };
        Ok(tokens?)
    }
}

/// What a person needs to sign in elsewhere.
fn show(prompt: &DevicePrompt) {
    let whole = prompt.verification_uri_complete.as_deref().unwrap_or(&prompt.verification_uri);
    if let Some(code) = qr::drawn(whole).filter(|_| io::stderr().is_terminal()) {
        eprintln!("{code}");
    }
    let minutes = prompt.expires_in.as_secs().div_ceil(60);
    say(format_args!(
        "Open {} in any browser and type {}\nor open {whole}\nThe code holds for {minutes} minutes.",
        prompt.verification_uri, prompt.user_code
    ));
}

/// Whether a person trusts a key server outside of the known domains. Asked once: the answer is pinned.
fn asked(host: &str) -> Result<bool, Stop> {
    let question = format!(
        "The keys of your contacts are kept by {host}, which is not one of the known hosts of Webex.\n\
         Is that the key server of your organisation? Type yes to trust it from now on:"
    );
    Ok(typed_yes(&question)?.unwrap_or(false))
}

fn from_stdin() -> Result<Secret, Stop> {
    if io::stdin().is_terminal() {
        say("Paste the access token and press Enter, then Ctrl-D:");
    }
    let mut bytes = Vec::new();
    io::stdin().lock().take(LONGEST_TOKEN).read_to_end(&mut bytes).map_err(|error| unread(&error))?;
    let token = Secret::from(bytes);
    if token.expose().trim().is_empty() {
        return Err(Stop::new(Exit::Usage, "no token came on stdin"));
    }
    Ok(token)
}
