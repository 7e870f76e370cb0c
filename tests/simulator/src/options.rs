//! What can be chosen at the start.

use std::path::PathBuf;

/// How the simulator starts.
#[derive(Clone, Debug, clap::Parser)]
#[command(
    name = "simulator",
    about = "A local stand-in for the Webex services: catalogue, OAuth, devices, Mercury, KMS, contacts, directory"
)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// The host and port that it calls itself, for a proxy that stands before it
    #[arg(long, value_name = "HOST:PORT")]
    pub advertise: Option<String>,
    /// Where `ready.json`, the certificates and the data are kept; without it a temporary directory is used
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// How many CUSTOM contacts with all fields the first user has
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub contacts: usize,
    /// How many CLOUD contacts the first user has
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub cloud: usize,
    /// How many people the directory has; every tenth belongs to the second organisation
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub people: usize,
    /// The first user's access token, of the form `x_y_ORGID`
    #[arg(long)]
    pub token: Option<String>,
    /// Refuse and record as a leak what is plaintext and must be ciphertext
    #[arg(long)]
    pub strict: bool,
    /// Accept PATCH on contacts and groups, which the service is not known to do
    #[arg(long)]
    pub patch: bool,
    /// Answer the catalogue in the format `U2CV2` whatever is asked for
    #[arg(long)]
    pub u2cv2: bool,
}

impl Default for Options {
    /// As tests want it: a free port, no contacts, strict.
    fn default() -> Self {
        Self {
            port: 0,
            advertise: None,
            state: None,
            contacts: 0,
            cloud: 0,
            people: 200,
            token: None,
            strict: true,
            patch: false,
            u2cv2: false,
        }
    }
}
