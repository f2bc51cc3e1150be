//! What is checked without running the product.

use crate::layers;
use crate::program::{cargo, step};

/// The Worker's crate compiles for this machine too, so that one run lints everything.
const LINTS: &[&str] = &[
    "clippy",
    "--workspace",
    "--all-targets",
    "--features",
    "host-worker/test-hooks",
    "--",
    "-D",
    "warnings",
];

pub(crate) fn run() -> anyhow::Result<()> {
    step("Format", &mut cargo(&["fmt", "--all", "--", "--check"]))?;
    layers::run()?;
    codegen(&["--check"])?;
    step("Lints", &mut cargo(LINTS))
}

/// Runs the generator of the schema's types, a package of its own.
pub(crate) fn codegen(arguments: &[&str]) -> anyhow::Result<()> {
    step("Types of the schema", cargo(&["run", "--package", "codegen", "--"]).args(arguments))
}
