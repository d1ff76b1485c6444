//! Puts the small files that many pages share into one. The splitter makes a file for each set of pages
//! that have something in common, which is some 200 files of mostly a few hundred bytes: a page that needs
//! 120 of them waits for that many requests.

use std::path::Path;

use anyhow::{Context, Result, bail};

/// What fewer pages share stays on its own: it would be fetched in vain by most.
const SHARED_BY: usize = 3;
const FILE: &str = "shared.bin";

/// The loader's part that takes a file out of the pack. A pack that did not come is asked for again.
const LOADER: &str = r#"
let pack = undefined;
async function packed(from, to) {
    pack ??= fetch(new URL("./shared.bin", import.meta.url)).then((answer) => answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(`shared.bin: ${answer.status}`)));
    try {
        return new Response((await pack).slice(from, to), { headers: { "content-type": "application/wasm" } });
    } catch (error) {
        pack = undefined;
        throw error;
    }
}
"#;

/// Packs what lies in `stage`, and lets the script there take it from the pack.
pub fn pack(stage: &Path) -> Result<()> {
    let script = stage.join("pages.js");
    let text = std::fs::read_to_string(&script).context("the script that fetches the pages cannot be read")?;
    let mut bytes = Vec::new();
    let mut packed = Vec::new();
    let text = rewrite(&text, |file| {
        let path = stage.join(file);
        let from = bytes.len();
        bytes.extend(std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?);
        packed.push(path);
        Ok((from, bytes.len()))
    })?;
    if packed.is_empty() {
        bail!("no shared file was found in pages.js: the splitter writes it in another way than before");
    }
    std::fs::write(stage.join(FILE), bytes)?;
    std::fs::write(script, text)?;
    for path in packed {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// The script, with every file that enough pages share taken from where `place` says that it is. The
/// splitter writes the names of the pages above each: `/* details, items */`.
fn rewrite(text: &str, mut place: impl FnMut(&str) -> Result<(usize, usize)>) -> Result<String> {
    const FETCH: &str = "fetch(new URL(\"./";
    const END: &str = "\", import.meta.url))";
    let mut out = String::with_capacity(text.len() + LOADER.len());
    let mut pages = 0;
    for line in text.split_inclusive('\n') {
        if let Some(names) = line.trim_end().strip_prefix("/* ").and_then(|rest| rest.strip_suffix(" */")) {
            pages = names.split(", ").count();
        }
        let found = line.split_once(FETCH).and_then(|(before, rest)| {
            let (file, after) = rest.split_once(END)?;
            file.starts_with("chunk_").then_some((before, file, after))
        });
        match found {
            Some((before, file, after)) if pages >= SHARED_BY => {
                let (from, to) = place(file)?;
                out.push_str(&format!("{before}packed({from}, {to}){after}"));
            }
            _ => out.push_str(line),
        }
        if line.starts_with("import ") {
            out.push_str(LOADER);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_pages_share_comes_from_the_pack() {
        let load = |name: &str| format!("    const src = fetch(new URL(\"./{name}.wasm\", import.meta.url));\n");
        let text = format!(
            "import {{ initSync }} from \"./x.js\";\n/* a, b, c */\n{}/* a, b */\n{}/* a, b, c, d */\n{}export {{\n{}}}\n",
            load("chunk_1"),
            load("chunk_2"),
            load("chunk_3"),
            load("split_a")
        );
        let mut asked = Vec::new();
        let out = rewrite(&text, |file| {
            asked.push(file.to_owned());
            Ok((asked.len() * 10, asked.len() * 10 + 5))
        })
        .expect("rewritten");
        assert_eq!(asked, ["chunk_1.wasm", "chunk_3.wasm"]);
        assert!(
            out.contains("const src = packed(10, 15);\n") && out.contains("const src = packed(20, 25);\n"),
            "{out}"
        );
        assert!(out.contains(&load("chunk_2")) && out.contains(&load("split_a")), "{out}");
        assert!(out.contains("async function packed("), "{out}");
    }
}
