//! Where a server that shares its jobs with no other writes them down: a folder for each, with `job.json`
//! and the source it works on. A file is written beside its place and then moved there, so that a crash
//! leaves the old or the new.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dynadesk_shared::api::jobs::JobState;

use super::record::Record;

const RECORD: &str = "job.json";
const SOURCE: &str = "source";

#[derive(Debug)]
pub(super) enum Files {
    /// Nothing survives the server; only sources are kept, for a job that is interrupted and resumed.
    Memory(Mutex<BTreeMap<String, Arc<str>>>),
    Folder(PathBuf),
}

impl Files {
    pub(super) fn open(folder: Option<PathBuf>) -> io::Result<Self> {
        Ok(match folder {
            None => Self::Memory(Mutex::default()),
            Some(folder) => {
                crate::data_dir::make(&folder)?;
                Self::Folder(folder)
            }
        })
    }

    /// Every job on disk. One that says it is running was interrupted: nobody runs it now.
    pub(super) fn load(&self) -> io::Result<Vec<Record>> {
        let Self::Folder(folder) = self else { return Ok(Vec::new()) };
        let mut records = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let file = entry?.path().join(RECORD);
            let read = std::fs::read(&file).and_then(|bytes| serde_json::from_slice::<Record>(&bytes).map_err(io::Error::from));
            match read {
                Ok(mut record) => {
                    if !record.view.state.is_over() {
                        record.view.state = JobState::Interrupted;
                        record.view.progress.eta_seconds = None;
                    }
                    records.push(record);
                }
                // One damaged job must not keep the server from starting.
                Err(cause) => tracing::warn!(file = %file.display(), %cause, "a job cannot be read and is left out"),
            }
        }
        Ok(records)
    }

    pub(super) async fn save(&self, record: &Record) -> io::Result<()> {
        let Self::Folder(folder) = self else { return Ok(()) };
        let folder = folder.join(&record.view.id);
        let bytes = serde_json::to_vec(record)?;
        blocking(move || write(&folder, RECORD, &bytes)).await
    }

    pub(super) async fn save_source(&self, id: &str, source: Arc<str>) -> io::Result<()> {
        match self {
            Self::Memory(sources) => {
                sources.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), source);
                Ok(())
            }
            Self::Folder(folder) => {
                let folder = folder.join(id);
                blocking(move || write(&folder, SOURCE, source.as_bytes())).await
            }
        }
    }

    pub(super) async fn load_source(&self, id: &str) -> io::Result<Arc<str>> {
        match self {
            Self::Memory(sources) => {
                let found = sources.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
                found.ok_or_else(|| io::ErrorKind::NotFound.into())
            }
            Self::Folder(folder) => {
                let file = folder.join(id).join(SOURCE);
                blocking(move || Ok(std::fs::read_to_string(file)?.into())).await
            }
        }
    }

    /// Forgets the source of a job that is over. Failing is no harm: the job is pruned later.
    pub(super) async fn drop_source(&self, id: &str) {
        match self {
            Self::Memory(sources) => {
                sources.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
            }
            Self::Folder(folder) => {
                let file = folder.join(id).join(SOURCE);
                let _ = blocking(move || std::fs::remove_file(file)).await;
            }
        }
    }

    pub(super) async fn remove(&self, id: &str) {
        self.drop_source(id).await;
        if let Self::Folder(folder) = self {
            let folder = folder.join(id);
            let _ = blocking(move || std::fs::remove_dir_all(folder)).await;
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!("{name}.new"));
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(beside, folder.join(name))
}
