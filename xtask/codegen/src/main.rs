//! The Rust types of the schema, generated without `protoc` and committed, so that a build needs neither. With `--check`
//! it writes nothing and fails when the committed text is not what the schema gives.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::{env, fs, process};

const SCHEMA: &str = "proto/interview.proto";
const GENERATED: &str = "crates/wire/src/generated.rs";

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the package lies in the workspace")?;
    let target = root.join(GENERATED);
    let text = generate(root)?;
    match env::args().nth(1).as_deref() {
        None => {
            fs::write(&target, text).with_context(|| format!("writing {GENERATED}"))?;
            eprintln!("{GENERATED} is written from {SCHEMA}.");
        }
        Some("--check") => {
            let stored = fs::read_to_string(&target).with_context(|| format!("reading {GENERATED}"))?;
            if stored != text {
                bail!("{GENERATED} does not match {SCHEMA}: run `cargo xtask codegen` and commit the result");
            }
            eprintln!("{GENERATED} matches {SCHEMA}.");
        }
        Some(unknown) => bail!("unknown argument {unknown}: only --check is known"),
    }
    Ok(())
}

fn generate(root: &Path) -> anyhow::Result<String> {
    let descriptors = protox::compile([root.join(SCHEMA)], [root.join("proto")])?;
    let folder = Scratch::new()?;
    prost_build::Config::new().out_dir(&folder.0).compile_fds(descriptors)?;
    Ok(fs::read_to_string(folder.0.join("preppal.rs"))?)
}

/// A folder of our own that goes away with its owner.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let path = env::temp_dir().join(format!("preppal-codegen-{}", process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} stays: {error}", self.0.display());
        }
    }
}
