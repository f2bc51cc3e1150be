//! The files of the browser app as they are sent: named by their content, compressed once.

use super::Build;
use anyhow::Context;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Hexadecimal digits of the content's digest in a name.
const DIGITS: usize = 12;

/// The best there is; it is done once, and sent for as long as nothing changes.
const BEST_BROTLI: i32 = 11;

/// What takes no time worth mentioning.
const QUICK_BROTLI: i32 = 4;

/// Files by path, relative to the root.
#[derive(Debug)]
pub(crate) struct Dist {
    files: BTreeMap<String, File>,
    brotli_quality: i32,
}

/// One file in every form.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) plain: Vec<u8>,
    /// Absent where it would be larger.
    gzip: Option<Vec<u8>>,
    brotli: Option<Vec<u8>>,
}

impl Dist {
    /// Makes an empty one.
    pub(crate) fn new(build: Build) -> Self {
        let brotli_quality = match build {
            Build::Product => BEST_BROTLI,
            Build::Development => QUICK_BROTLI,
        };
        Self { files: BTreeMap::new(), brotli_quality }
    }

    /// Adds a file under a name that holds a digest of its content; returns its URL.
    pub(crate) fn add(&mut self, name: &str, content: Vec<u8>) -> anyhow::Result<String> {
        let (stem, extension) = name.rsplit_once('.').context("a file needs an extension")?;
        let mut digest: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        digest.truncate(DIGITS);
        let path = format!("assets/{stem}-{digest}.{extension}");
        self.add_as(&path, content)?;
        Ok(format!("/{path}"))
    }

    /// Adds a file under its own name.
    pub(crate) fn add_as(&mut self, path: &str, plain: Vec<u8>) -> anyhow::Result<()> {
        let smaller = |compressed: Vec<u8>| (compressed.len() < plain.len()).then_some(compressed);
        let (gzip, brotli) = (smaller(gzip(&plain)?), smaller(brotli(&plain, self.brotli_quality)?));
        self.files.insert(path.to_owned(), File { path: path.to_owned(), plain, gzip, brotli });
        Ok(())
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// Makes `folder` hold these files and no others. If it does already it is left untouched, so that nothing that embeds
    /// it is built anew, and `false` is returned. Otherwise it is replaced as a whole: whoever reads it meanwhile must not
    /// find half of it.
    pub(crate) fn publish(&self, folder: &Path) -> anyhow::Result<bool> {
        if self.is_in(folder) {
            return Ok(false);
        }
        let fresh = folder.with_extension("new");
        remove(&fresh)?;
        for file in self.files() {
            for (path, content) in file.forms() {
                let path = fresh.join(path);
                let parent = path.parent().context("a file is in a folder")?;
                fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
                fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
            }
        }
        remove(folder)?;
        fs::rename(&fresh, folder).with_context(|| format!("writing {}", folder.display()))?;
        Ok(true)
    }

    fn is_in(&self, folder: &Path) -> bool {
        let forms: Vec<(String, &[u8])> = self.files().flat_map(File::forms).collect();
        forms.len() == count(folder)
            && forms.iter().all(|(path, content)| fs::read(folder.join(path)).is_ok_and(|is| is == *content))
    }
}

impl File {
    pub(crate) fn gzip_len(&self) -> usize {
        self.gzip.as_ref().unwrap_or(&self.plain).len()
    }

    pub(crate) fn brotli_len(&self) -> usize {
        self.brotli.as_ref().unwrap_or(&self.plain).len()
    }

    fn forms(&self) -> Vec<(String, &[u8])> {
        let compressed = [("gz", &self.gzip), ("br", &self.brotli)];
        let compressed = compressed.into_iter().filter_map(|(extension, content)| {
            Some((format!("{}.{extension}", self.path), content.as_deref()?))
        });
        [(self.path.clone(), self.plain.as_slice())].into_iter().chain(compressed).collect()
    }
}

fn gzip(plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).and_then(|()| encoder.finish()).context("compressing with gzip")
}

fn brotli(mut plain: &[u8], quality: i32) -> anyhow::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = BrotliEncoderParams { quality, size_hint: plain.len(), ..Default::default() };
    brotli::BrotliCompress(&mut plain, &mut compressed, &parameters).context("compressing with Brotli")?;
    Ok(compressed)
}

/// Returns how many files there are in a folder and below, none if there is no such folder.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Build, Dist};
    use std::fs;

    #[test]
    fn a_name_changes_with_the_content_only() {
        let mut dist = Dist::new(Build::Product);
        let first = dist.add("app.js", b"one".to_vec()).unwrap();
        assert_eq!(first, dist.add("app.js", b"one".to_vec()).unwrap());
        assert_ne!(first, dist.add("app.js", b"two".to_vec()).unwrap());
        assert!(first.starts_with("/assets/app-") && first.ends_with(".js") && first.len() == 27, "{first}");
    }

    #[test]
    fn what_does_not_shrink_is_sent_as_it_is() {
        let mut dist = Dist::new(Build::Product);
        dist.add_as("small", b"x".to_vec()).unwrap();
        dist.add_as("text", b"x".repeat(1000)).unwrap();
        let [small, text] = dist.files().collect::<Vec<_>>()[..] else { panic!("two files") };
        assert_eq!((small.forms().len(), small.brotli_len()), (1, 1));
        assert_eq!(text.forms().len(), 3);
        assert!(text.brotli_len() < 30 && text.gzip_len() < 40);
    }

    #[test]
    fn a_folder_is_replaced_only_if_it_differs() {
        let folder = std::env::temp_dir().join(format!("preppal-dist-{}", std::process::id()));
        let mut dist = Dist::new(Build::Product);
        dist.add_as("index.html", b"<p>".to_vec()).unwrap();
        assert!(dist.publish(&folder).unwrap());
        assert!(!dist.publish(&folder).unwrap());
        fs::write(folder.join("stray"), "x").unwrap();
        assert!(dist.publish(&folder).unwrap());
        assert!(!folder.join("stray").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
