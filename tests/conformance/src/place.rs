//! Where the programs under test are, and what to do if they are not there.

use anyhow::{Context, ensure};
use std::env::consts::{ARCH, EXE_SUFFIX, OS};
use std::path::{Path, PathBuf};

/// Which of its builds a Worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// What is deployed.
    Deployed,
    /// The same with hooks for tests: who answers, eviction, panics.
    WithTestHooks,
}

/// The programs of one build of this repository.
#[derive(Clone, Debug)]
pub struct Place {
    preppal: PathBuf,
}

impl Place {
    /// Looks beside the running program, which cargo puts where it puts `preppal`: a test into `deps` below it.
    pub fn of_this_build() -> anyhow::Result<Self> {
        let this = std::env::current_exe().context("finding the running program")?;
        let folder = this.parent().context("the running program is in a folder")?;
        let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
        Ok(Self { preppal: folder.join(format!("preppal{EXE_SUFFIX}")) })
    }

    /// Returns `preppal`.
    pub(crate) fn preppal(&self) -> anyhow::Result<&Path> {
        let release = if self.preppal.components().any(|part| part.as_os_str() == "release") {
            " --release"
        } else {
            ""
        };
        ensure!(
            self.preppal.is_file(),
            "{} is not built\n  mend it: cargo build -p preppal{release}",
            self.preppal.display()
        );
        Ok(&self.preppal)
    }
}

/// Returns the folder of a built Worker: `index.js` and `index_bg.wasm`.
pub(crate) fn worker(build: Build) -> anyhow::Result<PathBuf> {
    let (name, mend) = match build {
        Build::Deployed => ("worker", "cargo xtask worker"),
        Build::WithTestHooks => ("worker-test", "cargo xtask worker --test-hooks"),
    };
    let folder = root().join("target").join(name);
    let complete = ["index.js", "index_bg.wasm"].iter().all(|file| folder.join(file).is_file());
    ensure!(complete, "no Worker is in {}\n  mend it: {mend}", folder.display());
    Ok(folder)
}

/// Returns Cloudflare's runtime.
pub(crate) fn workerd() -> anyhow::Result<PathBuf> {
    let platform = match (OS, ARCH) {
        ("linux", "x86_64") => "linux-64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-64",
        ("macos", "aarch64") => "darwin-arm64",
        ("windows", "x86_64") => "windows-64",
        (os, arch) => anyhow::bail!("Cloudflare publishes no workerd for {os} on {arch}"),
    };
    let package = root().join(format!("interop/workerd/node_modules/@cloudflare/workerd-{platform}"));
    let workerd = package.join("bin").join(format!("workerd{EXE_SUFFIX}"));
    ensure!(workerd.is_file(), "{} is missing\n  mend it: cargo xtask setup", workerd.display());
    Ok(workerd)
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
