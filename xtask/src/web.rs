//! The browser app: compiled to wasm, bound to JavaScript, named by content, compressed, weighed. Cargo is all it takes.

mod dist;

use crate::program::{announce, root, step};
use crate::wasm::{self, TARGET};
use anyhow::{Context, bail};
use dist::Dist;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What wasm, JavaScript and style sheets together may weigh on the way to a first visit.
const BUDGET_BYTES: usize = 350_000;

/// Where wasm is compiled for the browser: natively, nothing is compiled anew because of it.
const FOLDER: &str = "target/wasm-web";

/// What Leptos is told: views of components lose their types where they meet. Compiled sooner, and 7 % smaller.
const ERASED: &str = "--cfg erase_components";
const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Build it fast and large, for working on it
    #[arg(long)]
    dev: bool,
}

/// For whom the app is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// For those who use it: small.
    Product,
    /// For those who work on it: soon there.
    Development,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    build(if arguments.dev { Build::Development } else { Build::Product })
}

/// Builds the app into `target/dist` and prints what it weighs; fails above the budget. Cargo decides what is to be done.
pub(crate) fn build(build: Build) -> anyhow::Result<()> {
    let modules = compile(build)?;
    let bindings = bind(&modules.join("web.wasm"), build)?;
    let dist = assemble(Dist::new(build), &modules, &bindings)?;
    let changed = dist.publish(&root().join("target/dist"))?;
    announce(if changed { "The browser app" } else { "The browser app, as before" });
    weigh(&dist, build)
}

/// Compiles app and audio thread; returns the folder of the modules.
fn compile(build: Build) -> anyhow::Result<PathBuf> {
    let profile = match build {
        Build::Product => "web",
        Build::Development => "web-dev",
    };
    let toolchain = wasm::Toolchain::ensure()?;
    let mut cargo = toolchain.cargo(&["build", "--locked", "--package", "web", "--package", "worklet"]);
    cargo.args(["--profile", profile, "--target-dir", FOLDER]).env(RUSTFLAGS, ERASED);
    step("Building the browser app (the first time takes some minutes)", &mut cargo)?;
    Ok(root().join(FOLDER).join(TARGET).join(profile))
}

/// Makes the JavaScript that loads the module; returns the folder with both.
fn bind(module: &Path, build: Build) -> anyhow::Result<PathBuf> {
    let bindings = root().join(FOLDER).join("bindings");
    let mut bindgen = Command::new(wasm::bindgen()?);
    bindgen.args(["--target", "web", "--no-typescript", "--omit-default-module-path", "--out-name", "app"]);
    if build == Build::Product {
        bindgen.args(["--remove-name-section", "--remove-producers-section"]);
    }
    bindgen.arg("--out-dir").arg(&bindings).arg(module);
    step("Binding it to JavaScript", &mut bindgen)?;
    Ok(bindings)
}

/// Puts the files together. What refers to another comes after it, since it names it.
fn assemble(mut dist: Dist, modules: &Path, bindings: &Path) -> anyhow::Result<Dist> {
    let (web, worklet) = (root().join("crates/web"), root().join("crates/worklet"));
    let wasm = dist.add("app.wasm", read(&bindings.join("app_bg.wasm"))?)?;
    let script = dist.add("app.js", read(&bindings.join("app.js"))?)?;
    let boot = filled(&text(&web.join("boot.js"))?, &[("app.js", &script), ("app.wasm", &wasm)]);
    let boot = dist.add("boot.js", boot.into_bytes())?;
    let worklet_script = dist.add("worklet.js", read(&worklet.join("processors.js"))?)?;
    let worklet_module = dist.add("worklet.wasm", read(&modules.join("worklet.wasm"))?)?;
    let font = dist.add("inter.woff2", read(&web.join("assets/inter-latin.woff2"))?)?;
    let icon = dist.add("icon.svg", read(&web.join("assets/icon.svg"))?)?;
    let style = filled(&style_sheet(&web.join("style"))?, &[("inter.woff2", &font)]);
    let style = dist.add("app.css", style.into_bytes())?;
    let index = filled(
        &text(&web.join("index.html"))?,
        &[
            ("app.css", &style),
            ("app.js", &script),
            ("app.wasm", &wasm),
            ("boot.js", &boot),
            ("icon.svg", &icon),
            ("inter.woff2", &font),
            ("worklet.js", &worklet_script),
            ("worklet.wasm", &worklet_module),
        ],
    );
    if index.contains("{{") {
        bail!("index.html names a file that there is not");
    }
    dist.add_as("index.html", index.into_bytes())?;
    Ok(dist)
}

/// Joins the style sheets in the order of their names.
fn style_sheet(folder: &Path) -> anyhow::Result<String> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut sheets = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    sheets.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    sheets.sort();
    sheets.iter().map(|sheet| text(sheet)).collect()
}

/// Puts each URL where `{{name}}` stands.
fn filled(template: &str, urls: &[(&str, &str)]) -> String {
    urls.iter().fold(template.to_owned(), |text, (name, url)| text.replace(&format!("{{{{{name}}}}}"), url))
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

fn text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// Prints what everything weighs; fails above the budget.
fn weigh(dist: &Dist, build: Build) -> anyhow::Result<()> {
    eprintln!("{:28} {:>10} {:>10} {:>10}", "bytes", "plain", "gzip", "brotli");
    for file in dist.files() {
        eprintln!(
            "{:28} {:>10} {:>10} {:>10}",
            file.path,
            file.plain.len(),
            file.gzip_len(),
            file.brotli_len()
        );
    }
    let counted = |path: &str| [".wasm", ".js", ".css"].iter().any(|ending| path.ends_with(ending));
    let first_load: usize = dist.files().filter(|file| counted(&file.path)).map(dist::File::brotli_len).sum();
    eprintln!("wasm, JavaScript and style sheets, with Brotli: {first_load} bytes");
    if build == Build::Product && first_load > BUDGET_BYTES {
        bail!("that is over the budget of {BUDGET_BYTES} bytes");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn every_place_is_filled() {
        let text = filled("a {{x.js}} b {{y.css}} {{x.js}}", &[("x.js", "/1"), ("y.css", "/2")]);
        assert_eq!(text, "a /1 b /2 /1");
        assert_eq!(filled("{{z}}", &[("x", "/1")]), "{{z}}");
    }
}
