use anyhow::ensure;
use browser::{Microphone, PrepPal, Setup, with_browser};

#[tokio::test(flavor = "multi_thread")]
async fn an_interview_is_held_by_typing_and_its_transcript_is_stored() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Quiet, async |page| {
        let id = page.start_interview("Compiler engineer").await?;
        page.says(".captions", "Interviewer").await?;
        page.picture("live").await?;
        page.click("#type").await?;
        page.find("#typed").await?.send_keys("I wrote a register allocator.").await?;
        page.click("#send").await?;
        page.says(".captions", "register allocator").await?;
        page.end_interview().await?;
        let stored = page.stored(&id).await?;
        let transcript = stored["transcript"].to_string();
        ensure!(transcript.contains("register allocator"), "{transcript}");
        page.until("location.pathname.endsWith('/ended')").await?;
        Ok(())
    })
    .await
}
