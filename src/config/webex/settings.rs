//! The settings of `[webex]`: how each is written in the file and in the environment, and what may be wrong with it.

use std::path::PathBuf;

use toml::de::{DeTable, DeValue};
use url::{Host, Url};

use super::{ClientSecret, Edit, TokenStore, Webex};
use crate::config::{Environment, Mistake, Reader, Secret};

/// What is wrong with a value; nothing where `wanted` of the setting says it all.
type Taken = Result<(), Option<String>>;

/// How a setting is written, and how it is taken.
enum Take {
    Text(fn(&mut Webex, &Secret, &Environment) -> Taken),
    /// A list of texts; in the environment separated by commas.
    List(fn(&mut Webex, Vec<String>) -> Taken),
    /// A program and its arguments; in the environment one line, as a shell would read it.
    Command(fn(&mut Webex, Vec<String>)),
}

struct Setting {
    name: &'static str,
    wanted: &'static str,
    take: Take,
}

const HTTPS: &str = "an https URL, as in \"https://webexapis.com\"";
const PEM: &str = "the path of a PEM file";
const HOSTS: &str = "a list of hosts, as in [\"example.org\"]";
const COMMAND: &str = "a program and its arguments, as in [\"pass\", \"show\", \"webex\"]";

const SETTINGS: [Setting; 14] = [
    Setting {
        name: "u2c_url",
        wanted: HTTPS,
        take: Take::Text(|webex, text, _| base(text).map(|url| webex.u2c_url = url)),
    },
    Setting {
        name: "api_url",
        wanted: HTTPS,
        take: Take::Text(|webex, text, _| {
            let url = base(text)?;
            url.strip_suffix("/v1").unwrap_or(&url).trim_end_matches('/').clone_into(&mut webex.api_url);
            Ok(())
        }),
    },
    Setting {
        name: "root_certificates",
        wanted: PEM,
        take: Take::Text(|webex, text, environment| {
            path(text, environment).map(|path| webex.root_certificates = Some(path))
        }),
    },
    Setting {
        name: "kms_root_certificates",
        wanted: PEM,
        take: Take::Text(|webex, text, environment| {
            path(text, environment).map(|path| webex.kms_root_certificates = Some(path))
        }),
    },
    Setting {
        name: "kms_hosts",
        wanted: HOSTS,
        take: Take::List(|webex, list| hosts(&list).map(|hosts| webex.kms_hosts = hosts)),
    },
    Setting {
        name: "trusted_hosts",
        wanted: HOSTS,
        take: Take::List(|webex, list| hosts(&list).map(|hosts| webex.trusted_hosts = hosts)),
    },
    Setting {
        name: "client_id",
        wanted: "the client id of your integration",
        take: Take::Text(|webex, text, _| word(text).map(|id| webex.client_id = Some(id.expose().to_owned()))),
    },
    Setting {
        name: "client_secret",
        wanted: "the secret of your integration",
        take: Take::Text(|webex, text, _| {
            word(text).map(|secret| webex.client_secret = Some(ClientSecret::Text(secret)))
        }),
    },
    Setting {
        name: "client_secret_command",
        wanted: COMMAND,
        take: Take::Command(|webex, words| webex.client_secret = Some(ClientSecret::Command(words))),
    },
    Setting {
        name: "redirect_uri",
        wanted: "of this machine, as in \"http://localhost:6001/redirect\"",
        take: Take::Text(|webex, text, _| {
            Webex::local_redirect(text.expose()).ok_or(None)?;
            text.expose().clone_into(&mut webex.redirect_uri);
            Ok(())
        }),
    },
    Setting {
        name: "scopes",
        wanted: "scopes separated by spaces, as in \"spark:all spark:kms\"",
        take: Take::Text(|webex, text, _| {
            let scopes: Vec<&str> = text.expose().split_whitespace().collect();
            if scopes.is_empty() {
                return Err(None);
            }
            webex.scopes = scopes.join(" ");
            Ok(())
        }),
    },
    Setting {
        name: "tokens",
        wanted: "\"auto\" or \"file\"",
        take: Take::Text(|webex, text, _| {
            webex.tokens = match text.expose() {
                "auto" => TokenStore::Automatic,
                "file" => TokenStore::File,
                _ => return Err(None),
            };
            Ok(())
        }),
    },
    Setting {
        name: "token_command",
        wanted: COMMAND,
        take: Take::Command(|webex, words| webex.tokens = TokenStore::Command(words)),
    },
    Setting {
        name: "edit",
        wanted: "\"replace\" or \"patch\"",
        take: Take::Text(|webex, text, _| {
            webex.edit = match text.expose() {
                "replace" => Edit::Replace,
                "patch" => Edit::Patch,
                _ => return Err(None),
            };
            Ok(())
        }),
    },
];

