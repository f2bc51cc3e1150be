use anyhow::{Context, ensure};
use browser::{Microphone, PrepPal, Setup, with_browser};

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_is_opened_with_the_token_and_the_url_that_generate_worker_token_and_the_configuration_gave()
-> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.new_interview("Compiler engineer").await?;
        page.go(&format!("/interviews/{id}/session")).await?;
        page.find("#start").await?;
        let before = page.look("[__probe.tokens.length, __probe.sockets.length]").await?;
        ensure!(before == serde_json::json!([0, 0]), "nothing is asked for before the start: {before}");

        page.click("#start").await?;
        page.reaches("live").await?;
        let tokens = page.look("__probe.tokens").await?;
        let token = tokens[0].as_str().context("a token was given")?;
        ensure!(tokens.as_array().map(Vec::len) == Some(1), "one token is enough");
        let config = page.call("config.get", &serde_json::Value::Null).await?;
        ensure!(config["workerUrl"] == preppal.worker_url, "{config}");
        let sockets = page.sockets().await?;
        ensure!(sockets.len() == 1, "{} connections", sockets.len());
        ensure!(sockets[0].url == format!("{}/{id}?token={token}", preppal.worker_url), "{}", sockets[0].url);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_in_mid_interview_rejoins_with_a_fresh_token() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.start_interview("Compiler engineer").await?;
        page.until("document.querySelector('.captions li')?.textContent.length > 60").await?;
        let before = page.look("document.querySelector('.captions li span').textContent").await?;
        let before = before.as_str().context("a text")?.to_owned();

        page.reload().await?;
        page.reaches("live").await?;
        page.says(".captions li", before.trim()).await?;
        let tokens = page.look("__probe.tokens.length").await?;
        ensure!(tokens == 1, "a token of its own: {tokens}");
        page.until("__probe.voice?.state === 'running' || document.querySelector('#turn-on-sound')").await?;

        page.end_interview().await?;
        let stored = page.stored(&id).await?;
        let transcript = stored["transcript"].as_array().context("a transcript")?;
        ensure!(transcript.len() == 1, "nobody was greeted twice: {transcript:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_cut_and_comes_back_loses_nothing_that_was_typed() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.start_interview("Compiler engineer").await?;
        page.says(".captions li", "Interviewer").await?;
        preppal.cut_network();
        page.reaches("reconnecting").await?;
        page.says("#standing", "The connection was lost. Reconnecting…").await?;
        page.set_online(false).await?;
        page.says("#standing", "This device is offline.").await?;
        page.set_online(true).await?;
        page.says("#standing", "The connection was lost. Reconnecting…").await?;
        page.click("#type").await?;
        page.find("#typed").await?.send_keys("Typed into a dead line.").await?;
        page.click("#send").await?;

        preppal.restore_network();
        page.reaches("live").await?;
        page.says(".captions li.candidate", "Typed into a dead line.").await?;
        let sockets = page.sockets().await?;
        ensure!(sockets.first().is_some_and(|socket| socket.closed == Some(1006)), "the line was cut");
        ensure!(sockets.iter().filter(|socket| socket.open).count() == 2, "one connection before, one after");
        page.end_interview().await?;
        let stored = page.stored(&id).await?["transcript"].to_string();
        ensure!(stored.matches("Typed into a dead line.").count() == 1, "{stored}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_told_after_a_fresh_one_was_tried() -> anyhow::Result<()> {
    // Another installation, with other secrets.
    let stranger = PrepPal::start(Setup::default()).await?;
    let setup = Setup { worker_url: Some(stranger.worker_url.clone()), ..Setup::default() };
    let preppal = PrepPal::start(setup).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.new_interview("Compiler engineer").await?;
        page.go(&format!("/interviews/{id}/session")).await?;
        page.click("#start").await?;
        page.says("#trouble", "You were not let into this interview.").await?;
        page.find("#try-again").await?;
        let closed: Vec<_> = page.sockets().await?.into_iter().map(|socket| socket.closed).collect();
        ensure!(closed == [Some(4401), Some(4401)], "{closed:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interview_that_is_over_is_not_joined() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.start_interview("Compiler engineer").await?;
        page.end_interview().await?;
        page.stored(&id).await?;
        page.go(&format!("/interviews/{id}/session")).await?;
        page.says("#trouble", "This interview is over.").await?;
        let asked = page.look("[__probe.tokens.length, __probe.sockets.length]").await?;
        ensure!(asked == serde_json::json!([0, 0]), "{asked}");
        Ok(())
    })
    .await
}
