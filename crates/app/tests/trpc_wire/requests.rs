//! Paths, methods, content types, batches.

use crate::rig::{Call, PLAIN, SUPERJSON, get, post};
use crate::trpc_fixture;
use serde_json::json;

#[tokio::test]
async fn r01_a_bare_get() {
    let reply = get(PLAIN, "ping").send().await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, r#"{"result":{"data":"pong"}}"#));
    assert_eq!(get(SUPERJSON, "ping").send().await.text, r#"{"result":{"data":{"json":"pong"}}}"#);
    assert_eq!(get(PLAIN, "nothing").send().await.text, r#"{"result":{"data":null}}"#);
    assert_eq!(post(PLAIN, "void", "").send().await.text, r#"{"result":{}}"#);
}

#[tokio::test]
async fn r04_r05_h04_only_json_is_posted_and_nothing_else_has_an_effect() {
    let app = trpc_fixture::app();
    let open = json!({ "key": "r04" }).to_string();
    for content_type in [
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/octet-stream"),
        Some("application/jsonfoo"),
        None,
    ] {
        let call = Call::to(&app, "POST", PLAIN, "signIn").body(open.clone());
        let call = content_type
            .into_iter()
            .fold(call, |call, content_type| call.header("content-type", content_type));
        let reply = call.send().await;
        assert_eq!(reply.failure(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()), "{content_type:?}");
        assert_eq!(reply.header("set-cookie"), None);
    }
}

#[tokio::test]
async fn r06_charset_and_case_of_the_content_type() {
    for content_type in ["application/json; charset=utf-8", "Application/JSON"] {
        let call = Call::to(&trpc_fixture::app(), "POST", PLAIN, "echoMutation").body("[1]");
        assert_eq!(call.header("content-type", content_type).send().await.status, 200);
    }
}

#[tokio::test]
async fn r08_r09_r10_each_kind_has_its_method() {
    let app = trpc_fixture::app();
    let fetched = Call::to(&app, "GET", PLAIN, "signIn").send().await;
    assert_eq!(fetched.failure(), (405, "METHOD_NOT_SUPPORTED".to_owned()));
    assert_eq!(fetched.header("allow"), Some("POST"));
    assert_eq!(fetched.header("set-cookie"), None, "the mutation ran");
    let posted = post(PLAIN, "ping", "").send().await;
    assert_eq!(
        posted.json()["error"]["message"],
        "Unsupported POST-request to query procedure at path \"ping\""
    );
    assert_eq!(posted.header("allow"), Some("GET"));
    for method in ["PUT", "PATCH", "DELETE"] {
        let call = Call::to(&app, method, PLAIN, "signIn");
        assert_eq!(call.send().await.status, 415);
        let call = Call::to(&app, method, PLAIN, "signIn").header("content-type", "application/json");
        assert_eq!(call.send().await.failure().0, 405);
    }
    let batch = get(PLAIN, "signIn,signIn?batch=1").send().await;
    assert_eq!((batch.status.as_u16(), batch.header("set-cookie")), (405, None));
}

#[tokio::test]
async fn head_and_options_have_no_procedure() {
    let app = trpc_fixture::app();
    let head = Call::to(&app, "HEAD", PLAIN, "ping").send().await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (204, ""));
    assert_eq!(Call::to(&app, "OPTIONS", PLAIN, "ping").send().await.failure().0, 415);
}

#[tokio::test]
async fn r11_r12_r26_a_batch_is_an_array_in_order() {
    let reply = get(PLAIN, "ping,nope,whoami,ping?batch=1").send().await;
    assert_eq!(reply.status, 207);
    let items = reply.json();
    assert_eq!(items[0], json!({ "result": { "data": "pong" } }));
    assert_eq!(items[1]["error"]["message"], "No procedure found on path \"nope\"");
    assert_eq!(items[2]["error"]["data"]["path"], "whoami");
    assert_eq!(items[3], items[0]);
    assert_eq!(get(PLAIN, "ping?batch=1").send().await.json(), json!([{ "result": { "data": "pong" } }]));
    assert_eq!(get(PLAIN, "whoami,whoami?batch=1").send().await.status, 401);
    assert_eq!(get(PLAIN, "ping?batch=true").send().await.text, r#"{"result":{"data":"pong"}}"#);
}

#[tokio::test]
async fn r13_r20_r21_paths() {
    for path in ["pi%6Eg", "/ping", "ping/"] {
        assert_eq!(get(PLAIN, path).send().await.status, 200, "{path}");
    }
    let batch = get(PLAIN, "ping%2Cping?batch=1").send().await;
    assert_eq!(batch.json().as_array().map(Vec::len), Some(2));
    for path in ["interview/list", "__proto__", "constructor", "toString", "hasOwnProperty", "", "a,b"] {
        assert_eq!(get(PLAIN, path).send().await.failure(), (404, "NOT_FOUND".to_owned()), "{path}");
    }
    assert_eq!(get("/api", "plain").send().await.failure().0, 404);
    assert_eq!(get(PLAIN, "%zz").send().await.failure(), (400, "BAD_REQUEST".to_owned()));
}

#[tokio::test]
async fn r16_kinds_are_not_mixed_and_nothing_runs() {
    for method in ["GET", "POST"] {
        let call = Call::to(&trpc_fixture::app(), method, PLAIN, "ping,signIn?batch=1");
        let reply = call.header("content-type", "application/json").send().await;
        assert_eq!(reply.failure(), (400, "BAD_REQUEST".to_owned()));
        assert_eq!(reply.json()["error"]["data"].get("path"), None);
        assert_eq!(reply.header("set-cookie"), None);
    }
    // An unknown procedure is of no kind.
    assert_eq!(get(PLAIN, "ping,nope?batch=1").send().await.status, 207);
}

#[tokio::test]
async fn r23_a_batch_has_a_limit() {
    let paths = |calls: usize| vec!["ping"; calls].join(",");
    assert_eq!(get(PLAIN, &format!("{}?batch=1", paths(64))).send().await.status, 200);
    let reply = get(PLAIN, &format!("{}?batch=1", paths(65))).send().await;
    assert_eq!(reply.failure(), (400, "BAD_REQUEST".to_owned()));
    assert_eq!(reply.json()["error"]["message"], "Batch call exceeds maximum size");
}

#[tokio::test]
async fn r27_s05_the_heads_of_answers() {
    for reply in [
        get(PLAIN, "ping").send().await,
        get(PLAIN, "nope").send().await,
        get(PLAIN, "ping,nope?batch=1").send().await,
        get(PLAIN, "ping?batch=1").wanting_lines().send().await,
        get(PLAIN, "%zz").send().await,
    ] {
        assert_eq!(reply.headers.get_all("content-type").iter().collect::<Vec<_>>(), ["application/json"]);
        assert_eq!(reply.header("vary"), Some("trpc-accept, accept"));
    }
}

#[tokio::test]
async fn r24_the_method_cannot_be_overridden() {
    let reply = post(PLAIN, "echo", "[1]").header("x-http-method-override", "GET").send().await;
    assert_eq!(reply.failure().0, 405);
}
