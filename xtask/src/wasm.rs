//! What compiles for wasm: the toolchain's own target if rustup has it or can fetch it, otherwise Debian's compiler, which
//! builds the standard library from source.

use crate::peer::{install_debian, is_root};
use crate::program::{announce, cargo, find, output, root, step};
use anyhow::{Context, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// `debian` asks for the second way where the first would work.
const CHOICE: &str = "PREPPAL_WASM_TOOLCHAIN";

pub(crate) const DEBIAN_PACKAGES: &[&str] =
    &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
const DEBIAN_SOURCES: &str = "/usr/lib/rustlib/src/rust/library";

const MISSING: &str = "there is no compiler for wasm";

/// Where programs are put that are made from crates.
const TOOLS: &str = "target/tools";

/// A compiler for wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The pinned one. It has the target and the sources of the standard library.
    Rustup,
    /// Debian's `rustc-web` and its sources.
    Debian,
}

impl Toolchain {
    /// Finds a compiler for wasm, or installs one.
    pub(crate) fn ensure() -> anyhow::Result<Self> {
        if env::var(CHOICE).as_deref() != Ok("debian") && rustup_is_ready() {
            return Ok(Self::Rustup);
        }
        if !debian_is_ready() {
            if !is_root() || find("apt-get").is_none() {
                bail!("{MISSING}\n  mend it: {}", mend());
            }
            install_debian(DEBIAN_PACKAGES).with_context(mend)?;
        }
        Ok(Self::Debian)
    }

    /// Returns a `cargo` that builds for wasm at the workspace's root, with panics that abort.
    pub(crate) fn cargo(self, arguments: &[&str]) -> Command {
        let mut command = match self {
            Self::Rustup => cargo(arguments),
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command.current_dir(root()).args(arguments);
                command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
                command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
                command
            }
        };
        self.forget_outer_cargo(&mut command);
        command.args(["--target", TARGET]);
        command
    }

    /// Returns a folder for the head of `PATH`, whose `cargo`, `rustc` and `rustup` are this toolchain and take it for a
    /// nightly one: `worker-build` asks for `+nightly` to rebuild the standard library with panics that unwind.
    pub(crate) fn unwinding(self) -> anyhow::Result<PathBuf> {
        let folder = root().join("target/wasm-toolchain").join(format!("{self:?}").to_lowercase());
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let (cargo, rustc) = match self {
            Self::Rustup => (which("cargo")?, which("rustc")?),
            Self::Debian => ("/usr/bin/cargo".into(), "/usr/bin/rustc".into()),
        };
        let drop_nightly = "#!/bin/sh\ncase \"$1\" in +*) shift;; esac\n";
        script(
            &folder.join("cargo"),
            &format!("{drop_nightly}RUSTC_BOOTSTRAP=1 RUSTC='{rustc}' exec '{cargo}' \"$@\"\n"),
        )?;
        // Its standard library is built, so that a folder for it need not be there.
        script(
            &folder.join("rustc"),
            &format!(
                "{drop_nightly}case \"$*\" in *'--print target-libdir') echo '{}'; exit;; esac\nexec '{rustc}' \"$@\"\n",
                folder.display()
            ),
        )?;
        script(&folder.join("rustup"), "#!/bin/sh\necho 'rust-src (installed)'\n")?;
        Ok(folder)
    }

    /// Clears what a `cargo` that runs this program tells its children.
    pub(crate) fn forget_outer_cargo(self, command: &mut Command) {
        if self == Self::Debian {
            command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
        } else {
            command.env_remove("RUSTC");
        }
    }
}

/// Returns where a program made from a crate is, after installing this version of it if need be.
pub(crate) fn tool(package: &str, program: &str, version: &str) -> anyhow::Result<PathBuf> {
    let tools = root().join(TOOLS);
    let path = tools.join("bin").join(program);
    let installed = output(&path, &["--version"]);
    if installed.is_none_or(|text| text.split_whitespace().next_back() != Some(version)) {
        let install = |lock: &[&str]| {
            let mut install = cargo(&["install", "--quiet", "--force", "--version", version, "--root"]);
            install.arg(&tools).args(lock).arg(package);
            install
        };
        let what = format!("Building {package} {version} (once)");
        if step(&what, &mut install(&["--locked"])).is_err() {
            // Its lock file names what this registry may not have, or not any more.
            step(&format!("{what}, with other versions below it"), &mut install(&[]))?;
        }
    }
    Ok(path)
}

/// Returns the `wasm-bindgen` of the version that our code is compiled against: the two must be equal.
pub(crate) fn bindgen() -> anyhow::Result<PathBuf> {
    tool("wasm-bindgen-cli", "wasm-bindgen", &locked_version("wasm-bindgen")?)
}

/// Returns the version of a package in the workspace's lock file.
pub(crate) fn locked_version(package: &str) -> anyhow::Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("reading Cargo.lock")?;
    version_in(&lock, package).with_context(|| format!("Cargo.lock has no {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

/// Returns what is wrong, if no compiler is to be had.
pub(crate) fn missing() -> Option<String> {
    (!rustup_is_ready() && !debian_is_ready()).then(|| MISSING.to_owned())
}

pub(crate) fn mend() -> String {
    let debian = DEBIAN_PACKAGES.join(" ");
    format!("rustup target add {TARGET} && rustup component add rust-src, or sudo apt-get install {debian}")
}

fn debian_is_ready() -> bool {
    Path::new(DEBIAN_SOURCES).is_dir() && find("lld-22").is_some()
}

fn rustup_is_ready() -> bool {
    let Some(rustup) = find("rustup") else { return false };
    let has = |arguments: &[&str], name: &str| {
        output(&rustup, arguments).is_some_and(|list| list.lines().any(|line| line.starts_with(name)))
    };
    let mut ready = true;
    if !has(&["target", "list", "--installed"], TARGET) {
        ready &=
            step("Fetching the wasm target", Command::new("rustup").args(["target", "add", TARGET])).is_ok();
    }
    if !has(&["component", "list", "--installed"], "rust-src") {
        let mut fetch = Command::new("rustup");
        ready &=
            step("Fetching the standard library's sources", fetch.args(["component", "add", "rust-src"]))
                .is_ok();
    }
    if !ready {
        announce("rustup cannot fetch it; Debian's compiler is tried instead");
    }
    ready
}

/// Returns the pinned toolchain's own program, not rustup's stand-in for it.
fn which(program: &str) -> anyhow::Result<String> {
    output(Path::new("rustup"), &["which", program])
        .with_context(|| format!("rustup does not know {program}"))
}

fn script(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn versions_are_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"x\"\nversion = \"4\"\n";
        assert_eq!(version_in(lock, "wasm").as_deref(), Some("1.2.3"));
        assert_eq!(version_in(lock, "was"), None);
    }
}
