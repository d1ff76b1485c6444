//! The audit log as a file: CSV for a spreadsheet, or JSON Lines as it is kept.

use dynadesk_shared::api::audit::{AuditFormat, AuditRequest, AuditRow};
use dynadesk_shared::identity::csv;
use futures_util::stream::{self, Stream};

use super::Audit;
use crate::error::{Error, Result};

const COLUMNS: [&str; 21] = [
    "at",
    "who",
    "way",
    "from",
    "kind",
    "operation",
    "result",
    "status",
    "code",
    "connection",
    "table",
    "keys",
    "writes",
    "group",
    "detail",
    "job",
    "request",
    "left out",
    "server",
    "seq",
    "hash",
];

/// What the file is called.
pub fn name(format: AuditFormat) -> &'static str {
    match format {
        AuditFormat::Csv => "audit-log.csv",
        AuditFormat::Jsonl => "audit-log.jsonl",
    }
}

/// Everything that is asked for, the newest first, read page by page as the browser takes it.
pub fn lines(audit: Audit, asked: AuditRequest) -> impl Stream<Item = Result<String>> {
    let format = asked.format.unwrap_or_default();
    let first = AuditRequest { after: None, ..asked };
    let pages = stream::try_unfold(Some(first), move |asked| {
        let audit = audit.clone();
        async move {
            let Some(asked) = asked else { return Ok::<_, Error>(None) };
            let page = audit.page(&asked).await?;
            let text: String = page.rows.iter().map(|row| line(row, format)).collect();
            let next = page.next.map(|next| AuditRequest {
                after: Some(next),
                ..asked
            });
            Ok(Some((text, next)))
        }
    });
    let head = match format {
        AuditFormat::Csv => csv::line(&COLUMNS),
        AuditFormat::Jsonl => String::new(),
    };
    futures_util::StreamExt::chain(stream::iter([Ok(head)]), pages)
}

fn line(row: &AuditRow, format: AuditFormat) -> String {
    match format {
        AuditFormat::Jsonl => format!("{}\n", serde_json::to_string(row).unwrap_or_default()),
        AuditFormat::Csv => of_csv(row),
    }
}

fn of_csv(row: &AuditRow) -> String {
    let entry = &row.entry;
    let keys: Vec<_> = entry.items.iter().map(|item| &item.key).collect();
    let keys = if keys.is_empty() {
        String::new()
    } else {
        serde_json::to_string(&keys).unwrap_or_default()
    };
    let writes: Vec<_> = entry.items.iter().filter_map(|item| item.write.as_deref()).collect();
    let way = entry.way.map(|way| format!("{way:?}").to_lowercase()).unwrap_or_default();
    let (status, left_out, seq) = (entry.status.to_string(), entry.left_out.to_string(), entry.seq.to_string());
    csv::line(&[
        &entry.at,
        &entry.who,
        &way,
        &entry.from,
        entry.kind.word(),
        &entry.operation,
        entry.result.word(),
        &status,
        &entry.code,
        &entry.connection,
        &entry.table,
        &keys,
        &writes.join(" "),
        &entry.group,
        &entry.detail,
        &entry.job,
        &entry.request,
        &left_out,
        &entry.server,
        &seq,
        &row.hash,
    ])
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::api::audit::AuditKind;

    use super::*;

    #[test]
    fn a_formula_in_a_name_stays_text_and_columns_are_as_many_as_fields() {
        let mut entry = Audit::entry(AuditKind::SignIn, "sign_in", None);
        entry.who = "=HYPERLINK(\"x\")\r\nevil".to_owned();
        let row = AuditRow {
            entry,
            hash: "00".to_owned(),
        };
        let text = of_csv(&row);
        assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")"), "{text}");
        let without = text.replace("\"\"x\"\"", "x");
        assert_eq!(without.matches("\",\"").count() + 1, COLUMNS.len());
        assert_eq!(line(&row, AuditFormat::Jsonl).lines().count(), 1);
    }
}
