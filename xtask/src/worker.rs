//! The Cloudflare Worker: compiled to wasm with panics that unwind, bound to JavaScript, made small, weighed.

use crate::program::{announce, root, step};
use crate::{setup, wasm};
use anyhow::{Context, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// The npm project that pins esbuild, binaryen, workerd and wrangler.
const TOOLS: &str = "interop/workerd";

/// What the Worker may weigh, gzipped, so that it starts fast; the platform's free plan takes 3 MB.
const BUDGET_BYTES: usize = 500_000;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Build it with what tests use to evict an object and to make it panic, into target/worker-test
    #[arg(long)]
    test_hooks: bool,
}

/// What is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Deployed,
    TestHooks,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    build(if arguments.test_hooks { Variant::TestHooks } else { Variant::Deployed })
}

/// Builds the Worker and prints what it weighs.
pub(crate) fn build(variant: Variant) -> anyhow::Result<()> {
    let target = root().join("target").join(match variant {
        Variant::Deployed => "worker",
        Variant::TestHooks => "worker-test",
    });
    let tools = root().join(TOOLS);
    setup::install(&tools)?;
    let modules = tools.join("node_modules");
    let toolchain = wasm::Toolchain::ensure()?;
    let worker_build = wasm::tool("worker-build", "worker-build", &wasm::locked_version("worker")?)?;

    let mut build = Command::new(worker_build);
    toolchain.forget_outer_cargo(&mut build);
    build.current_dir(root().join("crates/host-worker"));
    build.args(["--panic-unwind", "--no-opt", "--profile", "worker", "--out-dir"]).arg(&target);
    build.env("PATH", path_with(&toolchain.unwinding()?)?);
    build.env("CARGO_TARGET_DIR", root().join("target/wasm-worker"));
    build.env("WASM_BINDGEN_BIN", wasm::bindgen()?);
    build.env("ESBUILD_BIN", modules.join("esbuild/bin/esbuild"));
    build.arg("--locked");
    if variant == Variant::TestHooks {
        build.args(["--features", "test-hooks"]);
    }
    step("Building the Worker (the first time takes some minutes)", &mut build)?;

    let module = target.join("index_bg.wasm");
    let before = fs::read(&module).context("reading the Worker")?;
    let mut optimise = Command::new(modules.join("binaryen/bin/wasm-opt"));
    optimise.arg(&module).args(["-Os", "--output"]).arg(&module);
    step("Making it small", &mut optimise)?;
    weigh(&target, &before)
}

fn path_with(folder: &Path) -> anyhow::Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()].into_iter().chain(env::split_paths(&path));
    env::join_paths(folders).context("joining PATH")
}

/// Prints what the Worker weighs; fails above the budget.
fn weigh(target: &Path, before: &[u8]) -> anyhow::Result<()> {
    let after = fs::read(target.join("index_bg.wasm")).context("reading the Worker")?;
    let script = fs::read(target.join("index.js")).context("reading the Worker's script")?;
    announce("The Worker");
    let line = |what: &str, bytes: usize, gzipped: usize| {
        eprintln!("{what:28} {:>6} kB, gzipped {:>4} kB", bytes.div_ceil(1000), gzipped.div_ceil(1000));
    };
    let (module, script_gzipped) = (gzipped(&after)?, gzipped(&script)?);
    line("index_bg.wasm as compiled", before.len(), gzipped(before)?);
    line("index_bg.wasm after wasm-opt", after.len(), module);
    line("index.js", script.len(), script_gzipped);
    let bundle = module + script_gzipped;
    line("bundle", after.len() + script.len(), bundle);
    if bundle > BUDGET_BYTES {
        bail!("the bundle is over its budget of {} kB gzipped", BUDGET_BYTES / 1000);
    }
    Ok(())
}

fn gzipped(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
