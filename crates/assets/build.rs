//! Embeds `target/dist`, or the folder that `PREPPAL_WEB_DIST` names. Nothing is embedded where `cargo xtask web` has not run.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FOLDER: &str = "PREPPAL_WEB_DIST";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed={FOLDER}");
    let dist = env::var_os(FOLDER).map_or_else(|| in_manifest("../../target/dist"), PathBuf::from);
    // A folder that is missing cannot be watched: cargo would build everything anew each time.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    collect(&dist, &mut files)?;
    let mut table = String::from("&[");
    for file in &files {
        table += &entry(file, &dist);
    }
    table.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("assets.rs"), table)
}

fn in_manifest(path: &str) -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join(path)
}

/// Finds the files that are not compressed forms of others.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files)?;
        } else if !path.extension().is_some_and(|extension| extension == "gz" || extension == "br") {
            files.push(path);
        }
    }
    Ok(())
}

fn entry(file: &Path, dist: &Path) -> String {
    let path = file.strip_prefix(dist).expect("it was found there").display().to_string().replace('\\', "/");
    let compressed = |extension| {
        let path = file.with_added_extension(extension);
        if path.is_file() { format!("Some({})", include(&path)) } else { "None".to_owned() }
    };
    format!(
        "Asset {{ path: {path:?}, plain: {}, gzip: {}, brotli: {} }},\n",
        include(file),
        compressed("gz"),
        compressed("br")
    )
}

fn include(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    format!("include_bytes!({:?})", path.display().to_string())
}
