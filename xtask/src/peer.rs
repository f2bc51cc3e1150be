//! Programs of others that tests talk to, and how to get them.

use crate::program::{find, output, step};
use crate::wasm;
use anyhow::bail;
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fmt, fs};

/// The oldest Node.js that the official clients run on.
const NODE_MAJOR: u32 = 20;

/// Names a PostgreSQL that runs already; tests make schemas of their own in it.
const POSTGRES_URL: &str = "TEST_POSTGRES_URL";

/// Where Debian and its descendants put PostgreSQL's server, which is not in `PATH`.
const POSTGRES_FOLDERS: &str = "/usr/lib/postgresql";

/// Chromium, its driver, and what makes speech for its microphone.
const BROWSER_PROGRAMS: &[&str] = &["chromium", "chromedriver", "espeak-ng", "sox"];
const BROWSER_PACKAGES: &[&str] = &["chromium", "chromium-driver", "espeak-ng", "sox"];

/// What tests can be run without, if somebody says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// The route tests' second database.
    Postgres,
    /// Node.js and the official npm clients.
    Npm,
    /// A compiler for wasm, and Cloudflare's runtime.
    Worker,
    /// Chromium with its driver, and what makes speech for its microphone.
    Browser,
}

impl Peer {
    pub(crate) const ALL: [Self; 4] = [Self::Postgres, Self::Npm, Self::Worker, Self::Browser];

    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Npm => "npm",
            Self::Worker => "worker",
            Self::Browser => "browser",
        }
    }

    /// Returns what is not tested without it.
    pub(crate) fn tests(self) -> &'static str {
        match self {
            Self::Postgres => "the backend on PostgreSQL",
            Self::Npm => "the official npm clients against our servers",
            Self::Worker => "the Cloudflare Worker",
            Self::Browser => "the app in a browser",
        }
    }

    /// Returns what the names of the tests that need it hold, and no others do.
    pub(crate) fn words_in_test_names(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgres"],
            Self::Npm => &["official", "npm"],
            Self::Worker => &["worker::"],
            Self::Browser => &["browser::"],
        }
    }

    /// Makes sure that it is there: installs it as root, otherwise fails with the command that does.
    pub(crate) fn ensure(self) -> anyhow::Result<()> {
        let Some(mut missing) = self.missing() else { return Ok(()) };
        if is_root() && find("apt-get").is_some() {
            if let Err(error) = install_debian(self.debian_packages()) {
                eprintln!("{error:#}");
            }
            match self.missing() {
                None => return Ok(()),
                Some(still) => missing = still,
            }
        }
        bail!("{missing}\n  mend it: {}\n  or leave it out: --without {self}", self.mend());
    }

    /// Returns what is wrong, if something is.
    fn missing(self) -> Option<String> {
        match self {
            Self::Postgres => {
                let there = env::var_os(POSTGRES_URL).is_some() || postgres_folder().is_some();
                (!there).then(|| "PostgreSQL's server is not installed".to_owned())
            }
            Self::Npm => {
                let node = find("node").and_then(|node| output(&node, &["--version"]));
                match node.as_deref().and_then(major) {
                    Some(found) if found < NODE_MAJOR => {
                        Some(format!("Node.js {found} is older than {NODE_MAJOR}"))
                    }
                    None => Some("Node.js is not installed".to_owned()),
                    Some(_) if find("npm").is_none() => Some("npm is not installed".to_owned()),
                    Some(_) => None,
                }
            }
            Self::Worker => Self::Npm.missing().or_else(wasm::missing),
            Self::Browser => {
                let missing = BROWSER_PROGRAMS.iter().find(|program| find(program).is_none());
                missing.map(|program| format!("{program} is not installed"))
            }
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Npm => &["nodejs", "npm"],
            Self::Worker => wasm::DEBIAN_PACKAGES,
            Self::Browser => BROWSER_PACKAGES,
        }
    }

    fn mend(self) -> String {
        match self {
            Self::Postgres => format!(
                "sudo apt-get install {}, or name a running server in {POSTGRES_URL}",
                self.debian_packages().join(" ")
            ),
            Self::Npm => format!(
                "sudo apt-get install {} (it must be Node.js {NODE_MAJOR} or newer; else see https://nodejs.org)",
                self.debian_packages().join(" ")
            ),
            Self::Worker => wasm::mend(),
            Self::Browser => format!("sudo apt-get install {}", self.debian_packages().join(" ")),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns where `initdb` and `pg_ctl` are: in `PATH`, or else the newest of Debian's.
fn postgres_folder() -> Option<PathBuf> {
    let complete = |folder: &Path| ["initdb", "pg_ctl"].iter().all(|name| folder.join(name).is_file());
    let in_path = find("initdb").and_then(|initdb| initdb.parent().map(Path::to_owned));
    let mut debian: Vec<PathBuf> = fs::read_dir(POSTGRES_FOLDERS)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    debian.sort();
    in_path.into_iter().chain(debian.into_iter().rev()).find(|folder| complete(folder))
}

/// Installs Debian's packages; only root may.
pub(crate) fn install_debian(packages: &[&str]) -> anyhow::Result<()> {
    step("Reading the list of packages", Command::new("apt-get").args(["update", "-qq"]))?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "-y", "--no-install-recommends"]);
    step(&format!("Installing {}", packages.join(" ")), install.args(packages))
}

pub(crate) fn is_root() -> bool {
    output(Path::new("id"), &["-u"]).as_deref() == Some("0")
}

/// Returns the first number of a version like `v20.1.2`.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn versions_of_node() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("18.1"), Some(18));
        assert_eq!(major(""), None);
    }
}
