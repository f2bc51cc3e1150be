//! Answers in JSON lines.

use crate::rig::{Call, PLAIN, SUPERJSON, get, in_time, post};
use crate::trpc_fixture;
use axum::body::Body;
use axum::http::Request;
use futures::StreamExt;
use serde_json::json;
use tower::ServiceExt;

#[tokio::test]
async fn s01_a_head_that_promises_and_a_line_for_each_call() {
    let reply = get(SUPERJSON, "ping,nope?batch=1").wanting_lines().send().await;
    assert_eq!(reply.status, 200);
    let lines = reply.lines();
    assert_eq!(lines[0], json!({ "json": { "0": [[0], [null, 0, 0]], "1": [[0], [null, 0, 1]] } }));
    assert!(lines.contains(&json!({ "json": [0, 0, [[{ "result": { "data": "pong" } }]]] })));
    let refused = lines.iter().find(|line| line["json"][0] == 1).unwrap();
    assert_eq!(refused["json"][2][0][0]["error"]["data"]["path"], "nope");
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn s01_dates_are_annotated_from_the_lines_root() {
    let body = r#"{"0":{"at":0,"list":[]}}"#;
    let lines = post(SUPERJSON, "dates?batch=1", body).wanting_lines().send().await.lines();
    assert_eq!(
        lines[1]["meta"],
        json!({ "values": { "2.0.0.result.data.at": ["Date"], "2.0.0.result.data.plusOneSecond": ["Date"] }, "v": 1 })
    );
}

#[tokio::test]
async fn s02_a_failure_of_the_whole_request_is_told_to_every_call() {
    let mixed = get(SUPERJSON, "ping,void,nope?batch=1").wanting_lines().send().await;
    let large =
        get(SUPERJSON, &format!("{}?batch=1", vec!["ping"; 65].join(","))).wanting_lines().send().await;
    let form = Call::to(&trpc_fixture::app(), "POST", SUPERJSON, "void?batch=1").wanting_lines().send().await;
    let broken = get(SUPERJSON, "ping,ping?batch=1").header("x-broken", "1").wanting_lines().send().await;
    for (reply, calls, status) in [(mixed, 3, 400), (large, 65, 400), (form, 1, 415), (broken, 2, 500)] {
        assert_eq!(reply.status, 200);
        let lines = reply.lines();
        assert_eq!(lines[0]["json"].as_object().map(serde_json::Map::len), Some(calls));
        assert_eq!(lines.len(), calls + 1);
        for (index, line) in lines[1..].iter().enumerate() {
            assert_eq!(line["json"][0], index);
            assert_eq!(line["json"][2][0][0]["error"]["data"]["httpStatus"], status);
        }
    }
}

#[tokio::test]
async fn s02_lines_without_a_batch_are_one_error() {
    let reply = get(SUPERJSON, "ping").wanting_lines().send().await;
    assert_eq!(reply.failure(), (400, "BAD_REQUEST".to_owned()));
}

#[tokio::test]
async fn s03_a_query_that_has_ended_is_sent_before_one_that_has_not() {
    let app = trpc_fixture::app();
    let request =
        Request::get(format!("{PLAIN}/wait,ping?batch=1&input=%7B%220%22:%7B%22key%22:%22s03%22%7D%7D"))
            .header("trpc-accept", "application/jsonl")
            .body(Body::empty())
            .unwrap();
    let mut lines = app.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
    let mut next = async || String::from_utf8(in_time(lines.next()).await.unwrap().unwrap().into()).unwrap();
    assert_eq!(next().await, "{\"0\":[[0],[null,0,0]],\"1\":[[0],[null,0,1]]}\n");
    assert_eq!(next().await, "[1,0,[[{\"result\":{\"data\":\"pong\"}}]]]\n");
    let open = Call::to(&app, "POST", PLAIN, "open").body(r#"{"key":"s03"}"#);
    assert_eq!(open.header("content-type", "application/json").send().await.status, 200);
    assert_eq!(next().await, "[0,0,[[{\"result\":{\"data\":\"opened\"}}]]]\n");
}

#[tokio::test]
async fn s04_accept_asks_for_lines_as_well() {
    let reply = get(PLAIN, "ping?batch=1").header("accept", "application/jsonl").send().await;
    assert_eq!(reply.lines().len(), 2);
}

#[tokio::test]
async fn s06_without_the_header_it_is_an_array() {
    for accept in ["*/*", "application/json"] {
        let reply = get(PLAIN, "ping?batch=1").header("accept", accept).send().await;
        assert_eq!(reply.text, r#"[{"result":{"data":"pong"}}]"#);
    }
}

#[tokio::test]
async fn a_mutation_sets_cookies_in_every_form() {
    for reply in [
        post(PLAIN, "signIn", "").send().await,
        post(PLAIN, "signIn?batch=1", "{}").send().await,
        post(SUPERJSON, "void,signIn?batch=1", "{}").wanting_lines().send().await,
    ] {
        let cookies: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["session=ok; HttpOnly", "theme=dark"]);
    }
}
