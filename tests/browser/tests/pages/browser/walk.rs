//! A walk through every page, each with something on it.

use anyhow::Context;
use browser::{Browser, Microphone, Page, PrepPal, Screen, Setup};
use serde_json::json;

/// Light or dark, as the system has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    Light,
    Dark,
}

/// True once a page shows what it has, in its own letters.
const SETTLED: &str = "document.querySelector('h1') && !document.querySelector('.waiting') \
     && document.fonts.status === 'loaded'";

/// Shows the page in a theme, and without motion.
pub(super) async fn dress(page: &Page, theme: Theme) -> anyhow::Result<()> {
    let scheme = match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let features = json!([
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]);
    page.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await.map(drop)
}

/// Calls `look` on every page, with its name.
pub(super) async fn walk(
    screen: Screen,
    look: impl AsyncFn(&Page, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    let browser = Browser::open(Microphone::Quiet, screen).await?;
    browser
        .run(&preppal, async |page| {
            strangers(page, &look).await?;
            let id = interview(page, &look).await?;
            members(page, &id, &look).await
        })
        .await
}

/// Pages before anybody is signed in.
async fn strangers(
    page: &Page,
    look: &impl AsyncFn(&Page, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for (name, path) in [("welcome", "/"), ("sign-in", "/sign-in"), ("not-found", "/no/such/page")] {
        visit(page, name, path, look).await?;
    }
    page.go("/sign-in").await?;
    page.find("#email").await?.send_keys("ada@example").await?;
    page.click("form .primary").await?;
    page.find("#email-wrong").await?;
    settled(page, "sign-in-wrong", look).await?;
    page.find("#email").await?.send_keys(".org").await?;
    page.click("form .primary").await?;
    page.find("#code").await?;
    settled(page, "sign-in-code", look).await?;
    page.devtools("Network.enable", json!({})).await?;
    page.devtools("Network.setBlockedURLs", json!({"urls": ["*/api/trpc/*"]})).await?;
    visit(page, "error", "/", look).await?;
    page.devtools("Network.setBlockedURLs", json!({"urls": []})).await.map(drop)
}

/// An interview from nothing to its end; returns its id.
async fn interview(
    page: &Page,
    look: &impl AsyncFn(&Page, &str) -> anyhow::Result<()>,
) -> anyhow::Result<String> {
    page.go("/").await?;
    page.click("#try-now").await?;
    page.find("#start").await?;
    settled(page, "lobby", look).await?;
    let path = page.path().await?;
    let id = path.split('/').nth(2).context("an interview has an address")?.to_owned();
    visit(page, "interview-pending", &format!("/interviews/{id}"), look).await?;
    page.go(&path).await?;
    page.click("#start").await?;
    page.reaches("live").await?;
    page.says(".captions li", "Interviewer").await?;
    settled(page, "live", look).await?;
    page.click("#type").await?;
    page.find("#typed").await?.send_keys("I wrote a register allocator for a small compiler.").await?;
    page.press(thirtyfour::Key::Enter).await?;
    page.says(".captions li.candidate", "register allocator").await?;
    settled(page, "live-typing", look).await?;
    page.click("#end").await?;
    page.find("#end-now").await?;
    settled(page, "live-end", look).await?;
    page.click("#end-now").await?;
    page.until("location.pathname.endsWith('/ended')").await?;
    page.stored(&id).await?;
    settled(page, "ended", look).await?;
    Ok(id)
}

/// Pages of somebody who has held an interview.
async fn members(
    page: &Page,
    id: &str,
    look: &impl AsyncFn(&Page, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    visit(page, "interview", &format!("/interviews/{id}"), look).await?;
    visit(page, "interviews", "/", look).await?;
    page.click(".interview .icon-only").await?;
    page.find("dialog[open]").await?;
    settled(page, "interviews-delete", look).await?;
    page.click("dialog .danger").await?;
    page.find(".empty").await?;
    settled(page, "interviews-empty", look).await?;
    visit(page, "new-interview", "/interviews/new", look).await?;
    page.click("#create").await?;
    page.find("#role-wrong").await?;
    settled(page, "new-interview-wrong", look).await?;
    visit(page, "settings", "/settings", look).await?;
    page.click("#sign-out").await?;
    page.find("dialog[open]").await?;
    settled(page, "settings-sign-out", look).await?;
    visit(page, "interview-none", "/interviews/none", look).await
}

async fn visit(
    page: &Page,
    name: &str,
    path: &str,
    look: &impl AsyncFn(&Page, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    page.go(path).await?;
    settled(page, name, look).await
}

async fn settled(
    page: &Page,
    name: &str,
    look: &impl AsyncFn(&Page, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    page.until(SETTLED).await.with_context(|| name.to_owned())?;
    look(page, name).await.with_context(|| format!("on the page {name}"))
}
