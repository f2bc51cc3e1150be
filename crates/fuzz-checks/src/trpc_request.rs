//! Requests to the backend: any head and any body is answered; what is read of an input is read the same again.

use api::call::{GetContext, SubmitTranscript, UpdateStatus};
use api::public::{
    CreateInterview, DeleteInterview, GenerateWorkerToken, GetInterview, ListInterviews, RequestCode,
    VerifyCode,
};
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use trpc::superjson::Annotated;
use trpc::{Answer, Form, Head, Inputs, Item, Rejected, Request, Transformer, answer, schema, superjson};

const MAX_BATCH: usize = 10;

/// Takes five lines of `data` for the head (method, path, query, content type, accept) and the rest for the body.
pub fn check(data: &[u8]) {
    let mut lines = data.splitn(6, |&byte| byte == b'\n');
    let mut line = || String::from_utf8_lossy(lines.next().unwrap_or_default());
    let (method, path, query, content_type, accept) = (line(), line(), line(), line(), line());
    let body = lines.next().unwrap_or_default();
    let stated = Some(&*content_type).filter(|content_type| !content_type.is_empty());
    let head = Head {
        method: &method,
        path: &path,
        query: &query,
        content_type: stated,
        trpc_accept: Some(&accept),
        accept: None,
    };
    match Request::parse(head, MAX_BATCH) {
        Ok(request) => a_request(&request, body),
        Err(rejected) => a_rejection(&rejected),
    }
    for transformer in [Transformer::None, Transformer::Superjson] {
        for form in [Form::Single, Form::Array] {
            inputs(&mut Inputs::new(Ok(body), form, transformer), MAX_BATCH);
        }
    }
}

fn a_request(request: &Request, body: &[u8]) {
    assert!(!request.paths.is_empty(), "nothing is called");
    assert!(request.form == Form::Single || request.paths.len() <= MAX_BATCH, "the batch is too large");
    let text = request.input.as_ref().map_or(body, String::as_bytes);
    for transformer in [Transformer::None, Transformer::Superjson] {
        let mut inputs_of_calls = Inputs::new(Ok(text), request.form, transformer);
        let items = inputs(&mut inputs_of_calls, request.paths.len());
        is_json(&answer::head_line(items.len(), transformer));
        for (index, item) in items.iter().enumerate() {
            is_json(&answer::item_line(index, item.clone(), transformer));
        }
        is_json(&Answer::batch(items, transformer).body);
    }
}

fn a_rejection(rejected: &Rejected) {
    assert!(rejected.lines.is_none_or(|lines| (1..=1_000).contains(&lines)), "{:?} lines", rejected.lines);
    let item = Item::failed(&rejected.error, None);
    assert!((400..600).contains(&item.status()));
    is_json(&Answer::single(item, Transformer::Superjson).body);
}

/// Reads the input of every call as every procedure would, and returns it as the answer.
fn inputs(inputs: &mut Inputs, calls: usize) -> Vec<Item> {
    let taken = (0..calls).map(|index| match inputs.take(index) {
        Ok(Some(value)) => {
            an_input(&value);
            Item::Data(Annotated::plain(value))
        }
        Ok(None) => Item::Undefined,
        Err(error) => Item::failed(&error, Some("a.b")),
    });
    taken.collect()
}

fn an_input(value: &Value) {
    let envelope = Annotated::plain(value.clone()).into_envelope();
    assert_eq!(superjson::decode(envelope), Ok(Some(value.clone())), "an envelope loses its content");
    reads_the_same::<RequestCode>(value);
    reads_the_same::<VerifyCode>(value);
    reads_the_same::<CreateInterview>(value);
    reads_the_same::<ListInterviews>(value);
    reads_the_same::<GetInterview>(value);
    reads_the_same::<DeleteInterview>(value);
    reads_the_same::<GenerateWorkerToken>(value);
    reads_the_same::<GetContext>(value);
    reads_the_same::<UpdateStatus>(value);
    reads_the_same::<SubmitTranscript>(value);
}

/// What was read, written in either dress, reads as the same; what was not says why.
fn reads_the_same<I: schema::Parse + Serialize + PartialEq>(value: &Value) {
    let input = match schema::parse::<I>(Some(value)) {
        Ok(input) => input,
        Err(error) => {
            assert!(!error.issues().is_empty(), "refused without a reason");
            return is_json(&Answer::single(Item::failed(&error, None), Transformer::None).body);
        }
    };
    let bare = serde_json::to_value(&input).expect("an input of plain fields always serialises");
    assert!(schema::parse::<I>(Some(&bare)).ok().as_ref() == Some(&input), "read again it differs: {bare}");
    let dressed = superjson::encode(&input).expect("an input of plain fields always serialises");
    let undressed = superjson::decode(dressed.into_envelope());
    assert_eq!(undressed, Ok(Some(bare)), "superjson changes an input");
}

fn is_json(text: &[u8]) {
    serde_json::from_slice::<IgnoredAny>(text).expect("every answer is JSON");
}
