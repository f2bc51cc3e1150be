//! In by code, as a guest, out, and back to where one was.

use anyhow::{Context, ensure};
use browser::{Microphone, Page, PrepPal, Setup, with_browser};
use thirtyfour::Key;

/// Signs in with the code that a server without mail shows.
async fn sign_in(page: &Page, email: &str) -> anyhow::Result<()> {
    page.find("#email").await?.send_keys(email).await?;
    page.press(Key::Enter).await?;
    let code =
        page.until("document.querySelector('form .notice')?.textContent.match(/[0-9]{6}/)?.[0]").await?;
    page.until("document.activeElement.id === 'code'").await.context("the next field has the focus")?;
    page.press(code.as_str().context("a code is text")?).await?;
    page.press(Key::Enter).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_lead_to_a_running_interview_and_signing_in_keeps_it() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.go("/").await?;
        page.click("#try-now").await?;
        page.click("#start").await?;
        page.reaches("live").await?;
        page.end_interview().await?;
        page.until("location.pathname.endsWith('/ended')").await?;
        page.go("/settings").await?;
        page.click(".card a[href*='sign-in']").await?;
        sign_in(page, "ada@example.org").await?;
        page.until("location.pathname === '/settings'").await?;
        page.says("main", "ada@example.org").await?;
        page.go("/").await?;
        page.says(".interview h2", "General interview practice").await?;
        page.says(".interview .chip", "Finished").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_out_on_the_way_comes_back_to_what_they_had_typed() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.go("/interviews/new").await?;
        page.until("location.search.includes('back=%2Finterviews%2Fnew')").await?;
        sign_in(page, "ada@example.org").await?;
        page.find("#role").await?.send_keys("Night nurse").await?;
        page.driver().delete_all_cookies().await?;
        page.click("#create").await?;
        page.until("location.pathname === '/sign-in'").await?;
        sign_in(page, "ada@example.org").await?;
        page.until("document.querySelector('#role')?.value === 'Night nurse'").await?;
        page.click("#create").await?;
        page.find("#start").await?;
        page.go("/interviews/new").await?;
        page.find("#role").await?;
        let role = page.look("document.querySelector('#role').value").await?;
        ensure!(role == "", "the next one begins empty: {role}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_is_said_where_it_is_mended() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.go("/sign-in").await?;
        page.find("#email").await?.send_keys("ada@example.org").await?;
        page.press(Key::Enter).await?;
        page.find("#code").await?.send_keys("12345").await?;
        page.press(Key::Enter).await?;
        page.says("#code-wrong", "six digits").await?;
        let code =
            page.until("document.querySelector('form .notice').textContent.match(/[0-9]{6}/)[0]").await?;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        page.look("document.querySelector('#code').select()").await?;
        page.press(wrong).await?;
        page.press(Key::Enter).await?;
        page.says("#code-wrong", "wrong or no longer valid").await?;
        page.until("document.activeElement.id === 'code' && document.activeElement.ariaInvalid === 'true'")
            .await
            .map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_leads_back_to_the_start() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.go("/sign-in").await?;
        page.click("#local").await?;
        page.find(".empty").await?;
        page.go("/settings").await?;
        page.find("#name").await?.send_keys("Ada").await?;
        page.click("#save").await?;
        page.says("[role=status]", "Saved").await?;
        page.go("/").await?;
        page.says("h1", "Welcome back, Ada").await?;
        page.go("/settings").await?;
        page.click("#sign-out").await?;
        page.find("#try-now").await?;
        page.go("/interviews/new").await?;
        page.until("location.pathname === '/sign-in'").await.map(drop)
    })
    .await
}
