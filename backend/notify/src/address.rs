//! Where the hook may call. An address that an administrator types must not become a way into the house:
//! `http` and `https` alone, no user name in it, and no loopback, private, link-local or metadata address,
//! unless the operator's configuration allows the house's own.
//!
//! Invariant: the name is resolved once for a call, and the call goes to the very addresses that were vetted.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// Which addresses the hook may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses alone.
    Public,
    /// Those of the house as well: a carrier's appliance in the same network.
    Private,
}

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("it cannot be read as an address")]
    Unreadable,
    #[error("only http and https are called")]
    Scheme,
    #[error("it carries a user name or a password")]
    UserInfo,
    #[error("it leads into the house")]
    Private,
}

impl AddressError {
    /// Stable; the sentence is the client's.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "url.unreadable",
            Self::Scheme => "url.scheme",
            Self::UserInfo => "url.user_info",
            Self::Private => "url.private",
        }
    }
}

impl Reach {
    /// Whether an address may be called.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            // Whatever the configuration says, nobody's carrier is a multicast group or the host's metadata.
            Self::Private => !address.is_unspecified() && !address.is_multicast() && !is_link_local(address),
        }
    }
}

/// Read an address, and refuse what can be refused before its name is resolved.
pub fn read(text: &str, reach: Reach) -> Result<Url, AddressError> {
    // Reading also turns `0x7f.1`, `2130706433` and `0177.0.0.1` into the address that they mean.
    let url = Url::parse(text).map_err(|_| AddressError::Unreadable)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    let host = url.host_str().ok_or(AddressError::Unreadable)?;
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match literal {
        Ok(address) if !reach.allows(address) => Err(AddressError::Private),
        Ok(_) => Ok(url),
        Err(_) if reach == Reach::Public && is_house_name(host) => Err(AddressError::Private),
        Err(_) => Ok(url),
    }
}

/// Names that never leave the machine or the house.
fn is_house_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || [".localhost", ".local", ".internal"].iter().any(|tail| host.ends_with(tail))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => inner.is_link_local(),
            None => address.is_unicast_link_local(),
        },
    }
}

/// IANA's special-purpose registry: what is not globally reachable.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match a {
        0 | 10 | 127 => true,
        // Shared address space of carriers; some clouds keep their metadata there.
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99),
        198 => b == 18 || b == 19 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        _ => a >= 224,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = embedded_v4(address) {
        return is_public_v4(inner);
    }
    let [a, b, ..] = address.segments();
    // Global unicast is 2000::/3; within it, protocol assignments and documentation are not.
    (0x2000..0x4000).contains(&a) && !(a == 0x2001 && (b < 0x200 || b == 0xdb8)) && !(a == 0x3fff && b < 0x1000)
}

/// The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    if s[..5] == [0; 5] && (s[5] == 0xffff || s[5] == 0) {
        return Some(join(s[6], s[7]));
    }
    if s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return Some(join(s[6], s[7]));
    }
    (s[0] == 0x2002).then(|| join(s[1], s[2]))
}

/// Resolves a name once and hands out its addresses only if each of them may be called.
#[derive(Clone, Copy, Debug)]
pub struct VettedNames(pub Reach);

impl Resolve for VettedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !reach.allows(address.ip())) {
                return Err(Box::new(AddressError::Private) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The client for hooks: no redirect, no proxy, no connection that is used twice, no repetition of its own,
/// so that an error in connecting always means that nothing was sent.
pub fn client(reach: Reach, patience: std::time::Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .dns_resolver(Arc::new(VettedNames(reach)))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .http1_only()
        .pool_max_idle_per_host(0)
        .connect_timeout(patience.min(std::time::Duration::from_secs(5)))
        .timeout(patience)
        .user_agent("fupin")
        .build()
}

#[cfg(test)]
mod tests {
    use super::{AddressError, Reach, client, read};

    const LEADING_IN: [&str; 44] = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1:8080/x",
        "http://127.0.0.1./",
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://①②⑦.0.0.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://10.255.255.255/",
        "http://100.64.0.1/",
        "http://100.100.100.200/latest/meta-data/",
        "http://169.254.169.254/latest/meta-data/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://192.0.0.1/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://203.0.113.9/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[ff02::1]/",
        "http://[2001:db8::1]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://db.internal/",
    ];

    #[test]
    fn addresses_of_the_house_are_refused_however_they_are_written() {
        for text in LEADING_IN {
            let refused = read(text, Reach::Public);
            assert!(matches!(refused, Err(AddressError::Private | AddressError::Unreadable)), "{text}: {refused:?}");
        }
    }

    #[test]
    fn other_schemes_and_user_names_are_refused() {
        for text in
            ["file:///etc/passwd", "gopher://1.2.3.4/", "ftp://1.2.3.4/", "unix:/run/x", "data:,x", "javascript:1"]
        {
            assert_eq!(read(text, Reach::Private), Err(AddressError::Scheme), "{text}");
        }
        for text in ["http://a@8.8.8.8/", "http://a:b@8.8.8.8/", "https://:b@8.8.8.8/"] {
            assert_eq!(read(text, Reach::Private), Err(AddressError::UserInfo), "{text}");
        }
        for text in ["", "8.8.8.8", "//8.8.8.8/", "http://", "http://[::1", "http://a b/", "http://999.1.1.1/"] {
            assert_eq!(read(text, Reach::Private), Err(AddressError::Unreadable), "{text}");
        }
    }

    #[test]
    fn carriers_are_reached_and_the_house_only_when_allowed() {
        for text in ["https://sms.example.cn/v1/send", "http://8.8.8.8:8080/", "https://[2400:3200::1]/"] {
            assert!(read(text, Reach::Public).is_ok(), "{text}");
        }
        assert!(read("http://127.0.0.1:9000/", Reach::Private).is_ok());
        assert!(read("http://10.1.2.3/", Reach::Private).is_ok());
        for text in ["http://169.254.169.254/", "http://[fe80::1]/", "http://0.0.0.0/", "http://224.0.0.1/"] {
            assert_eq!(read(text, Reach::Private), Err(AddressError::Private), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_into_the_house_is_not_called() {
        // A name that every machine resolves to loopback, past the check of names.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let seconds = std::time::Duration::from_secs(2);
        let refused = client(Reach::Public, seconds).unwrap().get(&url).send().await.unwrap_err();
        assert!(refused.is_connect(), "{refused:?}");
        let knock = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
        assert!(knock.is_err(), "the house was called");
    }
}
