//! What a visit costs: bytes, requests, time, and what a second one does not cost again.

use anyhow::ensure;
use browser::{Microphone, Page, PrepPal, Setup, with_browser};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;

/// What wasm, JavaScript and style sheets together may weigh on the wire.
const BUDGET_BYTES: u64 = 350_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    name: String,
    /// Zero for what was in the browser's cache.
    transfer_size: u64,
    encoded_body_size: u64,
}

/// Returns what of the app came over the network for this page.
async fn transferred(page: &Page) -> anyhow::Result<Vec<Resource>> {
    let entries = page.look("performance.getEntriesByType('resource').map((it) => it.toJSON())").await?;
    let mut resources: Vec<Resource> = serde_json::from_value(entries)?;
    resources.retain(|resource| resource.name.contains("/assets/") && resource.transfer_size > 0);
    Ok(resources)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_is_small_and_a_second_loads_nothing_twice() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": STOPWATCH })).await?;
        page.go("/").await?;
        page.find("#try-now").await?;
        let usable_ms = page.look("Math.round(__usable)").await?;
        let first = transferred(page).await?;
        let names: BTreeSet<&str> = first.iter().map(|resource| resource.name.as_str()).collect();
        ensure!(names.len() == first.len(), "something is loaded twice: {first:#?}");
        let is_counted = |name: &str| [".wasm", ".js", ".css"].iter().any(|ending| name.ends_with(ending));
        let counted = first.iter().filter(|resource| is_counted(&resource.name));
        let bytes: u64 = counted.map(|resource| resource.encoded_body_size).sum();
        eprintln!("first visit: {bytes} bytes of wasm, JavaScript and CSS, usable after {usable_ms} ms");
        ensure!(bytes > 50_000, "the browser app is not built: cargo xtask web");
        ensure!(bytes <= BUDGET_BYTES, "{bytes} bytes");

        page.go("/sign-in").await?;
        page.find("#email").await?;
        let again = transferred(page).await?;
        ensure!(again.is_empty(), "loaded again: {again:#?}");
        let page_bytes = page.look("performance.getEntriesByType('navigation')[0].encodedBodySize").await?;
        ensure!(
            page_bytes.as_u64().is_some_and(|bytes| bytes < 2_000),
            "the page itself: {page_bytes} bytes"
        );
        Ok(())
    })
    .await
}

/// Notes when there is something to click.
const STOPWATCH: &str = "new MutationObserver((_, observer) => {
       if (!document.querySelector('#try-now')) return;
       observer.disconnect();
       requestAnimationFrame(() => (window.__usable = performance.now()));
     }).observe(document, { childList: true, subtree: true });";

/// Sums up how far things have moved that nobody touched, and counts the frames.
const SEISMOGRAPH: &str = "window.__shift = 0; window.__frames = 0;
     new PerformanceObserver((list) => list.getEntries().forEach((it) => (window.__shift += it.value)))
       .observe({ type: 'layout-shift', buffered: true });
     const count = () => { window.__frames += 1; requestAnimationFrame(count); };
     requestAnimationFrame(count);";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_while_the_first_page_comes_up_and_the_policy_is_kept() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let script = json!({ "source": SEISMOGRAPH });
        page.devtools("Page.addScriptToEvaluateOnNewDocument", script).await?;
        page.go("/").await?;
        page.find("#try-now").await?;
        page.look("window.__frames = 0").await?;
        page.until("__frames > 10").await?;
        let shift = page.look("__shift").await?;
        ensure!(shift.as_f64().is_some_and(|shift| shift < 0.01), "layout shift of {shift}");
        let log = page.driver().browser_log().await?;
        // That nobody is signed in is told with a 401, which Chromium notes.
        let complaints: Vec<String> = log
            .into_iter()
            .map(|entry| entry.message)
            .filter(|message| !message.contains("user.me"))
            .collect();
        ensure!(complaints.is_empty(), "{complaints:#?}");
        Ok(())
    })
    .await
}
