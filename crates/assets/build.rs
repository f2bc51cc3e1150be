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
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut table = String::from("&[");
    for file in &files {
        table += &entry(file, &dist, &out)?;
    }
    table.push(']');
    fs::write(out.join("assets.rs"), table)
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

fn entry(file: &Path, dist: &Path, out: &Path) -> io::Result<String> {
    let path = file.strip_prefix(dist).expect("it was found there").display().to_string().replace('\\', "/");
    let compressed = |extension| {
        let form = file.with_added_extension(extension);
        if form.is_file() {
            Ok(format!("Some({})", include(&form, out)?))
        } else {
            io::Result::Ok("None".to_owned())
        }
    };
    let (plain, gzip, brotli) = (include(file, out)?, compressed("gz")?, compressed("br")?);
    Ok(format!("Asset {{ path: {path:?}, plain: {plain}, gzip: {gzip}, brotli: {brotli} }},\n"))
}

/// Copies the file to where nobody replaces it before the compiler has read it. No two have one name.
fn include(file: &Path, out: &Path) -> io::Result<String> {
    let name = file.file_name().expect("it is a file");
    fs::copy(file, out.join(name))?;
    Ok(format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/\", {:?}))", name.display().to_string()))
}
