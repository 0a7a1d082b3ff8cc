//! What an operator may configure, with the values that hold when nothing is said.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Settings of a running instance.
#[derive(Clone, Debug)]
pub struct Settings {
    pub data_dir: PathBuf,
    /// Where people reach it; the head of every link in a message.
    pub public_url: String,
    pub listen: SocketAddr,
    /// A demonstration on loopback: offered accounts, open sandbox page, no limits per address.
    pub demo: bool,
    /// The peer addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    pub limits: Limits,
    /// Whether the message hook may call addresses of the house itself.
    pub hook_may_call_private: bool,
}

/// Limits and terms of signing in.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Wrong passwords until an account is locked (GB/T 22239 8.1.4.1 b, vendors' baseline).
    pub wrong_passwords: i32,
    pub locked_for: Duration,
    /// Sign-in attempts a minute from one address; none in a demonstration.
    pub sign_ins_per_minute: Option<u32>,
    pub access_token: Duration,
    /// A session that is not renewed for so long is over.
    pub idle: Duration,
    /// A session is over after so long, however busy.
    pub absolute: Duration,
    pub one_time_link: Duration,
    /// Of a link that a message carries to somebody who may be away for some days.
    pub invitation: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        Self {
            wrong_passwords: 5,
            locked_for: minutes(30),
            sign_ins_per_minute: Some(30),
            access_token: minutes(15),
            idle: minutes(30),
            absolute: minutes(12 * 60),
            one_time_link: minutes(24 * 60),
            invitation: minutes(7 * 24 * 60),
        }
    }
}
