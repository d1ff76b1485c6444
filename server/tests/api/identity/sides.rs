//! Both sides with a few people in them, and a Dynadesk that knows them.

use std::sync::Arc;

use dynadesk_server::config::Config;
use dynadesk_shared::api::error::ErrorBody;
use dynadesk_shared::api::identity::{Choice, SyncReport, SyncRequest};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::identity::MOCK;
use serde_json::json;
use sqlx::postgres::PgPool;

use super::{add, ids, planned, pool_user, synced};
use crate::support::TestApp;
use crate::support::cognito::Cognito;
use crate::support::postgres::Postgres;

pub struct Sides {
    pub postgres: Postgres,
    pub pool: PgPool,
    pub cognito: Arc<Cognito>,
    pub app: TestApp,
}

impl Sides {
    /// A row that was never synchronised and a user of the pool for each handle.
    pub async fn of(handles: &[&str]) -> Self {
        Self::with(handles, |_| {}).await
    }

    pub async fn with(handles: &[&str], change: impl FnOnce(&mut Config)) -> Self {
        let postgres = Postgres::start().await;
        let pool = postgres.pool().await;
        for handle in handles {
            add(&pool, handle, handle, MOCK).await;
        }
        let cognito = Cognito::start(handles.iter().map(|handle| pool_user(handle)).collect()).await;
        let app = TestApp::with(|config| {
            postgres.connect(config);
            cognito.connect(config);
            change(config);
        })
        .await;
        Self {
            postgres,
            pool,
            cognito,
            app,
        }
    }

    pub async fn run(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.pool).await.unwrap();
    }

    /// Every row's id, by handle.
    pub async fn ids(&self) -> Vec<(String, String)> {
        ids(&self.pool).await
    }

    /// The id of the first handle.
    pub async fn first(&self) -> String {
        self.ids().await.swap_remove(0).1.trim_end().to_owned()
    }

    /// What updates everything that a new plan would change.
    pub async fn whole(&self) -> SyncRequest {
        SyncRequest {
            plan: planned(&self.app).await.id,
            choice: Choice::Except(Vec::new()),
            confirm: None,
        }
    }

    /// Plans and updates everything.
    pub async fn updated(&self) -> SyncReport {
        synced(&self.app, &planned(&self.app).await, Choice::Except(Vec::new())).await
    }

    /// Plans and is refused, with nothing written.
    pub async fn refused(&self, status: u16, code: &str) -> ErrorBody {
        let before = self.ids().await;
        let request = self.whole().await;
        let refused = self.app.post(paths::IDENTITY_SYNCS, &request).await.refused(status, code);
        assert!(refused.message.contains("nothing was written"), "{}", refused.message);
        assert_eq!(self.ids().await, before);
        refused
    }

    pub async fn undone(&self, report: &SyncReport) -> SyncReport {
        let undo = fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
        self.app.post(&undo, &json!({})).await.json()
    }
}
