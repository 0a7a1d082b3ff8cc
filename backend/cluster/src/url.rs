//! Addresses of databases: `postgresql://user:password@host/database?options`. Only what must be changed is taken apart,
//! so that every option that a deployment gives reaches the driver.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::ClusterError;

/// The address of a database behind the unix socket in `folder`.
pub(crate) fn on_socket(folder: &Path, user: &str, password: &str, database: &str) -> String {
    format!("postgresql://{user}:{password}@{}/{}", encode(folder.as_os_str().as_bytes()), encode(database.as_bytes()))
}

/// The same server, another user and database.
pub(crate) fn with_user(url: &str, user: &str, password: &str, database: &str) -> Result<String, ClusterError> {
    let parts = Parts::of(url)?;
    let database = encode(database.as_bytes());
    Ok(format!("{}://{user}:{password}@{}/{database}{}", parts.scheme, parts.hosts, parts.options))
}

/// The same server and user, another database.
pub fn with_database(url: &str, database: &str) -> Result<String, ClusterError> {
    let parts = Parts::of(url)?;
    let database = encode(database.as_bytes());
    Ok(format!("{}://{}{}/{database}{}", parts.scheme, parts.user, parts.hosts, parts.options))
}

/// The same address without its password, and the password.
pub(crate) fn split_password(url: &str) -> Result<(String, Option<Vec<u8>>), ClusterError> {
    let parts = Parts::of(url)?;
    let config: tokio_postgres::Config = url.parse()?;
    let user = config.get_user().map_or_else(String::new, |user| encode(user.as_bytes()) + "@");
    let database = encode(config.get_dbname().unwrap_or_default().as_bytes());
    let address = format!("{}://{user}{}/{database}{}", parts.scheme, parts.hosts, parts.options);
    Ok((address, config.get_password().map(<[u8]>::to_vec)))
}

struct Parts<'a> {
    scheme: &'a str,
    /// With its `@`, or empty.
    user: &'a str,
    hosts: &'a str,
    /// With its `?`; without the options that name user, password or database, which would win over ours.
    options: String,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Result<Self, ClusterError> {
        let (scheme, rest) = url.split_once("://").ok_or(ClusterError::Address)?;
        if !matches!(scheme, "postgresql" | "postgres") {
            return Err(ClusterError::Address);
        }
        let (front, options) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = front.split_once('/').map_or(front, |(authority, _)| authority);
        let (user, hosts) = authority.rfind('@').map_or(("", authority), |at| authority.split_at(at + 1));
        let ours = ["user=", "password=", "dbname="];
        let kept: Vec<&str> = options
            .split('&')
            .filter(|option| !option.is_empty() && !ours.iter().any(|name| option.starts_with(name)))
            .collect();
        let options = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        Ok(Self { scheme, user, hosts, options })
    }
}

fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(char::from(*byte)),
            // Writing to a string cannot fail.
            other => drop(write!(text, "%{other:02X}")),
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_becomes_an_address_that_the_driver_reads_back() {
        let url = on_socket(Path::new("/srv/省 data/run"), "u", "p", "d-1");
        let config: tokio_postgres::Config = url.parse().unwrap();
        let host = tokio_postgres::config::Host::Unix("/srv/省 data/run".into());
        assert_eq!(config.get_hosts(), [host]);
        assert_eq!(config.get_dbname(), Some("d-1"));
    }

    #[test]
    fn user_and_database_are_replaced_and_the_rest_stays() {
        let url = "postgres://su:a%40b@db1:5433,db2/old?connect_timeout=3&user=x&dbname=y";
        assert_eq!(with_user(url, "app", "pw", "new").unwrap(), "postgres://app:pw@db1:5433,db2/new?connect_timeout=3");
        assert_eq!(with_database(url, "new").unwrap(), "postgres://su:a%40b@db1:5433,db2/new?connect_timeout=3");
        assert_eq!(
            with_user("postgresql:///old?host=/run/pg", "app", "pw", "new").unwrap(),
            "postgresql://app:pw@/new?host=/run/pg"
        );
    }

    #[test]
    fn the_password_is_taken_out_wherever_it_stands() {
        let (address, password) = split_password("postgres://su:a%40b@db1:5433/d?connect_timeout=3").unwrap();
        assert_eq!(
            (address.as_str(), password.unwrap().as_slice()),
            ("postgres://su@db1:5433/d?connect_timeout=3", b"a@b".as_slice())
        );
        let (address, password) = split_password("postgresql:///d?host=/run/pg&user=x%20y&password=p").unwrap();
        assert_eq!(
            (address.as_str(), password.unwrap().as_slice()),
            ("postgresql://x%20y@/d?host=/run/pg", b"p".as_slice())
        );
        assert_eq!(split_password("postgresql://u@h/d").unwrap(), ("postgresql://u@h/d".to_owned(), None));
    }

    #[test]
    fn another_form_of_address_is_refused() {
        assert!(matches!(with_database("host=/tmp user=x", "d"), Err(ClusterError::Address)));
        assert!(matches!(with_database("mysql://u@h/d", "d"), Err(ClusterError::Address)));
    }
}
