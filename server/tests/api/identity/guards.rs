//! What keeps an update or its undo from writing what nobody meant.

use dynadesk_server::config::{Place, StoreConfig};
use dynadesk_shared::api::identity::{SyncOutcome, SyncReport, SyncState};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::plan::PlanKind;

use super::sides::Sides;
use super::{add, count, planned};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_a_fixed_length_are_kept_whole() {
    let sides = Sides::of(&["ada"]).await;
    sides.run("ALTER TABLE public.users ALTER cognito_user_id TYPE char(36)").await;
    let report = sides.updated().await;
    assert_eq!(
        (report.summary.state, &report.rows[0].outcome),
        (SyncState::Done, &SyncOutcome::Written)
    );
    assert_eq!(sides.first().await, "sub-ada");
    assert_eq!(sides.undone(&report).await.summary.state, SyncState::Done);
    assert_eq!(sides.first().await, MOCK);

    // One that does not fit is refused by name, and nothing is cut.
    sides.run("ALTER TABLE public.users ALTER cognito_user_id TYPE varchar(5)").await;
    sides.refused(409, "database_refused").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_plan_is_made_anew() {
    let sides = Sides::of(&["ada"]).await;
    let now = 1_800_000_000_000_000;
    sides.app.state.clock.set(now);
    let old = sides.whole().await;
    sides.app.state.clock.set(now + 16 * 60 * 1_000_000);
    let refused = sides.app.post(paths::IDENTITY_SYNCS, &old).await.refused(409, "plan_outdated");
    assert!(refused.message.contains("15 minutes"), "{}", refused.message);
    assert_eq!(sides.first().await, MOCK);
    assert_eq!(sides.updated().await.summary.state, SyncState::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_gives_no_id_that_somebody_else_has_by_now() {
    let sides = Sides::of(&["ada"]).await;
    sides.run("UPDATE public.users SET cognito_user_id = 'old-ada'").await;
    let report = sides.updated().await;
    add(&sides.pool, "bo", "Bo", "old-ada").await;
    let undone = sides.undone(&report).await;
    assert_eq!(
        (undone.summary.state, &undone.rows[0].outcome),
        (SyncState::Nothing, &SyncOutcome::Shared)
    );
    assert_eq!(sides.first().await, "sub-ada");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_without_a_way_back() {
    let sides = Sides::with(&["ada"], |config| {
        let mut archive = config.connections[0].clone();
        archive.name = "archive".to_owned();
        archive.read_only = true;
        archive.place = Place::Embedded { file: None };
        config.connections.push(archive);
        config.store = Some(StoreConfig {
            connection: "archive".to_owned(),
            table: "dynadesk".to_owned(),
        });
    })
    .await;
    sides.refused(503, "store_unavailable").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_are_about_to_write_is_waited_for_and_then_refused() {
    let sides = Sides::with(&["ada"], |config| {
        config.identity.database.as_mut().unwrap().statement_timeout_seconds = 1;
    })
    .await;
    // Nobody sees this row yet, and after an update that did not look for it two rows would have one sub.
    let mut others = sides.pool.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) VALUES (gen_random_uuid(), '', 'ada', '', 'sub-ada')",
    )
    .execute(&mut *others)
    .await
    .unwrap();
    let refused = sides.refused(409, "database_busy").await;
    assert!(refused.message.contains("somebody else is writing"), "{}", refused.message);
    others.commit().await.unwrap();
    // By now it is there, and what is planned is planned with it.
    let plan = planned(&sides.app).await;
    assert_eq!((count(&plan, PlanKind::WillChange), count(&plan, PlanKind::Ambiguous)), (0, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_that_is_not_enough_is_named() {
    let sides = Sides::of(&["ada"]).await;
    for statement in [
        "CREATE ROLE clerk LOGIN PASSWORD 'clerk'",
        "GRANT SELECT, UPDATE (cognito_user_id) ON public.users TO clerk",
    ] {
        sides.run(statement).await;
    }
    let clerk = TestApp::with(|config| {
        sides.cognito.connect(config);
        sides.postgres.connect_as("clerk", "clerk", config);
    })
    .await;
    let sides = Sides { app: clerk, ..sides };
    let refused = sides.refused(403, "database_denied").await;
    assert!(
        refused.message.contains("GRANT UPDATE ON \"public\".\"users\""),
        "{}",
        refused.message
    );
    sides.run("GRANT UPDATE ON public.users TO clerk").await;
    assert_eq!(sides.updated().await.summary.state, SyncState::Done);
    assert_eq!(sides.first().await, "sub-ada");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_change_places_do_so_under_a_unique_index() {
    let sides = Sides::of(&["ada", "bo", "cy", "di"]).await;
    sides.run("ALTER TABLE public.users ALTER cognito_user_id TYPE char(36)").await;
    // Two have each other's, and the third has what the fourth is to get.
    sides
        .run(
            "UPDATE public.users SET cognito_user_id = CASE handle WHEN 'ada' THEN 'sub-bo' WHEN 'bo' THEN 'sub-ada' \
             WHEN 'cy' THEN 'sub-di' ELSE 'sub-old' END",
        )
        .await;
    sides.run("CREATE UNIQUE INDEX ON public.users (cognito_user_id)").await;
    let before = sides.ids().await;
    let report = sides.updated().await;
    assert_eq!((report.summary.state, report.rows.len()), (SyncState::Done, 4));
    let right = |(handle, id): &(String, String)| *id == format!("sub-{handle}");
    assert!(sides.ids().await.iter().all(right), "{:?}", sides.ids().await);
    assert_eq!(sides.undone(&report).await.summary.state, SyncState::Done);
    assert_eq!(sides.ids().await, before, "and back again");

    // A row of the circle that somebody else changed keeps all of them as they are.
    let plan = sides.whole().await;
    sides
        .run("UPDATE public.users SET cognito_user_id = 'other' WHERE handle = 'bo'")
        .await;
    let now = sides.ids().await;
    let report: SyncReport = sides.app.post(paths::IDENTITY_SYNCS, &plan).await.json();
    assert_eq!(report.summary.state, SyncState::Nothing);
    let of_bo = report.rows.iter().find(|row| row.handle == "bo").unwrap();
    assert!(matches!(&of_bo.outcome, SyncOutcome::Changed { cognito_user_id: Some(id), .. } if id == "other"));
    assert_eq!(sides.ids().await, now);
}