/// Two that exclude each other within one source.
const EITHER: [(&str, &str); 1] = [("client_secret", "client_secret_command")];

fn base(text: &Secret) -> Result<String, Option<String>> {
    let url = Url::parse(text.expose()).map_err(|_| None)?;
    let is_bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if url.scheme() != "https" || !url.has_host() || !is_bare || url.fragment().is_some() {
        return Err(None);
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn path(text: &Secret, environment: &Environment) -> Result<PathBuf, Option<String>> {
    if text.is_empty() { Err(None) } else { Ok(environment.expand(text.expose())) }
}

fn word(text: &Secret) -> Result<Secret, Option<String>> {
    let word = text.expose().trim();
    if word.is_empty() || word.chars().any(char::is_whitespace) { Err(None) } else { Ok(word.into()) }
}

fn hosts(list: &[String]) -> Result<Vec<String>, Option<String>> {
    let read = |text: &String| {
        let text = text.trim().trim_end_matches('.');
        let host = Host::parse(text).or_else(|_| Host::parse(&format!("[{text}]")));
        let host = host.ok().filter(|_| !text.contains('*')).map(|host| host.to_string());
        host.ok_or_else(|| {
            Some(format!("must be {HOSTS}, without scheme, port and *; `{}` is none", text.escape_debug()))
        })
    };
    list.iter().map(read).collect()
}

impl Reader<'_> {
    pub(in crate::config) fn webex(&mut self, webex: &mut Webex, table: &DeTable) {
        let names = SETTINGS.map(|setting| setting.name);
        for (name, _) in table {
            if !names.contains(&name.get_ref().as_ref()) {
                self.unknown(name.get_ref(), "webex.", name.span().start, &names);
            }
        }
        // In the order of the settings, not in that of the file: a command for tokens comes after the place for them.
        for Setting { name, wanted, take } in &SETTINGS {
            let Some((key, value)) = table.get_key_value(*name) else { continue };
            let key_name = format!("webex.{name}");
            let list = || {
                let words = value.get_ref().as_array()?.iter().map(|word| word.get_ref().as_str().map(str::to_owned));
                words.collect::<Option<Vec<_>>>()
            };
            let taken = match (take, value.get_ref()) {
                (Take::Text(take), DeValue::String(text)) => take(webex, &text.as_ref().into(), self.environment),
                (Take::List(take), DeValue::Array(_)) if list().is_some() => take(webex, list().unwrap_or_default()),
                (Take::Command(take), DeValue::Array(_)) if list().is_some_and(|words| is_command(&words)) => {
                    take(webex, list().unwrap_or_default());
                    Ok(())
                }
                (Take::Command(_), DeValue::Array(_)) => Err(None),
                (_, other) => {
                    self.wrong_type(value, &key_name, wanted, other);
                    continue;
                }
            };
            if let Err(reason) = taken {
                let reason = reason.unwrap_or_else(|| format!("must be {wanted}"));
                self.fault(value.span().start, &key_name, reason);
            }
            let other = EITHER.iter().find(|(first, second)| name == second && table.contains_key(*first));
            if let Some((first, _)) = other {
                self.fault(key.span().start, &key_name, format!("there is {first} too; keep one of them"));
            }
        }
    }
}

fn is_command(words: &[String]) -> bool {
    words.first().is_some_and(|program| !program.is_empty())
}

impl Webex {
    /// Takes what the environment says, over what the file says; what is wrong with it comes back.
    pub(in crate::config) fn take_variables(&mut self, environment: &Environment) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for Setting { name, wanted, take } in &SETTINGS {
            let Some(value) = environment.webex.get(name) else { continue };
            let taken = match take {
                Take::Text(take) => take(self, value, environment),
                Take::List(take) => {
                    let list = value.expose().split(',').map(str::trim).filter(|part| !part.is_empty());
                    take(self, list.map(str::to_owned).collect())
                }
                Take::Command(take) => match shlex::split(value.expose()).filter(|words| is_command(words)) {
                    Some(words) => {
                        take(self, words);
                        Ok(())
                    }
                    None => Err(None),
                },
            };
            if let Err(reason) = taken {
                let reason = reason.unwrap_or_else(|| format!("must be {wanted}"));
                mistakes.push(Mistake { line: 0, key: variable(name), reason });
            }
        }
        mistakes
    }
}

