//! Where a sign-in leads.

/// Where a browser may be sent after signing in: a page of ours and nowhere else.
pub(super) fn own_path(to: &str) -> &str {
    // Browsers read a backslash as a slash and drop tabs and line ends, so `/\evil` is another site.
    let own = to.starts_with('/') && !to.starts_with("//") && to.bytes().all(|b| b > b' ' && b < 0x7f && b != b'\\');
    if own && to.len() <= 4096 && !to.starts_with("/api/") && !to.starts_with("/sign-in/") {
        to
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(own_path("/c/local/tables?q=1#x"), "/c/local/tables?q=1#x");
        for evil in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "evil",
            "",
            "/\t/evil.example",
            "/a\nb",
            "/api/session",
            "/sign-in/oidc",
        ] {
            assert_eq!(own_path(evil), "/", "{evil:?}");
        }
    }
}
