use anyhow::ensure;
use browser::{Microphone, Page, PrepPal, Setup, with_browser};

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_that_is_denied_is_explained_and_answers_can_be_typed() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Denied, async |page| {
        let id = page.new_interview("Compiler engineer").await?;
        page.go(&format!("/interviews/{id}/session")).await?;
        page.click("#check").await?;
        page.says("#microphone-trouble", "The microphone is blocked.").await?;
        page.says("#microphone-trouble", "Allow it in the site settings").await?;

        page.click("#start").await?;
        page.reaches("live").await?;
        page.says("#microphone-trouble", "The microphone is blocked.").await?;
        page.click("#type").await?;
        page.find("#typed").await?.send_keys("I can type.").await?;
        page.click("#send").await?;
        page.says(".captions li.candidate", "I can type.").await
    })
    .await
}

/// Lets the next microphone that is asked for fail like this.
async fn fail_with(page: &Page, name: &str) -> anyhow::Result<()> {
    let refuse = format!(
        "navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{name}'); }}"
    );
    page.look(&refuse).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_device_check_hears_the_candidate_and_every_trouble_has_its_text() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Answers, async |page| {
        let id = page.new_interview("Compiler engineer").await?;
        page.go(&format!("/interviews/{id}/session")).await?;
        page.click("#check").await?;
        page.says("#heard", "Listening…").await?;
        page.says("#heard", "We can hear you.").await?;
        page.until("document.querySelectorAll('.check select option').length >= 2").await?;

        page.reload().await?;
        page.find("#check").await?;
        for (name, text) in [
            ("NotFoundError", "No microphone was found."),
            ("NotReadableError", "The microphone is in use by something else."),
            ("TypeError", "The microphone did not start."),
        ] {
            fail_with(page, name).await?;
            page.click("#check").await?;
            page.says("#microphone-trouble", text).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_that_is_pulled_out_is_replaced_or_asked_for() -> anyhow::Result<()> {
    const PULL_OUT: &str = "__probe.streams.at(-1).getTracks().forEach((track) => {
        track.stop();
        track.dispatchEvent(new Event('ended'));
    })";
    const COUNT: &str = "__probe.sockets[0].sent.filter(([, field]) => field === 1).length";
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.start_interview("Compiler engineer").await?;
        page.look(PULL_OUT).await?;
        page.says("#notice", "Another one is used now.").await?;
        let sent = page.look(COUNT).await?;
        page.until(&format!("{COUNT} > {sent} + 5")).await?;

        fail_with(page, "NotFoundError").await?;
        page.look(PULL_OUT).await?;
        page.says("#microphone-trouble", "The microphone was disconnected.").await?;
        ensure!(
            page.look("document.querySelector('[data-state=live]') !== null").await? == true,
            "it goes on"
        );
        Ok(())
    })
    .await
}
