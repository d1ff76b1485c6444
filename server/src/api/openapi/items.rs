//! Items, PartiQL and seeds.

use dynadesk_shared::api::exported::ItemsExported;
use dynadesk_shared::api::items::{ItemGet, ItemView, ItemsPage, QueryRequest, ScanRequest};
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::partiql::{PartiQlResult, PartiQlRun};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::{SeedPlan, SeedRequest};
use dynadesk_shared::api::writes::{ItemsWrite, ItemsWritten};

use super::Description;

pub fn describe(api: &mut Description) {
    api.add("post", paths::ITEMS_SCAN, "scan", "A page of a scan")
        .takes::<ScanRequest>()
        .answers::<ItemsPage>();
    api.add("post", paths::ITEMS_QUERY, "query", "A page of a query")
        .takes::<QueryRequest>()
        .answers::<ItemsPage>();
    api.add("post", paths::ITEMS_GET, "item", "One item by its key")
        .takes::<ItemGet>()
        .answers::<ItemView>();
    api.add(
        "post",
        paths::ITEMS_WRITE,
        "write_items",
        "Changes items that are as they were seen",
    )
    .takes::<ItemsWrite>()
    .answers::<ItemsWritten>();
    api.add(
        "post",
        paths::ITEMS_EXPORTED,
        "note_export",
        "Writes down what a browser makes a file of",
    )
    .takes::<ItemsExported>()
    .answers::<()>();
    api.add("post", paths::PARTIQL, "partiql", "Runs PartiQL statements")
        .takes::<PartiQlRun>()
        .answers::<PartiQlResult>();
    api.add("post", paths::SEED_PLAN, "plan_seed", "What a seed would write")
        .takes::<SeedRequest>()
        .answers::<SeedPlan>();
    api.add("post", paths::SEED, "seed", "Writes what a plan showed")
        .takes::<SeedRequest>()
        .begins::<JobView>();
}
