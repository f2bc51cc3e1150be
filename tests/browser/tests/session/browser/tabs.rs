use anyhow::ensure;
use browser::{Browser, Microphone, PrepPal, Screen, Setup, with_browser};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_tab_has_the_interview_and_the_other_says_so() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.start_interview("Compiler engineer").await?;
        page.open_tab().await?;
        page.go(&format!("/interviews/{id}/session")).await?;
        page.says("#start", "Go back into the interview").await?;
        page.click("#start").await?;
        page.reaches("live").await?;

        page.switch_to_tab(0).await?;
        page.says("#trouble", "This interview was opened in another tab").await?;
        let sockets = page.sockets().await?;
        ensure!(sockets.last().is_some_and(|socket| socket.closed == Some(4409)), "{sockets:?}");

        page.click("#try-again").await?;
        page.reaches("live").await?;
        page.switch_to_tab(1).await?;
        page.says("#trouble", "This interview was opened in another tab").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_lets_go_of_the_microphone_and_leaves_a_way_back() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.new_interview("Compiler engineer").await?;
        page.go("/").await?;
        page.click(&format!("a[href='/interviews/{id}/session']")).await?;
        page.click("#start").await?;
        page.reaches("live").await?;
        page.driver().back().await?;
        page.until("location.pathname === '/'").await?;
        page.until("__probe.sockets[0].closed !== null").await?;
        let tracks = page.look(
            "__probe.streams.every((it) => it.getTracks().every((track) => track.readyState === 'ended'))",
        );
        ensure!(tracks.await? == true, "the microphone is still on");

        page.click(&format!("a[href='/interviews/{id}/session']")).await?;
        page.says("#start", "Go back into the interview").await?;
        page.click("#start").await?;
        page.reaches("live").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_is_killed_leaves_a_stored_transcript() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup { grace_s: 2, ..Setup::default() }).await?;
    let browser = Browser::open(Microphone::Quiet, Screen::Desktop).await?;
    let page = browser.page(&preppal).await?;
    let id = page.start_interview("Compiler engineer").await?;
    page.click("#type").await?;
    page.find("#typed").await?.send_keys("My last words.").await?;
    page.click("#send").await?;
    page.says(".captions li.candidate:not(.forming)", "My last words.").await?;
    let another = browser.open_another(Microphone::Quiet, Screen::Desktop).await?;
    browser.kill();

    another
        .run(&preppal, async |page| {
            page.go("/api/trpc/config.get").await?;
            page.call("auth.signInLocal", &Value::Null).await?;
            let stored = page.stored(&id).await?;
            ensure!(stored["endReason"] == "CLIENT_LEFT", "{stored}");
            let transcript = stored["transcript"].to_string();
            ensure!(transcript.contains("My last words."), "{transcript}");
            page.go("/").await?;
            page.says("main", "Compiler engineer").await
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_shows_everything_without_scrolling_sideways() -> anyhow::Result<()> {
    const IS_NARROW: &str = "document.documentElement.scrollWidth <= window.innerWidth";
    const IS_REACHED: &str = "[...document.querySelectorAll('.controls button')].every((it) => {
        const box = it.getBoundingClientRect();
        return box.height >= 44 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
    })";
    let preppal = PrepPal::start(Setup::default()).await?;
    let browser = Browser::open(Microphone::Quiet, Screen::Phone).await?;
    browser
        .run(&preppal, async |page| {
            let id = page.new_interview("Head of a department with a rather long name").await?;
            page.go(&format!("/interviews/{id}/session")).await?;
            page.find("#start").await?;
            ensure!(page.look(IS_NARROW).await? == true, "the device check is too wide");
            page.click("#start").await?;
            page.reaches("live").await?;
            page.says(".captions li", "Interviewer").await?;
            ensure!(page.look(IS_NARROW).await? == true, "the conversation is too wide");
            ensure!(page.look(IS_REACHED).await? == true, "a control is out of reach");
            Ok(())
        })
        .await
}
