//! The data directory: nobody else of this machine reads it, and one server at a time works in it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use anyhow::Context;

/// Makes a directory that only its owner enters. One that exists keeps the rights it was given.
pub fn make(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Makes a file that only its owner reads, where there is none. A database takes the rights of its
/// file for the others that it makes beside it.
pub fn make_file(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(|_| ())
}

/// Keeps a second server out while the lock is held: it would take the running jobs of the first for
/// interrupted ones, and write them again.
pub fn lock(directory: &Path) -> anyhow::Result<File> {
    let place = directory.display();
    make(directory).with_context(|| format!("the data directory {place} cannot be made"))?;
    let file = directory.join("lock");
    make_file(&file).with_context(|| format!("the data directory {place} cannot be written"))?;
    let file = File::open(file).with_context(|| format!("the data directory {place} cannot be read"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(anyhow::anyhow!(
            "another Dynadesk works in the data directory {place}: stop it, or choose another with --data-dir"
        )),
        // A file system without locks: who keeps data there knows how many servers there are.
        Err(TryLockError::Error(cause)) => {
            tracing::warn!(%cause, "the data directory cannot be locked: start no second server on it");
            Ok(file)
        }
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_its_owner_reads_it_and_one_server_works_in_it() {
        let around = tempfile::TempDir::new().unwrap();
        let directory = around.path().join("data");
        let held = lock(&directory).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&directory), mode(&directory.join("lock"))), (0o700, 0o600));
        assert!(lock(&directory).unwrap_err().to_string().contains("another Dynadesk"));
        drop(held);
        assert!(lock(&directory).is_ok());
    }
}
