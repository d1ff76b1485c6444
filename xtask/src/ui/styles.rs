//! One style sheet out of many: `frontend/styles/*.css` first (tokens and base), then every
//! component's own, in the order of their paths.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::root;

/// The whole style sheet.
pub fn joined() -> Result<String> {
    let mut files = css_files(&root().join("frontend/styles"))?;
    files.extend(css_files(&root().join("frontend/src"))?);
    let mut all = String::new();
    for file in files {
        all.push_str(&std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?);
        all.push('\n');
    }
    Ok(all)
}

/// Writes it where `index.html` tells Trunk to look. An unchanged file is left alone, so that
/// Trunk's watch does not run in a circle.
pub fn write_for_trunk() -> Result<()> {
    let file = root().join("target/ui-css/app.css");
    let css = joined()?;
    if std::fs::read_to_string(&file).is_ok_and(|there| there == css) {
        return Ok(());
    }
    std::fs::create_dir_all(root().join("target/ui-css"))?;
    Ok(std::fs::write(file, css)?)
}

fn css_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "css") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
