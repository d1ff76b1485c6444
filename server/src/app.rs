//! What every handler shares.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use crate::connections::Connections;

/// Cheap to clone: one reference.
#[derive(Clone, Debug)]
pub struct AppState(Arc<App>);

#[derive(Debug)]
pub struct App {
    pub connections: Connections,
    /// Where Dynadesk keeps what is its own. Exists.
    pub data_dir: PathBuf,
    // Jobs stand here: `pub jobs: crate::jobs::Jobs`.
}

impl AppState {
    pub fn new(app: App) -> Self {
        Self(Arc::new(app))
    }
}

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}
