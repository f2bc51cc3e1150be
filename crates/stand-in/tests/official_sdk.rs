//! The official `@google/genai` SDK holds a conversation with the stand-in. The conversation is in `interop/genai`.

use std::path::Path;

use stand_in::{Options, Scenario, StandIn};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

fn options() -> Options {
    let short_lived = Scenario {
        connection_lifetime_ms: Some(60_000),
        go_away_lead_ms: Some(50_000),
        ..Scenario::default()
    };
    Options {
        time_scale: 0.1,
        scenarios_by_key: [("short-lived".to_owned(), short_lived)].into(),
        ..Options::default()
    }
}

#[tokio::test]
async fn si_112_the_official_javascript_sdk_holds_a_conversation() {
    if std::env::var("PREPPAL_TEST_WITHOUT").unwrap_or_default().contains("npm") {
        println!("not run: PREPPAL_TEST_WITHOUT leaves out npm");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interop/genai");
    let sdk = folder.join("node_modules/@google/genai");
    assert!(sdk.exists(), "interop/genai/node_modules/@google/genai is missing: run `cargo xtask setup`");
    let stand_in = StandIn::bind("127.0.0.1:0".parse().unwrap(), options()).await.unwrap();
    let address = stand_in.local_addr();
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(stand_in.run(shutdown.clone()));

    let tests = Command::new("node")
        .args(["--test", "live.test.mjs"])
        .current_dir(&folder)
        .env("GENAI_BASE_URL", format!("http://{address}"))
        .kill_on_drop(true)
        .output()
        .await
        .expect("node 20 or later is needed: run `cargo xtask setup`");
    shutdown.cancel();
    running.await.unwrap().unwrap();

    let output = String::from_utf8_lossy(&tests.stdout);
    let errors = String::from_utf8_lossy(&tests.stderr);
    println!("{output}");
    assert!(tests.status.success(), "{output}\n{errors}");
}
