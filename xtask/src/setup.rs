//! What the tests need besides Rust.

use crate::peer::Peer;
use crate::program::{announce, root, step};
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each folder in here holds an npm project whose scripts talk to our servers.
const INTEROP: &str = "interop";

/// A copy of the lock file that a `node_modules` was installed from: installed once, npm is not asked again.
const INSTALLED: &str = "node_modules/.installed-package-lock.json";

pub(crate) fn run(without: &[Peer]) -> anyhow::Result<()> {
    announce("Setting up");
    for peer in Peer::ALL.into_iter().filter(|peer| !without.contains(peer)) {
        peer.ensure()?;
        eprintln!("{peer}: ready");
    }
    if !without.contains(&Peer::Npm) {
        npm_projects(&root().join(INTEROP))?.iter().try_for_each(|project| install(project))?;
    }
    Ok(())
}

/// Returns the folders with a lock file; none if there is no such folder.
fn npm_projects(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut projects = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    projects.retain(|project| project.join("package-lock.json").is_file());
    projects.sort();
    Ok(projects)
}

/// Installs what the lock file of an npm project says, unless it is there.
pub(crate) fn install(project: &Path) -> anyhow::Result<()> {
    let name = project.strip_prefix(root()).unwrap_or(project).display().to_string();
    let lock =
        fs::read(project.join("package-lock.json")).with_context(|| format!("reading the lock of {name}"))?;
    let installed = project.join(INSTALLED);
    if fs::read(&installed).is_ok_and(|of| of == lock) {
        eprintln!("{name}: ready");
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.current_dir(project).args(["ci", "--no-audit", "--no-fund"]);
    step(&format!("Installing the npm packages of {name}"), &mut npm).with_context(|| {
        format!("the npm packages of {name} cannot be installed; leave them out: --without npm")
    })?;
    fs::write(&installed, lock).with_context(|| format!("writing {}", installed.display()))
}

#[cfg(test)]
mod tests {
    use super::npm_projects;
    use std::path::Path;

    #[test]
    fn no_folder_is_no_project() {
        assert!(npm_projects(Path::new("/nowhere/at/all")).unwrap().is_empty());
    }
}
