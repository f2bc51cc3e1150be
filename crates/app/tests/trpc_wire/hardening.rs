//! What must not get out.

use crate::rig::{PLAIN, SUPERJSON, get, post};

#[tokio::test]
async fn h01_h02_failures_say_nothing_of_the_inside() {
    for mount in [PLAIN, SUPERJSON] {
        for reply in [
            get(mount, "crash").send().await,
            get(mount, "panic").send().await,
            post(mount, "panicMutation", "").send().await,
            get(mount, "ping").header("x-broken", "1").send().await,
        ] {
            assert_eq!(reply.failure(), (500, "INTERNAL_SERVER_ERROR".to_owned()));
            assert!(reply.text.contains("Internal server error"), "{}", reply.text);
            for leak in ["SECRET-INTERNAL-DETAIL", "stack", ".rs"] {
                assert!(!reply.text.contains(leak), "{leak} in {}", reply.text);
            }
        }
    }
}

#[tokio::test]
async fn h01_a_panic_does_not_touch_its_neighbours() {
    let reply = get(PLAIN, "ping,panic,ping?batch=1").send().await;
    assert_eq!(reply.status, 207);
    assert_eq!(reply.json()[0], reply.json()[2]);
    assert_eq!(reply.json()[1]["error"]["code"], -32603);
    let lines = get(PLAIN, "panic,ping?batch=1").wanting_lines().send().await.lines();
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn h03_every_error_has_a_zod_error_or_null() {
    let null = get(PLAIN, "nope").send().await.json();
    assert!(null["error"]["data"]["zodError"].is_null());
    assert!(null["error"]["data"].get("zodError").is_some());
    let misfit = get(PLAIN, "greet?input=%7B%22name%22:%22%22%7D").send().await.json();
    assert_eq!(
        misfit["error"]["data"]["zodError"]["fieldErrors"]["name"][0],
        "Too small: expected string to have >=1 characters"
    );
}
