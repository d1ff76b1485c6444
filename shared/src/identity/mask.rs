//! Email addresses that are there to be told apart, and not to be read over a shoulder.

/// The first character and the domain's last part: `a•••@•••.org`.
pub fn email(text: &str) -> String {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return if text.is_empty() { String::new() } else { "•••".to_owned() };
    };
    let first: String = local.chars().take(1).collect();
    let end = domain.rsplit_once('.').map_or("", |(_, end)| end);
    let dot = if end.is_empty() { "" } else { "." };
    format!("{first}•••@•••{dot}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_its_ends_only() {
        assert_eq!(email("ada@example.org"), "a•••@•••.org");
        assert_eq!(email("😀x@localhost"), "😀•••@•••");
        assert_eq!(email("no address"), "•••");
        assert_eq!(email(""), "");
    }
}
