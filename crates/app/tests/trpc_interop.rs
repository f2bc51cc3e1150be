//! The official tRPC clients against the fixture's routers, over real sockets. The calls are in `interop/trpc`.

mod trpc_fixture;

use std::path::Path;
use tokio::net::TcpListener;
use tokio::process::Command;

#[tokio::test]
async fn the_official_clients_work_unchanged() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interop/trpc");
    for client in ["node_modules/@trpc/client", "clients/v11-0/node_modules/@trpc/client"] {
        assert!(folder.join(client).exists(), "interop/trpc/{client} is missing: run `cargo xtask setup`");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, trpc_fixture::app()).await });

    let tests = Command::new("node")
        .args(["--test", "--test-timeout=60000", "calls.test.mjs", "batches.test.mjs", "zod-issues.test.mjs"])
        .current_dir(&folder)
        .env("TRPC_URL", format!("http://{address}"))
        .kill_on_drop(true)
        .output()
        .await
        .expect("node 20 or later is needed: run `cargo xtask setup`");
    server.abort();

    let output = String::from_utf8_lossy(&tests.stdout);
    let errors = String::from_utf8_lossy(&tests.stderr);
    assert!(tests.status.success(), "{output}\n{errors}");
}