/// The variables of the environment, each after the name of its setting.
pub(in crate::config) fn variables() -> impl Iterator<Item = (&'static str, String)> {
    SETTINGS.iter().map(|setting| (setting.name, variable(setting.name)))
}

fn variable(name: &str) -> String {
    format!("CALLBOOK_WEBEX_{}", name.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{
        CommandLine, load, parse,
        tests::{environment, lines},
    };

    fn read(text: &str) -> Webex {
        let (config, mistakes) = parse(&format!("[webex]\n{text}"), &environment());
        assert_eq!(mistakes, []);
        config.webex
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn every_setting_is_read() {
        let text = r#"
            token_command = ["pass", "show", "webex"]
            tokens = "auto"
            u2c_url = "https://u2c.gov.example/u2c/api/v1/"
            api_url = "https://api.gov.example/v1"
            root_certificates = "~/roots.pem"
            kms_root_certificates = "/etc/kms.pem"
            kms_hosts = ["KMS.example.org"]
            trusted_hosts = ["Gov.example.", "10.0.0.1", "::1"]
            client_id = "id"
            client_secret = "secret"
            redirect_uri = "http://127.0.0.1:7000/back"
            scopes = "  spark:all   spark:kms identity:people_read "
            edit = "patch"
        "#;
        let expected = Webex {
            u2c_url: "https://u2c.gov.example/u2c/api/v1".to_owned(),
            api_url: "https://api.gov.example".to_owned(),
            root_certificates: Some(PathBuf::from("/home/ada/roots.pem")),
            kms_root_certificates: Some(PathBuf::from("/etc/kms.pem")),
            kms_hosts: words(&["kms.example.org"]),
            trusted_hosts: words(&["gov.example", "10.0.0.1", "[::1]"]),
            client_id: Some("id".to_owned()),
            client_secret: Some(ClientSecret::Text("secret".into())),
            redirect_uri: "http://127.0.0.1:7000/back".to_owned(),
            scopes: "spark:all spark:kms identity:people_read".to_owned(),
            tokens: TokenStore::Command(words(&["pass", "show", "webex"])),
            edit: Edit::Patch,
        };
        assert_eq!(read(text), expected);
        assert_eq!(read("tokens = 'file'").tokens, TokenStore::File);
        assert_eq!(read("api_url = 'https://127.0.0.1:8443/v1/'").api_url, "https://127.0.0.1:8443");
        let secret = read("client_secret_command = ['pass', 'x']").client_secret;
        assert_eq!(secret, Some(ClientSecret::Command(words(&["pass", "x"]))));
        assert_eq!(read(""), Webex::default());
    }

    #[test]
    fn every_mistake_has_its_line_and_no_secret_is_quoted() {
        let text = "[webex]\nu2c_url = 'http://u2c.example'\napi_url = 'https://user@a.example'\nkms_hosts = 'k.example'\n\
                    trusted_hosts = ['*.example.org']\nclient_id = 7\nclient_secret = 'two words'\n\
                    client_secret_command = []\nredirect_uri = 'https://example.org/'\nscopes = ' '\ntokens = 'nowhere'\n\
                    token_command = 'pass'\nkms_root_certificates = ''\nclientid = 'x'\nroots = 1\nedit = 'put'\n";
        let found = lines(text);
        let expected = [
            (2, "u2c_url: must be an https URL"),
            (3, "api_url: must be an https URL"),
            (4, "kms_hosts: must be a list of hosts, as in [\"example.org\"], not this string"),
            (
                5,
                "trusted_hosts: must be a list of hosts, as in [\"example.org\"], without scheme, port and *; `*.example.org`",
            ),
            (6, "client_id: must be the client id of your integration, not this integer"),
            (7, "client_secret: must be the secret of your integration"),
            (8, "client_secret_command: must be a program and its arguments"),
            (8, "client_secret_command: there is client_secret too; keep one of them"),
            (9, "redirect_uri: must be of this machine"),
            (10, "scopes: must be scopes separated by spaces"),
            (11, "tokens: must be \"auto\" or \"file\""),
            (
                12,
                "token_command: must be a program and its arguments, as in [\"pass\", \"show\", \"webex\"], not this string",
            ),
            (13, "kms_root_certificates: must be the path of a PEM file"),
            (14, "clientid: there is no such setting; did you mean client_id?"),
            (15, "roots: there is no such setting; there are u2c_url, api_url"),
            (16, "edit: must be \"replace\" or \"patch\""),
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, (line, reason)) in found.iter().zip(expected) {
            assert!(found.starts_with(&format!("c.toml:{line}: webex.{reason}")), "{found}");
            assert!(!found.contains("two words"), "{found}");
        }
        assert!(lines("webex = 1")[0].contains("must be a table: [webex]"));
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config.toml");
        std::fs::write(
            &file,
            "[webex]\nclient_id = 'file'\nscopes = 'file'\nclient_secret = 'file'\ntrusted_hosts = ['a']\n",
        )
        .unwrap();
        let chosen = CommandLine { book: None, config: Some(file) };
        let variables = [
            ("client_id", "environment"),
            ("trusted_hosts", "b.example, c.example,"),
            ("client_secret_command", "pass show 'my webex'"),
            ("token_command", "pass 'unfinished"),
            ("u2c_url", "nowhere"),
        ];
        let webex = variables.map(|(name, value)| (name, Secret::from(value))).into();
        let environment = Environment { webex, ..environment() };
        let (config, mistakes) = load(&chosen, &environment);
        assert_eq!(config.webex.client_id.as_deref(), Some("environment"));
        assert_eq!(config.webex.scopes, "file");
        assert_eq!(config.webex.trusted_hosts, words(&["b.example", "c.example"]));
        let command = words(&["pass", "show", "my webex"]);
        assert_eq!(config.webex.client_secret, Some(ClientSecret::Command(command)));
        assert_eq!(config.webex.u2c_url, Webex::default().u2c_url);
        let found: Vec<_> = mistakes.to_string().lines().map(str::to_owned).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("CALLBOOK_WEBEX_U2C_URL: must be an https URL"), "{found:?}");
        assert!(found[1].starts_with("CALLBOOK_WEBEX_TOKEN_COMMAND: must be a program"), "{found:?}");
        assert!(!format!("{environment:?}").contains("my webex"), "the environment holds secrets");
    }
}
