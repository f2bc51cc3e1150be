//! Looking for bytes that break a check: `fuzz/` with cargo-fuzz, which needs a nightly compiler.

use crate::program::{announce, find, output, root, step};
use anyhow::{Context, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Of this command only; the other crates are built with the stable one that `rust-toolchain.toml` names.
const TOOLCHAIN: &str = "nightly";

pub(crate) fn run(target: &str, seconds: u64) -> anyhow::Result<()> {
    let targets = targets()?;
    if !targets.iter().any(|known| known == target) {
        bail!("there is no fuzz target {target}; there are {}", targets.join(", "));
    }
    if let Some(missing) = missing() {
        bail!(missing);
    }
    let mut fuzz = Command::new("rustup");
    // This command's own toolchain is in these, and would be taken for the nightly one.
    fuzz.env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTDOC");
    fuzz.current_dir(root()).args(["run", TOOLCHAIN, "cargo", "fuzz", "run", "--target-dir", "fuzz/target"]);
    // New inputs go to the first folder. The corpus, which every test run replays, grows only on purpose.
    let (found, corpus) = (folder().join("found").join(target), folder().join("corpus").join(target));
    fs::create_dir_all(&found).with_context(|| format!("making {}", found.display()))?;
    fuzz.arg(target).args([&found, &corpus]).args(["--", "-print_final_stats=1"]);
    fuzz.arg(format!("-max_total_time={seconds}"));
    let dictionary = folder().join("dictionaries").join(format!("{target}.dict"));
    if dictionary.is_file() {
        fuzz.arg(format!("-dict={}", dictionary.display()));
    }
    step(&format!("Fuzzing {target} for {seconds} s"), &mut fuzz).with_context(|| {
        format!(
            "what broke it is in fuzz/artifacts/{target}; mend it, and keep it as a test where the bug was"
        )
    })?;
    announce(&format!("{target} holds"));
    eprintln!(
        "New inputs are in fuzz/found/{target}. To replay in every test run those that reach something new:\n  \
         cargo +{TOOLCHAIN} fuzz run --target-dir fuzz/target {target} fuzz/corpus/{target} fuzz/found/{target} -- -merge=1"
    );
    Ok(())
}

fn folder() -> PathBuf {
    root().join("fuzz")
}

fn targets() -> anyhow::Result<Vec<String>> {
    let folder = folder().join("fuzz_targets");
    let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Returns what has to be installed, and how.
fn missing() -> Option<String> {
    let Some(rustup) = find("rustup") else {
        return Some("rustup is not installed\n  mend it: see https://rustup.rs".to_owned());
    };
    if output(&rustup, &["run", TOOLCHAIN, "rustc", "--version"]).is_none() {
        return Some(format!(
            "Rust's {TOOLCHAIN} toolchain is not installed\n  mend it: rustup toolchain install {TOOLCHAIN} --profile minimal"
        ));
    }
    let cargo_fuzz = output(Path::new("cargo-fuzz"), &["--version"]);
    cargo_fuzz
        .is_none()
        .then(|| "cargo-fuzz is not installed\n  mend it: cargo install cargo-fuzz --locked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{run, targets};

    #[test]
    fn a_target_that_is_not_there_is_told_from_those_that_are() {
        assert!(targets().unwrap().contains(&"journal".to_owned()));
        let error = run("jurnal", 1).unwrap_err().to_string();
        assert!(error.contains("jurnal") && error.contains("journal"), "{error}");
    }
}
