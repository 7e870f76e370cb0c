//! Whom callbook trusts: the hosts that may see a token (specification section 3.5), and the roots of certificates.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use url::{Host, Url};

use super::WebexError;
use crate::config;

/// The domains of the service; hosts below them may see a token too.
const DOMAINS: [&str; 8] = [
    "wbx2.com",
    "ciscospark.com",
    "webex.com",
    "webexapis.com",
    "broadcloudpbx.com",
    "broadcloud.eu",
    "broadcloud.com.au",
    "broadcloudpbx.net",
];

/// The hosts that may see a token: the built-in domains, the hosts of `u2c_url` and `api_url`, and `trusted_hosts`, each with
/// what is below it. Whole labels from the right; over https and wss alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedHosts {
    hosts: Arc<[Host]>,
}

impl TrustedHosts {
    /// Those of the settings. What is no host there is no host that can be trusted.
    pub fn new(settings: &config::Webex) -> Self {
        let built_in = DOMAINS.map(|domain| Host::Domain(domain.to_owned()));
        let bases = [&settings.u2c_url, &settings.api_url].into_iter().filter_map(|url| {
            let url = Url::parse(url).ok()?;
            url.host().map(|host| host.to_owned())
        });
        let own = settings.trusted_hosts.iter().filter_map(|host| Host::parse(host.trim_end_matches('.')).ok());
        Self { hosts: built_in.into_iter().chain(bases).chain(own).collect() }
    }

    /// Whether a token may be sent there.
    pub fn allows(&self, url: &Url) -> bool {
        // Userinfo would become an `Authorization` of its own.
        let plain = url.username().is_empty() && url.password().is_none();
        plain && matches!(url.scheme(), "https" | "wss") && url.host().is_some_and(|host| self.allows_host(&host))
    }

    fn allows_host(&self, host: &Host<&str>) -> bool {
        self.hosts.iter().any(|trusted| match (trusted, host) {
            (Host::Domain(trusted), Host::Domain(host)) => is_below(host.trim_end_matches('.'), trusted),
            (Host::Ipv4(trusted), Host::Ipv4(host)) => trusted == host,
            (Host::Ipv6(trusted), Host::Ipv6(host)) => trusted == host,
            _ => false,
        })
    }

    /// A URL from outside, if a token may be sent there.
    ///
    /// # Errors
    /// It is no URL, or it is outside: refused by name.
    pub fn check(&self, doing: &'static str, url: &str) -> Result<Url, WebexError> {
        let parsed = Url::parse(url)
            .map_err(|_| WebexError::Unreadable { doing, reason: "it names an address that is no URL".to_owned() })?;
        self.require(doing, &parsed)?;
        Ok(parsed)
    }

    /// The same for what is a URL already.
    ///
    /// # Errors
    /// It is outside.
    pub fn require(&self, doing: &'static str, url: &Url) -> Result<(), WebexError> {
        if self.allows(url) { Ok(()) } else { Err(WebexError::Untrusted { doing, host: named(url) }) }
    }
}

/// How a URL is named in an error: by its host, with the scheme where that is at fault.
pub fn named(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "https" | "wss" => host.to_owned(),
        scheme => format!("{scheme}://{host}"),
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Certificates that chains may end at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    certificates: Arc<[CertificateDer<'static>]>,
}

impl Roots {
    /// These and no others.
    pub fn new(certificates: Vec<CertificateDer<'static>>) -> Self {
        Self { certificates: certificates.into() }
    }

    /// Those of a PEM file, or those of the system without one.
    ///
    /// # Errors
    /// The file cannot be read, or holds no certificate; the system has none.
    pub fn load(file: Option<&Path>) -> Result<Self, WebexError> {
        match file {
            Some(file) => Self::of_file(file),
            None => Self::of_system(),
        }
    }

    fn of_file(file: &Path) -> Result<Self, WebexError> {
        let wrong = |reason: String| {
            WebexError::Local(format!("the root certificates in {} cannot be used: {reason}", file.display()))
        };
        let text = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let certificates = CertificateDer::pem_slice_iter(&text)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| wrong("it is damaged".to_owned()))?;
        if certificates.is_empty() {
            return Err(wrong("there is no certificate in it; it must be a PEM file".to_owned()));
        }
        Ok(Self::new(certificates))
    }

    /// Read once: hundreds of files on some systems.
    fn of_system() -> Result<Self, WebexError> {
        static ROOTS: OnceLock<Roots> = OnceLock::new();
        let roots = ROOTS.get_or_init(|| Self::new(rustls_native_certs::load_native_certs().certs));
        if roots.certificates.is_empty() {
            let reason = "the system has no root certificates; install them (ca-certificates), or name a PEM file in \
                          root_certificates of [webex]";
            return Err(WebexError::Local(reason.to_owned()));
        }
        Ok(roots.clone())
    }

    /// The certificates.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(settings: &config::Webex, url: &str) -> bool {
        TrustedHosts::new(settings).allows(&Url::parse(url).unwrap())
    }

    #[test]
    fn hosts_are_matched_by_whole_labels_over_tls() {
        let settings = config::Webex {
            u2c_url: "https://127.0.0.1:8443/u2c/api/v1".to_owned(),
            trusted_hosts: vec!["Example.org".to_owned(), "::1".to_owned(), "[::2]".to_owned()],
            ..config::Webex::default()
        };
        for good in [
            "https://wdm-a.wbx2.com/wdm",
            "wss://WBX2.com.:444/socket",
            "https://webexapis.com/v1",
            "https://127.0.0.1:9/x",
            "https://a.b.example.org",
            "https://[::2]/",
        ] {
            assert!(allowed(&settings, good), "{good}");
        }
        for bad in [
            "http://wdm-a.wbx2.com/wdm",
            "ws://wbx2.com/",
            "https://evilwbx2.com/",
            "https://wbx2.com.evil.example/",
            "https://webex.com@evil.example/",
            "https://user@webex.com/",
            "https://127.0.0.2/",
            "https://localhost/",
            "https://[::3]/",
            "https://org/",
            "mailto:a@webex.com",
        ] {
            assert!(!allowed(&settings, bad), "{bad}");
        }
        assert!(!allowed(&config::Webex::default(), "https://127.0.0.1/"));
    }

    #[test]
    fn what_is_outside_is_refused_by_name() {
        let trusted = TrustedHosts::new(&config::Webex::default());
        let refused = trusted.check("open the socket", "https://socket.example/x").unwrap_err().to_string();
        assert!(refused.contains("socket.example is not a trusted host"), "{refused}");
        let refused = trusted.check("open the socket", "http://webex.com/x").unwrap_err().to_string();
        assert!(refused.contains("http://webex.com is not"), "{refused}");
        assert!(matches!(trusted.check("open", "no url"), Err(WebexError::Unreadable { .. })));
    }

    #[test]
    fn a_file_without_certificates_is_said() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let said = Roots::load(Some(file.path())).unwrap_err().to_string();
        assert!(said.contains("there is no certificate in it"), "{said}");
        assert!(Roots::load(Some(Path::new("/nowhere.pem"))).is_err());
    }
}
