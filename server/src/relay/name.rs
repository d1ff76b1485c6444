//! The name of a server in leases: the same after a restart, so that it goes on with its own shards
//! at once, and another for each data directory.

use std::path::Path;

use uuid::Uuid;

const FILE: &str = "server-name";

/// Reads the name that was kept in a directory, or makes one and keeps it there. Without a directory
/// it is a new one each time.
pub fn of(directory: Option<&Path>) -> std::io::Result<String> {
    let Some(file) = directory.map(|directory| directory.join(FILE)) else {
        return Ok(new());
    };
    match std::fs::read_to_string(&file) {
        Ok(name) if !name.trim().is_empty() => Ok(name.trim().to_owned()),
        Ok(_) => keep(&file),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => keep(&file),
        Err(error) => Err(error),
    }
}

fn keep(file: &Path) -> std::io::Result<String> {
    let name = new();
    std::fs::write(file, &name)?;
    Ok(name)
}

/// The machine's name says more to a person than an id, and an id is what makes it unique.
fn new() -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let machine = machine.or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_default();
    let machine = match machine.trim() {
        "" => "server",
        named => named,
    };
    let id = Uuid::new_v4().simple().to_string();
    format!("{machine}-{}", &id[..8])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    #[test]
    fn a_directory_keeps_its_name() {
        let directory = tempfile::TempDir::new().unwrap();
        let first = super::of(Some(directory.path())).unwrap();
        assert_eq!(super::of(Some(directory.path())).unwrap(), first);
        assert_ne!(super::of(None).unwrap(), first);
    }
}
