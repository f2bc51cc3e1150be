//! Nobody is shut out: axe-core finds nothing on any page, and the keyboard is enough.

use super::walk::{Theme, dress, walk};
use anyhow::{Context, ensure};
use browser::{Microphone, Page, PrepPal, Screen, Setup, with_browser};
use serde_json::Value;
use std::fs;
use std::path::Path;
use thirtyfour::Key;

/// Levels A and AA up to WCAG 2.2, and what axe-core's authors advise besides.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

#[tokio::test(flavor = "multi_thread")]
async fn npm_axe_finds_nothing_on_a_desktop() -> anyhow::Result<()> {
    let axe = axe()?;
    walk(Screen::Desktop, async |page, _| {
        for theme in [Theme::Light, Theme::Dark] {
            dress(page, theme).await?;
            inspect(page, &axe).await.with_context(|| format!("{theme:?}"))?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn npm_axe_finds_nothing_on_a_phone() -> anyhow::Result<()> {
    let axe = axe()?;
    walk(Screen::Phone, async |page, _| {
        dress(page, Theme::Light).await?;
        inspect(page, &axe).await
    })
    .await
}

fn axe() -> anyhow::Result<String> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interop/axe/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&path).with_context(|| format!("{}: `cargo xtask setup` installs it", path.display()))
}

async fn inspect(page: &Page, axe: &str) -> anyhow::Result<()> {
    let script = format!(
        "{axe};
         const done = arguments[arguments.length - 1];
         axe.run(document, {{ runOnly: {RULES}, resultTypes: ['violations'] }}).then(({{ violations }}) =>
           done(violations.map((it) => it.id + ': ' + it.nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | '))),
           (error) => done([String(error)]));"
    );
    let found = page.driver().execute_async(script, Vec::new()).await?.json().clone();
    let Value::Array(found) = found else { anyhow::bail!("axe-core answers {found}") };
    ensure!(found.is_empty(), "{found:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_leads_from_the_first_page_to_the_transcript() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.go("/").await?;
        page.find("#try-now").await?;
        press_on(page, "#try-now").await?;
        page.find("#start").await?;
        page.until("document.activeElement.tagName === 'H1'").await.context("a new page has the focus")?;
        press_on(page, "#start").await?;
        page.reaches("live").await?;
        page.says(".captions li", "Interviewer").await?;
        press_on(page, "#end").await?;
        press_on(page, "#end-now").await?;
        page.until("location.pathname.endsWith('/ended')").await?;
        page.find(".ended a.primary").await?;
        press_on(page, ".ended a.primary").await?;
        page.find(".transcript .turn").await?;
        page.until("document.activeElement.tagName === 'H1'").await?;
        page.until("document.title.includes('General interview practice')").await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_tab_skips_to_the_content() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.go("/").await?;
        page.find("#try-now").await?;
        press_on(page, ".skip").await?;
        page.until("document.activeElement.id === 'main'").await.map(drop)
    })
    .await
}

async fn press_on(page: &Page, css: &str) -> anyhow::Result<()> {
    page.tab_to(css).await?;
    page.press(Key::Enter).await
}
