//! Cuts the console where its pages are marked with `wasm_split`: `split INPUT FOLDER`. FOLDER then
//! holds `dynadesk-ui.wasm`, which is for wasm-bindgen, the pages' own files, and the script that
//! fetches them.

use anyhow::{Context, Result, anyhow};

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(std::path::PathBuf::from);
    let (Some(input), Some(folder)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: split INPUT FOLDER");
    };
    let wasm = std::fs::read(&input).with_context(|| format!("{} cannot be read", input.display()))?;
    let main = folder.join("dynadesk-ui.wasm");
    let mut options = wasm_split_cli_support::Options::new(&wasm);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.main_module = "./dynadesk-ui.js";
    options.link_name = "./pages.js";
    let split = wasm_split_cli_support::transform(options).map_err(|problem| anyhow!("{problem:?}"))?;
    for file in split.split_modules {
        println!("{}", file.display());
    }
    Ok(())
}
