//! A run in words, and the link to where it is shown.

use dynadesk_shared::api::history::Run;

use crate::nav;

/// Longer titles are cut: a menu is no place to read a statement of 8 KB.
const MOST: usize = 80;

/// What a run is called where it has no name, in one line.
pub fn run_title(run: &Run) -> String {
    let text = match run {
        Run::Items { table, title, .. } => format!("{table}: {title}"),
        Run::PartiQl { text, .. } => text.clone(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The page that shows a run.
pub fn run_href(connection: &str, run: &Run) -> String {
    match run {
        Run::Items { table, query, .. } if query.is_empty() => nav::items(connection, table),
        Run::Items { table, query, .. } => format!("{}?{query}", nav::items(connection, table)),
        Run::PartiQl { text, parameters } => nav::partiql_of(connection, text, parameters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_a_title_of_one_line_and_a_link() {
        let items = Run::Items {
            table: "orders".to_owned(),
            query: "pk=S%3Aa".to_owned(),
            title: "Query pk = \"a\"".to_owned(),
        };
        assert_eq!(run_title(&items), "orders: Query pk = \"a\"");
        assert_eq!(run_href("local", &items), "/c/local/tables/orders/items?pk=S%3Aa");
        let long = Run::PartiQl {
            text: format!("SELECT *\n  FROM \"orders\" {}", "é".repeat(200)),
            parameters: Vec::new(),
        };
        let title = run_title(&long);
        assert!(run_href("local", &long).starts_with("/c/local/partiql?q=SELECT%20"));
        assert!(title.starts_with("SELECT * FROM \"orders\" é") && title.ends_with("é…"), "{title}");
    }
}
