//! The chosen rows as text: on the clipboard, or in a file.

use dynadesk_shared::api::exported::{ExportTo, ItemsExported, MOST_PAGE};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::View;
use super::{BATCH, Ended, left_out};
use crate::api;
use crate::components::download::download_pieces;
use crate::format;
use crate::format::rows::{self, RowForm, RowWriter};
use crate::ui::copy_button::copy_text;

/// More rows than this are for a file: no program pastes them well.
const MOST_COPIED: usize = 20_000;

fn column_names(view: View) -> Vec<String> {
    let names = view
        .scan
        .columns
        .try_with_untracked(|columns| columns.all().iter().map(|column| column.name.clone()).collect());
    names.unwrap_or_default()
}

/// What leaves is written down first; where it cannot be, nothing leaves.
async fn note(view: View, form: RowForm, to: ExportTo, items: usize) -> Result<(), Ended> {
    let (connection, table) = view.scan.table().ok_or(Ended::Left)?;
    let asked = ItemsExported {
        form: form.noted(),
        to,
        items: items as u64,
        page: view.navigation.here().chars().take(MOST_PAGE).collect(),
    };
    Ok(api::items::exported(&connection, &table, &asked).await?)
}

/// Puts the chosen rows on the clipboard.
pub fn copy_rows(view: View, form: RowForm) {
    let (toasts, chosen, count) = (view.toasts, view.chosen, view.chosen.count());
    if count == 0 {
        return toasts.note("No row is selected");
    }
    if count > MOST_COPIED {
        let most = format::count(MOST_COPIED as u64);
        return toasts.note(format!(
            "More than {most} rows are too many for the clipboard: export them to a file"
        ));
    }
    if !chosen.begin("Copying", count) {
        return;
    }
    let spots = chosen.pin(view.scan);
    spawn_local(async move {
        let mut items = Vec::with_capacity(count);
        for batch in spots.chunks(BATCH) {
            match view.scan.gather(batch).await {
                Ok(found) => items.extend(found.into_iter().flatten()),
                Err(ended) => {
                    chosen.end();
                    return ended.say(view, "The rows were not copied", "nothing was copied");
                }
            }
        }
        // One row is what anybody who reads it could write down.
        if items.len() > 1
            && let Err(ended) = note(view, form, ExportTo::Clipboard, items.len()).await
        {
            chosen.end();
            return ended.say(view, "The rows were not copied", "nothing was copied");
        }
        let done = copy_text(&rows::copied(form, &items, column_names(view))).await;
        chosen.end();
        if done {
            let rows = format::counted(items.len() as u64, "row", "rows");
            let lost = left_out(count - items.len());
            toasts.done(format!("{rows} copied as {}{lost}", form.label(false)));
        } else {
            toasts.note("The browser did not allow copying");
        }
    });
}

/// Saves the chosen rows as a file.
pub fn export_rows(view: View, form: RowForm, table: &str) {
    let (toasts, chosen, count) = (view.toasts, view.chosen, view.chosen.count());
    if count == 0 {
        return toasts.note("No row is selected");
    }
    if !chosen.begin("Exporting", count) {
        return;
    }
    let name = format!("{table}.{}", form.extension());
    let spots = chosen.pin(view.scan);
    spawn_local(async move {
        let mut writer = RowWriter::new(form, column_names(view));
        let (mut taken, mut written) = (0, 0);
        for batch in spots.chunks(BATCH) {
            taken += batch.len();
            match view.scan.gather(batch).await {
                Ok(found) => {
                    written += found.iter().flatten().count();
                    writer.take(found.iter().flatten());
                }
                Err(ended) => {
                    chosen.end();
                    return ended.say(view, "No file was saved", "no file was saved");
                }
            }
            if !chosen.went_on(taken).await {
                chosen.end();
                return toasts.note("The export was stopped and no file was saved");
            }
        }
        let noted = note(view, form, ExportTo::File, written).await;
        chosen.end();
        if let Err(ended) = noted {
            return ended.say(view, "No file was saved", "no file was saved");
        }
        let pieces = writer.finish();
        download_pieces(&name, pieces.iter().map(String::as_str));
        let done = format!("{} exported to {name}", format::counted(written as u64, "row", "rows"));
        // Their pages were fetched again, and held other rows by then.
        toasts.done(format!("{done}{}", left_out(count - written)));
    });
}
