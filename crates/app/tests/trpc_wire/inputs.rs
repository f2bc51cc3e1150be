//! Inputs: bad JSON, superjson, bare JSON, limits, and who is refused before any of it is read.

use crate::rig::{Call, PLAIN, Reply, SUPERJSON, get, post};
use crate::trpc_fixture::{self, MAX_BODY_BYTES};
use axum::body::{Body, Bytes};
use futures::stream;
use serde_json::{Value, json};

async fn echo(mount: &str, body: impl Into<Body>) -> Reply {
    post(mount, "echoMutation", body).send().await
}

async fn dates(mount: &str, body: &Value) -> Reply {
    post(mount, "dates", body.to_string()).send().await
}

#[tokio::test]
async fn r02_r03_bad_json_is_the_calls_error() {
    for mount in [PLAIN, SUPERJSON] {
        let reply = get(mount, "greet?input=%7Bnope").send().await;
        assert_eq!(reply.failure(), (400, "BAD_REQUEST".to_owned()));
        assert_eq!(post(mount, "echoMutation", "{nope").send().await.failure().0, 400);
    }
    let paths = "echoMutation,void,nope,guarded,ping?batch=1";
    let reply = post(PLAIN, paths, "{nope").send().await.json();
    assert_eq!(reply["error"]["message"], "Cannot mix procedure types in call: query, mutation");
    let reply = post(PLAIN, "echoMutation,void,nope,guarded?batch=1", "{nope").send().await;
    let items = reply.json();
    assert_eq!(items[0]["error"]["data"]["code"], "BAD_REQUEST");
    assert_eq!(items[1], json!({ "result": {} }), "it takes no input");
    assert_eq!(items[2]["error"]["data"]["code"], "NOT_FOUND");
    assert_eq!(items[3]["error"]["data"]["code"], "UNAUTHORIZED");
}

#[tokio::test]
async fn r07_r15_j05_the_forms_of_no_input() {
    let undefined = r#"{"json":null,"meta":{"values":["undefined"],"v":1}}"#;
    for mount in [PLAIN, SUPERJSON] {
        for body in ["", undefined, r#"{"json":null,"meta":{"values":["undefined"]}}"#] {
            let reply = post(mount, "dates", body).send().await;
            let message = "Invalid input: expected object, received undefined";
            assert!(reply.text.contains(message), "{mount} {body}: {}", reply.text);
        }
        assert_eq!(get(mount, "ping?input=").send().await.status, 200);
        let encoded = undefined.replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
        assert_eq!(get(mount, &format!("greet?input={encoded}")).send().await.failure().0, 400);
        assert_eq!(get(mount, &format!("ping?input={encoded}")).send().await.status, 200);
    }
}

#[tokio::test]
async fn r14_plus_is_a_space() {
    let reply = get(PLAIN, "greet?input=%7B%22name%22:%22a+b%22%7D").send().await;
    assert_eq!(reply.json()["result"]["data"]["greeting"], "hello a b");
}

