//! Language and theme: chosen by the browser, changed by a person, kept.

use anyhow::ensure;
use browser::{Microphone, Page, PrepPal, Setup, with_browser};
use serde_json::json;

/// Makes the browser prefer these languages.
async fn prefer(page: &Page, languages: &str) -> anyhow::Result<()> {
    let agent = page.look("navigator.userAgent").await?;
    let preference = json!({ "userAgent": agent, "acceptLanguage": languages });
    page.devtools("Emulation.setUserAgentOverride", preference).await.map(drop)
}

async fn is_in(page: &Page, tag: &str, heading: &str) -> anyhow::Result<()> {
    page.says("h1", heading).await?;
    let lang = page.look("document.documentElement.lang").await?;
    ensure!(lang == tag, "the page says it is in {lang}");
    let title = page.look("document.title").await?;
    ensure!(title.as_str().is_some_and(|title| title.contains(heading)), "{title}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_chooses_the_language_until_somebody_does() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.go("/").await?;
        is_in(page, "en", "Practise your interview out loud").await?;
        prefer(page, "fr,zh-CN,en").await?;
        page.reload().await?;
        is_in(page, "zh", "开口练习").await?;
        page.click("#language [value=es]").await?;
        is_in(page, "es", "Practica tu entrevista en voz alta").await?;
        page.reload().await?;
        is_in(page, "es", "Practica tu entrevista en voz alta").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_wins_over_the_systems_and_is_there_before_the_first_paint() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let lightness = "(() => { const it = document.createElement('canvas').getContext('2d');
             it.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
             it.fillRect(0, 0, 1, 1); return it.getImageData(0, 0, 1, 1).data[0]; })()";
        let shade =
            async || -> anyhow::Result<u64> { Ok(page.look(lightness).await?.as_u64().unwrap_or(128)) };
        page.go("/sign-in").await?;
        page.click("#local").await?;
        page.find(".empty").await?;
        ensure!(shade().await? > 200, "light is the system's");
        page.go("/settings").await?;
        page.click("label:has([name=theme][value='2'])").await?;
        ensure!(shade().await? < 60, "dark was chosen");
        page.go("/no/such/page").await?;
        ensure!(shade().await? < 60, "and is kept");
        Ok(())
    })
    .await
}
