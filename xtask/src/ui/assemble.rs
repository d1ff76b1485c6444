//! Puts the parts together in `target/ui`: `assets/` with content-named, compressed files, and an
//! `index.html` that asks for all of them at once.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::{Quality, editor, folder, styles};
use crate::process::root;

/// Everything that the result depends on.
#[derive(Debug)]
pub struct Inputs {
    css: String,
    page: String,
    /// The PartiQL editor, which only its page asks for.
    editor: Vec<u8>,
    quality: Quality,
    fingerprint: String,
}

impl Inputs {
    pub fn read(wasm: &Path, quality: Quality) -> Result<Self> {
        let css = styles::joined()?;
        let page = std::fs::read_to_string(root().join("index.html")).context("index.html cannot be read")?;
        let editor = std::fs::read(editor::bundle()?).context("the bundled editor cannot be read")?;
        let mut hash = Sha256::new();
        hash.update(std::fs::read(wasm).context("the compiled console cannot be read")?);
        hash.update(&editor);
        for part in [css.as_str(), page.as_str(), super::assemble::THEME, &format!("{quality:?} 3")] {
            hash.update(part);
        }
        for (_, icon) in icons()? {
            hash.update(icon);
        }
        Ok(Self {
            css,
            page,
            editor,
            quality,
            fingerprint: hex(&hash.finalize()),
        })
    }

    /// Whether `target/ui` was made from exactly these.
    pub fn are_assembled(&self) -> bool {
        std::fs::read_to_string(stamp()).is_ok_and(|made_from| made_from == self.fingerprint)
    }
}

/// Sets the chosen theme before the first paint. A file of its own, because the page's policy
/// allows no inline script.
const THEME: &str = include_str!("theme.js");

/// Builds the new folder beside the old one and swaps them, so that a running server never serves half of each.
pub fn assemble(inputs: &Inputs, stage: &Path) -> Result<()> {
    let fresh = folder().with_extension("new");
    let _ = std::fs::remove_dir_all(&fresh);
    std::fs::create_dir_all(fresh.join("assets"))?;
    let assets = Assets {
        folder: fresh.join("assets"),
        compress: inputs.quality == Quality::Release,
    };

    if stage.join("snippets").exists() {
        bail!("a dependency brings JavaScript snippets, which assembling does not know yet");
    }
    let css = assets.add("app", "css", inputs.css.as_bytes())?;
    let theme = assets.add("theme", "js", THEME.as_bytes())?;
    let editor = assets.add("editor", "js", &inputs.editor)?;
    let console = assets.add_together("console", stage)?;
    let boot = format!(
        "import init from './{console}/dynadesk-ui.js';\n\
         init({{ module_or_path: new URL('./{console}/dynadesk-ui_bg.wasm', import.meta.url) }});\n"
    );
    let boot = assets.add("boot", "js", boot.as_bytes())?;
    let mut head = format!(
        "<link rel=\"stylesheet\" href=\"/assets/{css}\">\n    \
         <script src=\"/assets/{theme}\"></script>\n    \
         <link rel=\"preload\" href=\"/assets/{console}/dynadesk-ui_bg.wasm\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n    \
         <link rel=\"modulepreload\" href=\"/assets/{console}/dynadesk-ui.js\">\n    "
    );
    if stage.join("pages.js").exists() {
        head.push_str(&format!("<link rel=\"modulepreload\" href=\"/assets/{console}/pages.js\">\n    "));
    }
    head.push_str(&format!("<script type=\"module\" src=\"/assets/{boot}\"></script>\n  "));
    for (name, bytes) in icons()? {
        std::fs::write(fresh.join(name), bytes)?;
    }
    let page: String = inputs
        .page
        .lines()
        .filter(|line| !line.contains("data-trunk"))
        .map(|line| format!("{line}\n"))
        .collect();
    let page = page
        .replace("</head>", &format!("{head}</head>"))
        .replace(editor::PLAIN_URL, &format!("/assets/{editor}"));
    std::fs::write(fresh.join("index.html"), page)?;

    let old = folder().with_extension("old");
    let _ = std::fs::remove_dir_all(&old);
    let _ = std::fs::rename(folder(), &old);
    std::fs::rename(&fresh, folder())?;
    let _ = std::fs::remove_dir_all(&old);
    std::fs::write(stamp(), &inputs.fingerprint)?;
    Ok(())
}

/// The files that browsers ask for by a fixed name.
fn icons() -> Result<Vec<(String, Vec<u8>)>> {
    let folder = root().join("frontend/public");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&folder).context("frontend/public cannot be read")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        all.push((name, std::fs::read(&path)?));
    }
    all.sort();
    Ok(all)
}

struct Assets {
    folder: PathBuf,
    compress: bool,
}

impl Assets {
    /// Writes one asset under a name that holds its hash, and gives that name.
    fn add(&self, stem: &str, extension: &str, bytes: &[u8]) -> Result<String> {
        let name = format!("{stem}-{}.{extension}", short(Sha256::digest(bytes)));
        self.write(&name, bytes)?;
        Ok(name)
    }

    /// Writes files that name each other into one folder whose name holds the hash of all, and gives that name.
    fn add_together(&self, stem: &str, from: &Path) -> Result<String> {
        let mut hash = Sha256::new();
        let files = files(from)?;
        for file in &files {
            hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
            hash.update(std::fs::read(file)?);
        }
        let folder = format!("{stem}-{}", short(hash.finalize()));
        std::fs::create_dir_all(self.folder.join(&folder))?;
        for file in &files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            self.write(&format!("{folder}/{name}"), &std::fs::read(file)?)?;
        }
        Ok(folder)
    }

    /// Writes one file, and its compressed forms where they are wanted.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        std::fs::write(self.folder.join(name), bytes)?;
        if self.compress {
            let settings = brotli::enc::BrotliEncoderParams {
                quality: 11,
                lgwin: 22,
                size_hint: bytes.len(),
                ..Default::default()
            };
            let mut file = std::fs::File::create(self.folder.join(format!("{name}.br")))?;
            brotli::BrotliCompress(&mut &bytes[..], &mut file, &settings)?;
            let file = std::fs::File::create(self.folder.join(format!("{name}.gz")))?;
            let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::best());
            gzip.write_all(bytes)?;
            gzip.finish()?;
        }
        Ok(())
    }
}

/// The files of a folder, in the order of their names.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        all.push(entry?.path());
    }
    all.sort();
    Ok(all)
}

fn short(hash: impl AsRef<[u8]>) -> String {
    hex(hash.as_ref())[..16].to_owned()
}

fn stamp() -> PathBuf {
    folder().with_file_name("ui.stamp")
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