#[tokio::test]
async fn r17_r18_batch_inputs_by_index() {
    for input in ["[1]", "5", "null", "\"x\""] {
        let reply = post(PLAIN, "echoMutation?batch=1", input).send().await;
        assert_eq!(reply.status, 400);
        assert_eq!(
            reply.json()[0]["error"]["message"],
            "\"input\" needs to be an object when doing a batch call"
        );
    }
    let reply = post(PLAIN, "echoMutation,echoMutation?batch=1", r#"{"1":[1],"7":2,"x":3}"#).send().await;
    assert_eq!(reply.text, r#"[{"result":{"data":null}},{"result":{"data":[1]}}]"#);
}

#[tokio::test]
async fn r19_who_may_not_call_learns_nothing_about_the_input() {
    for body in ["{nope", r#"{"name":5}"#, ""] {
        let reply = post(PLAIN, "guarded", body).send().await;
        assert_eq!(reply.failure(), (401, "UNAUTHORIZED".to_owned()));
        assert_eq!(post(PLAIN, "guarded", body).with_session().send().await.failure().0, 400);
    }
    // The body is not even read: this one never comes.
    let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    assert_eq!(post(PLAIN, "guarded", never).send().await.status, 401);
}

#[tokio::test]
async fn r22_a_large_body_is_413_for_each_call_that_reads_it() {
    let large = format!("\"{}\"", "x".repeat(MAX_BODY_BYTES - 1));
    assert_eq!(echo(PLAIN, large.clone()).await.failure(), (413, "PAYLOAD_TOO_LARGE".to_owned()));
    assert_eq!(echo(PLAIN, large[1..].replacen('x', "\"", 1)).await.status, 200);
    let batch = post(PLAIN, "echoMutation,void?batch=1", large.clone()).send().await;
    assert_eq!(batch.status, 207);
    assert_eq!(batch.json()[0]["error"]["data"]["code"], "PAYLOAD_TOO_LARGE");
    assert_eq!(batch.json()[1], json!({ "result": {} }));
    let lines = post(SUPERJSON, "echoMutation?batch=1", large).wanting_lines().send().await.lines();
    assert_eq!(lines[1]["json"][2][0][0]["error"]["data"]["httpStatus"], 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_runs_nothing() {
    let broken = stream::iter([Ok(Bytes::from("[1")), Err(std::io::Error::other("reset"))]);
    assert_eq!(echo(PLAIN, Body::from_stream(broken)).await.failure(), (400, "BAD_REQUEST".to_owned()));
}

#[tokio::test]
async fn r25_integers_stay_integers() {
    let body = r#"[1,-1,0,9007199254740991,18446744073709551615,1.5,1e3]"#;
    assert_eq!(
        echo(PLAIN, body).await.text,
        r#"{"result":{"data":[1,-1,0,9007199254740991,18446744073709551615,1.5,1000.0]}}"#
    );
}

#[tokio::test]
async fn j01_j02_results_and_errors_are_enveloped() {
    let body = json!({ "json": { "at": "2026-01-02T03:04:05.678Z", "list": [] }, "meta": { "values": { "at": ["Date"] }, "v": 1 } });
    assert_eq!(
        dates(SUPERJSON, &body).await.text,
        r#"{"result":{"data":{"json":{"at":"2026-01-02T03:04:05.678Z","plusOneSecond":"2026-01-02T03:04:06.678Z","epochMs":1767323045678,"count":0},"meta":{"values":{"at":["Date"],"plusOneSecond":["Date"]},"v":1}}}}"#
    );
    assert_eq!(
        get(SUPERJSON, "greet?input=%7B%22json%22%3A%7B%22name%22%3A5%7D%7D").send().await.text,
        r#"{"error":{"json":{"message":"[\n  {\n    \"expected\": \"string\",\n    \"code\": \"invalid_type\",\n    \"path\": [\n      \"name\"\n    ],\n    \"message\": \"Invalid input: expected string, received number\"\n  }\n]","code":-32600,"data":{"code":"BAD_REQUEST","httpStatus":400,"path":"greet","zodError":{"formErrors":[],"fieldErrors":{"name":["Invalid input: expected string, received number"]}}}}}}"#
    );
    assert_eq!(
        post(SUPERJSON, "void", "").send().await.text,
        r#"{"result":{"data":{"json":null,"meta":{"values":["undefined"],"v":1}}}}"#
    );
}

#[tokio::test]
async fn j03_j04_t01_to_t04_k06_every_dress_of_a_date_is_taken() {
    let at = "2026-01-02T03:04:05.678Z";
    let meta = |meta: Value| json!({ "json": { "at": at, "list": [at] }, "meta": meta });
    for body in [
        json!({ "at": at, "list": [at] }),
        json!({ "json": { "at": at, "list": [at] } }),
        meta(json!({ "values": { "at": ["Date"], "list.0": ["Date"] } })),
        meta(json!({ "values": { "at": ["Date"] }, "referentialEqualities": { "at": ["list.0"] }, "v": 1 })),
        json!({ "at": 1_767_323_045_678_i64, "list": [0] }),
        json!({ "at": "2026-01-02T05:04:05.678+02:00", "list": ["2026-01-02T03:04:05Z"] }),
        json!({ "json": { "at": 1_767_323_045_678_i64, "list": [0] }, "meta": { "values": { "at": ["Date"] } } }),
    ] {
        for mount in [PLAIN, SUPERJSON] {
            let reply = dates(mount, &body).await;
            assert_eq!(reply.status, 200, "{mount} {body}: {}", reply.text);
            assert!(reply.text.contains(r#""plusOneSecond":"2026-01-02T03:04:06.678Z""#), "{}", reply.text);
        }
    }
}

#[tokio::test]
async fn j06_undefined_keys_are_missing_keys() {
    let body = r#"{"json":{"a":null,"b":[null],"c":null},"meta":{"values":{"a":["undefined"],"b.0":["undefined"]},"v":1}}"#;
    let reply: Value = serde_json::from_str(&echo(PLAIN, body).await.text).unwrap();
    assert_eq!(reply, json!({ "result": { "data": { "b": [null], "c": null } } }));
}

#[tokio::test]
async fn j07_t05_what_is_no_date_is_refused() {
    for at in [
        json!("rubbish"),
        json!("2026-01-02"),
        json!("2026-01-02T03:04:05"),
        json!("1767323045678"),
        json!(""),
        json!(null),
        json!(true),
        json!({}),
        json!(1e20),
    ] {
        for body in [
            json!({ "at": at, "list": [] }),
            json!({ "json": { "at": at, "list": [] }, "meta": { "values": { "at": ["Date"] } } }),
        ] {
            let reply = dates(SUPERJSON, &body).await;
            assert_eq!(reply.failure(), (400, "BAD_REQUEST".to_owned()), "{body}");
            assert!(reply.json()["error"]["json"]["data"]["zodError"]["fieldErrors"]["at"].is_array());
        }
    }
}

#[tokio::test]
async fn j08_j09_superjson_that_has_no_meaning_is_refused() {
    for body in [
        r#"{"json":"1","meta":{"values":["Decimal"]}}"#,
        r#"{"json":{"a":1},"meta":{"values":{"a":[["class","User"]]}}}"#,
        r#"{"json":{"a":1},"meta":{"values":{"__proto__.a":["Date"]}}}"#,
        r#"{"json":{"a":1},"meta":{"values":{"constructor":["undefined"]}}}"#,
        "null",
        "5",
        "\"text\"",
    ] {
        assert_eq!(echo(SUPERJSON, body).await.failure(), (400, "BAD_REQUEST".to_owned()), "{body}");
    }
}

#[tokio::test]
async fn both_kinds_of_batch_inputs_are_taken_side_by_side() {
    let body = r#"{"0":{"json":{"a":1}},"1":{"a":1},"2":{"json":[1],"meta":{"values":{"9":["Date"]}}}}"#;
    let app = trpc_fixture::app();
    let call = Call::to(&app, "POST", SUPERJSON, "echoMutation,echoMutation,echoMutation?batch=1").body(body);
    assert_eq!(
        call.header("content-type", "application/json").send().await.text,
        r#"[{"result":{"data":{"json":{"a":1}}}},{"result":{"data":{"json":{"a":1}}}},{"result":{"data":{"json":[1]}}}]"#
    );
}
