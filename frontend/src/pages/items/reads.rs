//! What the rows hold of their items: all, what the projection names, or what the index holds.

use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::projection::Projection;

use super::builder::draft::find;
use super::query::Asked;

/// Nothing where rows hold whole items.
pub fn reads(asked: &Asked, table: &TableView) -> Option<Projection> {
    if !asked.projection.is_empty() {
        return Some(Projection::of_paths(&asked.projection));
    }
    let index = find(table, asked.index.as_deref()?).filter(|index| index.projection != "ALL")?;
    let keys = table
        .key
        .attributes()
        .chain(index.key.attributes())
        .map(|attribute| &attribute.name);
    Some(Projection::of_names(keys.chain(&index.projected)))
}

#[cfg(test)]
mod tests {
    use super::super::builder::plan::tests::table;
    use super::*;

    #[test]
    fn an_index_holds_its_keys_and_what_it_projects() {
        let mut table = table();
        let of = |index: Option<&str>, projection: &[&str]| Asked {
            index: index.map(str::to_owned),
            projection: projection.iter().map(ToString::to_string).collect(),
            ..Asked::default()
        };
        assert_eq!(reads(&of(None, &[]), &table), None);
        assert_eq!(reads(&of(Some("by-kind"), &[]), &table), None);
        table.indexes[0].projection = "INCLUDE".into();
        table.indexes[0].projected = vec!["note".into()];
        let held = reads(&of(Some("by-kind"), &[]), &table).expect("a part");
        assert_eq!(
            ["pk", "sk", "kind", "note", "text"].map(|name| held.reads(name)),
            [true, true, true, true, false]
        );
        let asked = reads(&of(None, &["pk", "a.b"]), &table).expect("a part");
        assert_eq!(["pk", "a", "b"].map(|name| asked.reads(name)), [true, true, false]);
    }
}
