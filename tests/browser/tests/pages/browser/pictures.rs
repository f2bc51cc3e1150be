//! A picture of every page, for people to look at, and that no page is wider than its window.

use super::walk::{Theme, dress, walk};
use anyhow::{Context, ensure};
use browser::{Page, Screen};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Width of a phone of today, and of the narrowest that is looked after.
const PHONE: u32 = 390;
const NARROWEST: u32 = 360;

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_page_on_a_desktop() -> anyhow::Result<()> {
    walk(Screen::Desktop, async |page, name| {
        for (theme, suffix) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            dress(page, theme).await?;
            take(page, &format!("{name}-{suffix}")).await?;
        }
        fits(page).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_page_on_a_phone() -> anyhow::Result<()> {
    walk(Screen::Phone, async |page, name| {
        dress(page, Theme::Light).await?;
        take(page, &format!("{name}-phone")).await?;
        fits(page).await?;
        widen_to(page, NARROWEST).await?;
        fits(page).await?;
        widen_to(page, PHONE).await
    })
    .await
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/shots")
}

/// Takes the whole page, however long it is.
async fn take(page: &Page, name: &str) -> anyhow::Result<()> {
    let taken = page
        .devtools("Page.captureScreenshot", json!({"format": "png", "captureBeyondViewport": true}))
        .await?;
    let base64 = taken["data"].as_str().context("a picture is text")?;
    let png = base64_simd::STANDARD.decode_to_vec(base64)?;
    fs::create_dir_all(folder())?;
    Ok(fs::write(folder().join(format!("{name}.png")), png)?)
}

/// Nobody has to scroll sideways.
async fn fits(page: &Page) -> anyhow::Result<()> {
    let root = "document.documentElement";
    let over = page.look(&format!("{root}.scrollWidth - {root}.clientWidth")).await?;
    ensure!(over.as_i64().is_some_and(|over| over <= 0), "the page is {over} pixels wider than its window");
    Ok(())
}

async fn widen_to(page: &Page, width: u32) -> anyhow::Result<()> {
    let metrics = json!({"width": width, "height": 844, "deviceScaleFactor": 2, "mobile": true});
    page.devtools("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
}
