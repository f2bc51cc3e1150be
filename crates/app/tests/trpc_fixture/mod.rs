//! Procedures of known behaviour, one of each kind there is. What they wait for are calls, never clocks.

use api::timestamp::Timestamp;
use app::trpc::{AnswerHeaders, Router};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::watch;
use trpc::schema::{Input, Object};
use trpc::{Code, Error, Transformer};

/// Where the superjson router is mounted.
pub(crate) const SUPERJSON: &str = "/api/trpc";
/// Where the router without a transformer is mounted.
pub(crate) const PLAIN: &str = "/api/plain";
/// Of both routers, bytes.
pub(crate) const MAX_BODY_BYTES: usize = 100_000;

/// Returns the app with both routers, each with a world of its own.
pub(crate) fn app() -> axum::Router {
    mount(Transformer::Superjson, SUPERJSON).merge(mount(Transformer::None, PLAIN))
}

fn mount(transformer: Transformer, base: &str) -> axum::Router {
    let world = watch::Sender::new(World::default());
    let make_context = move |parts: Parts, answer_headers| {
        let context =
            Context { world: world.clone(), has_session: has_session(&parts.headers), answer_headers };
        async move {
            match parts.headers.get("x-broken") {
                Some(_) => Err(Error::internal("SECRET-INTERNAL-DETAIL")),
                None => Ok(context),
            }
        }
    };
    router(transformer).into_axum(base, make_context)
}

fn has_session(headers: &HeaderMap) -> bool {
    headers.get(COOKIE).is_some_and(|cookie| cookie == "session=ok")
}

fn router(transformer: Transformer) -> Router<Context> {
    Router::new(transformer)
        .max_body_bytes(MAX_BODY_BYTES)
        .query("ping", ping)
        .query("nothing", nothing)
        .mutation("void", void)
        .query("echo", echo)
        .mutation("echoMutation", echo)
        .query("greet", greet)
        .mutation("dates", dates)
        .query("fail", fail)
        .mutation("failMutation", fail)
        .query("crash", crash)
        .query("panic", panics)
        .mutation("panicMutation", panics)
        .mutation("signIn", sign_in)
        .query("wait", wait)
        .mutation("open", open)
        .query("meet", meet)
        .mutation("effect", effect)
        .query("effectStarted", effect_started)
        .query("effectDone", effect_done)
        .query("effects", effects)
        .guarded(signed_in, |signed_in| signed_in.query("whoami", whoami).mutation("guarded", guarded))
}

#[derive(Clone)]
struct Context {
    world: watch::Sender<World>,
    has_session: bool,
    answer_headers: AnswerHeaders,
}

/// What has happened so far, by key.
#[derive(Default)]
struct World {
    opened: BTreeSet<String>,
    met: BTreeMap<String, u32>,
    started: BTreeSet<String>,
    done: BTreeMap<String, u32>,
}

impl Context {
    async fn until(&self, happened: impl Fn(&World) -> bool + Send) {
        let mut changes = self.world.subscribe();
        changes.wait_for(|world| happened(world)).await.expect("the context holds the sender");
    }
}

struct SignedIn;

async fn signed_in(context: Context) -> Result<SignedIn, Error> {
    if context.has_session { Ok(SignedIn) } else { Err(Error::unauthorized()) }
}

struct Named {
    name: String,
}

impl Input for Named {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { name: fields.string("name").min(1).required()? })
    }
}

#[derive(Serialize)]
struct Greeting {
    greeting: String,
}

struct Dates {
    at: Timestamp,
    list: Vec<Timestamp>,
}

impl Input for Dates {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let at = fields.date("at").required();
        let list = fields.array("list").each(|item| item.date().required()).required();
        Some(Self { at: at?, list: list? })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DatesOut {
    at: Timestamp,
    plus_one_second: Timestamp,
    epoch_ms: i64,
    count: usize,
}

struct Fail {
    code: Code,
}

impl Input for Fail {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { code: fields.one_of("code", &Code::ALL.map(|code| (code.name(), code))).required()? })
    }
}

