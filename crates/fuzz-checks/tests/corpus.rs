//! Every file of the committed corpora holds.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it was listed").path()).collect();
    files.sort();
    files
}

fn replay(name: &str) {
    let (_, check) =
        fuzz_checks::ALL.into_iter().find(|(known, _)| *known == name).expect("the check is listed");
    let corpus = files(&fuzz().join("corpus").join(name));
    assert!(!corpus.is_empty(), "the corpus of {name} is empty");
    for file in corpus {
        let data = fs::read(&file).expect("it was listed");
        let holds = catch_unwind(AssertUnwindSafe(|| check(&data)));
        assert!(holds.is_ok(), "{} does not hold", file.display());
    }
}

#[test]
fn any_inputs() {
    replay("any_inputs");
}

#[test]
fn client_frame() {
    replay("client_frame");
}

#[test]
fn close_reason() {
    replay("close_reason");
}

#[test]
fn journal() {
    replay("journal");
}

#[test]
fn token() {
    replay("token");
}

#[test]
fn trpc_request() {
    replay("trpc_request");
}

#[test]
fn vendor_json() {
    replay("vendor_json");
}

#[test]
fn every_check_is_a_fuzz_target_with_a_corpus() {
    let checks: Vec<&str> = fuzz_checks::ALL.iter().map(|(name, _)| *name).collect();
    let stems = |folder: &str| -> Vec<String> {
        let files = files(&fuzz().join(folder));
        files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    assert_eq!(stems("fuzz_targets"), checks);
    assert_eq!(stems("corpus"), checks);
}
