use anyhow::ensure;
use browser::{Microphone, PrepPal, Setup, with_browser};
use thirtyfour::Key;

#[tokio::test(flavor = "multi_thread")]
async fn an_interview_is_held_with_the_keyboard_alone_and_its_transcript_is_stored() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.new_interview("Compiler engineer").await?;
        page.go(&format!("/interviews/{id}/session")).await?;
        page.find("#start").await?;
        page.tab_to("#start").await?;
        page.press(Key::Enter).await?;
        page.reaches("live").await?;
        page.says(".captions li", "Interviewer").await?;

        page.tab_to("#type").await?;
        page.press(Key::Enter).await?;
        page.until("document.activeElement.id === 'typed'").await?;
        page.press("I wrote a register allocator.").await?;
        page.press(Key::Enter).await?;
        page.says(".captions li.candidate", "register allocator").await?;

        page.tab_to("#end").await?;
        page.press(Key::Enter).await?;
        page.tab_to("#end-now").await?;
        page.press(Key::Enter).await?;
        page.until("location.pathname.endsWith('/ended')").await?;

        let stored = page.stored(&id).await?;
        let said = stored["transcript"].to_string();
        ensure!(said.contains("register allocator") && said.contains("\"AI\""), "{said}");
        ensure!(stored["endReason"] == "USER", "{stored}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_speaks_and_reads_what_is_stored() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Answers, async |page| {
        page.go("/").await?;
        page.click(".welcome .button.primary").await?;
        page.click("#start").await?;
        page.reaches("live").await?;
        page.says(".captions li", "Interviewer").await?;
        page.says(".captions li.candidate", "s of speech]").await?;
        page.end_interview().await?;
        page.until("location.pathname.endsWith('/ended')").await?;
        page.click(".ended .button.primary").await?;
        page.says("main", "s of speech]").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_interviewer_has_said_is_announced_once_it_is_whole() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        page.start_interview("Screen reader").await?;
        page.says(".captions li.forming", "Interviewer").await?;
        let read_out = page.look("document.querySelector('#announcer').textContent").await?;
        ensure!(read_out == "", "no half sentence is read out: {read_out}");
        page.until("!document.querySelector('.captions li.forming')").await?;
        page.until("document.querySelector('#announcer').textContent.startsWith('Interviewer: ')").await?;
        let is_speaking = page.look("document.querySelector('.orb').classList.contains('speaking')").await?;
        ensure!(is_speaking == false, "not while the voice is heard");
        Ok(())
    })
    .await
}
