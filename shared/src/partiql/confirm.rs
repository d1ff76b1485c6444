//! The name that has to be typed before statements delete anything on production.

use super::{Kind, Statement};

/// Nothing where nothing is deleted; the table that items are deleted from, or the connection where it is several.
pub fn name_to_type<'a>(connection: &str, statements: impl IntoIterator<Item = &'a Statement>) -> Option<String> {
    let mut deletes = statements.into_iter().filter(|one| one.kind() == Kind::Delete);
    let first = &deletes.next()?.target().table;
    let name = match deletes.all(|one| one.target().table == *first) {
        true => first.as_str(),
        false => connection,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::statement;
    use super::*;

    fn name(texts: &[&str]) -> Option<String> {
        let read: Vec<Statement> = texts.iter().map(|text| statement(text).expect("a statement")).collect();
        name_to_type("prod", &read)
    }

    #[test]
    fn what_deletes_goes_by_name() {
        assert_eq!(name(&["SELECT * FROM a", "UPDATE a SET n = 1 WHERE pk = 'x'"]), None);
        let one = "DELETE FROM \"Orders\" WHERE pk = 'x'";
        assert_eq!(name(&["UPDATE b SET n = 1 WHERE pk = 'x'", one]).as_deref(), Some("Orders"));
        assert_eq!(name(&[one, "delete from Orders where pk = 'y'"]).as_deref(), Some("Orders"));
        assert_eq!(name(&[one, "DELETE FROM b WHERE pk = 'y'"]).as_deref(), Some("prod"));
    }
}
