//! What is asked for, whether it is watched, and the way to a file.

use dynadesk_shared::api::audit::{AuditFormat, AuditKind, AuditRequest, AuditResult, AuditRow};
use leptos::prelude::*;

use super::place::Place;
use super::verify::Verifying;
use super::words;
use crate::api;
use crate::components::reconnecting::{Reconnecting, Standing};
use crate::state::{Pager, use_connections};
use crate::ui::{Button, Choice, Icon, IconName, Select, Switch, TextInput};

#[component]
pub fn Bar(place: Memo<Place>, go: Callback<Place>, pager: Pager<AuditRow>, standing: Standing) -> impl IntoView {
    let set = move |change: &dyn Fn(&mut AuditRequest)| {
        let mut wanted = place.get_untracked();
        change(&mut wanted.asked);
        wanted.entry = None;
        go.run(wanted);
    };
    let value =
        move |read: fn(&AuditRequest) -> Option<String>| Signal::derive(move || place.with(|place| read(&place.asked)).unwrap_or_default());
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let connections = Signal::derive(move || {
        let mut names: Vec<String> = use_connections().all().into_iter().map(|connection| connection.name).collect();
        // One that is configured no more still has entries.
        names.extend(place.with(|place| place.asked.connection.clone()));
        names.sort();
        names.dedup();
        let all = names.into_iter().map(|name| Choice::new(name.clone(), name));
        std::iter::once(Choice::new("", "All connections")).chain(all).collect::<Vec<_>>()
    });
    let kinds = AuditKind::ALL.iter().map(|kind| Choice::new(kind.word(), words::kind(*kind)));
    let kinds: Vec<_> = std::iter::once(Choice::new("", "All kinds")).chain(kinds).collect();
    let results = AuditResult::ALL
        .iter()
        .map(|result| Choice::new(result.word(), words::result(*result).0));
    let results: Vec<_> = std::iter::once(Choice::new("", "All results")).chain(results).collect();
    view! {
        <div class="page-bar audit-bar">
            <TextInput
                label="Who"
                placeholder="Who"
                kind="search"
                icon=IconName::User
                value=value(|asked| asked.who.clone())
                on_input=move |text: String| set(&|asked| asked.who = some(text.clone()))
            />
            <TextInput
                label="Table"
                placeholder="Table"
                kind="search"
                icon=IconName::Table
                value=value(|asked| asked.table.clone())
                on_input=move |text: String| set(&|asked| asked.table = some(text.clone()))
            />
            <Select
                label="Connection"
                value=value(|asked| asked.connection.clone())
                choices=connections
                on_change=move |text: String| set(&|asked| asked.connection = some(text.clone()))
            />
            <Select
                label="Kind"
                value=value(|asked| asked.kind.map(|kind| kind.word().to_owned()))
                choices=kinds
                on_change=move |text: String| set(&|asked| asked.kind = AuditKind::ALL.into_iter().find(|kind| kind.word() == text))
            />
            <Select
                label="Result"
                value=value(|asked| asked.result.map(|result| result.word().to_owned()))
                choices=results
                on_change=move |text: String| {
                    set(&|asked| asked.result = AuditResult::ALL.into_iter().find(|result| result.word() == text))
                }
            />
            <Switch
                label="Live"
                on=Signal::derive(move || place.with(|place| place.live))
                on_change=move |live: bool| go.run(Place { live, ..place.get_untracked() })
            />
            <Reconnecting standing />
            <Button icon=IconName::Refresh busy=pager.busy on_press=move |()| pager.reload()>"Refresh"</Button>
        </div>
    }
}

/// What stands beside the title: files of what is asked for, and whether anything was changed.
#[component]
pub fn Files(asked: Memo<AuditRequest>, verifying: Verifying) -> impl IntoView {
    let link = move |label: &'static str, format: AuditFormat, name: &'static str| {
        view! {
            <a class="ui-button is-secondary" href=move || api::audit::export_href(asked.get(), format) download=name>
                <Icon name=IconName::Download />
                {label}
            </a>
        }
    };
    view! {
        {link("CSV", AuditFormat::Csv, "audit-log.csv")}
        {link("JSON Lines", AuditFormat::Jsonl, "audit-log.jsonl")}
        <Button icon=IconName::Shield busy=verifying.remote.busy() on_press=move |()| verifying.ask()>"Verify"</Button>
    }
}