struct Keyed {
    key: String,
}

impl Input for Keyed {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { key: fields.string("key").required()? })
    }
}

async fn ping(_: Context, (): ()) -> Result<&'static str, Error> {
    Ok("pong")
}

async fn nothing(_: Context, (): ()) -> Result<Option<u8>, Error> {
    Ok(None)
}

async fn void(_: Context, (): ()) -> Result<(), Error> {
    Ok(())
}

async fn echo(_: Context, input: Value) -> Result<Value, Error> {
    Ok(input)
}

async fn greet(_: Context, input: Named) -> Result<Greeting, Error> {
    Ok(Greeting { greeting: format!("hello {}", input.name) })
}

async fn dates(_: Context, Dates { at, list }: Dates) -> Result<DatesOut, Error> {
    Ok(DatesOut { at, plus_one_second: Timestamp(at.0 + 1_000), epoch_ms: at.0, count: list.len() })
}

async fn fail(_: Context, input: Fail) -> Result<(), Error> {
    Err(Error::new(input.code, format!("fail: {}", input.code)))
}

async fn crash(_: Context, (): ()) -> Result<(), Error> {
    Err(Error::internal("SECRET-INTERNAL-DETAIL"))
}

async fn panics(_: Context, (): ()) -> Result<(), Error> {
    panic!("SECRET-INTERNAL-DETAIL")
}

async fn sign_in(context: Context, (): ()) -> Result<(), Error> {
    context.answer_headers.append(SET_COOKIE, HeaderValue::from_static("session=ok; HttpOnly"));
    context.answer_headers.append(SET_COOKIE, HeaderValue::from_static("theme=dark"));
    Ok(())
}

async fn whoami(_: SignedIn, (): ()) -> Result<Value, Error> {
    Ok(serde_json::json!({ "authenticated": true }))
}

async fn guarded(_: SignedIn, input: Named) -> Result<Greeting, Error> {
    Ok(Greeting { greeting: format!("hello {}", input.name) })
}

/// Returns when `open` was called with the same key.
async fn wait(context: Context, Keyed { key }: Keyed) -> Result<&'static str, Error> {
    context.until(|world| world.opened.contains(&key)).await;
    Ok("opened")
}

async fn open(context: Context, Keyed { key }: Keyed) -> Result<(), Error> {
    context.world.send_modify(|world| {
        world.opened.insert(key);
    });
    Ok(())
}

/// Returns when two calls of the same key are there.
async fn meet(context: Context, Keyed { key }: Keyed) -> Result<&'static str, Error> {
    context.world.send_modify(|world| *world.met.entry(key.clone()).or_default() += 1);
    context.until(|world| world.met.get(&key) >= Some(&2)).await;
    Ok("met")
}

/// Counts its key, once `open` was called with it.
async fn effect(context: Context, Keyed { key }: Keyed) -> Result<(), Error> {
    context.world.send_modify(|world| {
        world.started.insert(key.clone());
    });
    context.until(|world| world.opened.contains(&key)).await;
    context.world.send_modify(|world| *world.done.entry(key).or_default() += 1);
    Ok(())
}

/// Returns when an `effect` of that key has started.
async fn effect_started(context: Context, Keyed { key }: Keyed) -> Result<(), Error> {
    context.until(|world| world.started.contains(&key)).await;
    Ok(())
}

/// Returns how often the key was counted, when it was.
async fn effect_done(context: Context, Keyed { key }: Keyed) -> Result<u32, Error> {
    context.until(|world| world.done.contains_key(&key)).await;
    effects(context, Keyed { key }).await
}

/// Returns how often the key was counted.
async fn effects(context: Context, Keyed { key }: Keyed) -> Result<u32, Error> {
    Ok(context.world.borrow().done.get(&key).copied().unwrap_or_default())
}
