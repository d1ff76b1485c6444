//! Addresses and networks whose word is taken.

use ipnet::IpNet;

use crate::config::ConfigError;

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let one = text.parse::<std::net::IpAddr>().map(IpNet::from);
    one.or_else(|_| text.parse())
        .map_err(|_| format!("{text:?} is no address and no network such as 10.0.0.0/8"))
}

pub(super) fn networks(texts: &[String], flag: &str) -> Result<Vec<IpNet>, ConfigError> {
    let all = texts.iter().map(|text| network(text.trim()));
    all.collect::<Result<_, _>>().map_err(|why| ConfigError(format!("{flag}: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_a_network() {
        assert_eq!(network("10.1.2.3").map(|net| net.to_string()), Ok("10.1.2.3/32".to_owned()));
        assert!(network("10.0.0.0/8").is_ok() && network("fd00::/8").is_ok());
        assert!(network("somewhere").is_err());
    }
}
