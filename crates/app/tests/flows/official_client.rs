//! The official tRPC clients against the whole backend. The calls are in `interop/trpc/app.mjs`.

use crate::rig::{Database, Rig, on_both_databases};
use std::path::Path;
use tokio::process::Command;

on_both_databases!(the_official_clients_hold_an_interview);

async fn the_official_clients_hold_an_interview(database: Database) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interop/trpc");
    let installed = folder.join("node_modules/@trpc/client").exists();
    assert!(installed, "interop/trpc/node_modules is missing: run `cargo xtask setup`");
    let rig = Rig::start(database).await;
    let tests = Command::new("node")
        .args(["--test", "--test-timeout=60000", "app.mjs"])
        .current_dir(&folder)
        .env("TRPC_URL", rig.url())
        .kill_on_drop(true)
        .output()
        .await
        .expect("node 20 or later is needed: run `cargo xtask setup`");
    let (output, errors) = (String::from_utf8_lossy(&tests.stdout), String::from_utf8_lossy(&tests.stderr));
    assert!(tests.status.success(), "{output}\n{errors}");
    assert!(output.contains("# pass 12") || output.contains("ℹ pass 12"), "{output}");
}
