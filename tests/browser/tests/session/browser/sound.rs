use anyhow::{Context, ensure};
use browser::{
    ANSWER_AT_MS, ANSWER_HZ, Message, Microphone, PrepPal, Setup, Tapped, answer, compare, loudness,
    with_browser, with_the_only_browser,
};

/// Pieces that the recorder has put aside in so many seconds.
fn pieces(seconds: usize) -> usize {
    seconds * Tapped::HZ / 2048
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interviewer_hears_what_the_microphone_heard() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_the_only_browser(&preppal, Microphone::Answers, async |page| {
        page.hear_plainly().await?;
        page.start_interview("Sound engineer").await?;
        let asked = page.look("__probe.constraints[0]").await?;
        for processing in ["echoCancellation", "noiseSuppression", "autoGainControl"] {
            ensure!(asked[processing] == true, "{asked}");
        }

        preppal.has_heard(ANSWER_AT_MS * ANSWER_HZ / 1000 + answer()?.len()).await?;
        let likeness = compare(&preppal.tape.heard(), answer()?, ANSWER_HZ);
        println!("uplink: {likeness:?}");
        ensure!(likeness.windows >= 7, "{likeness:?}");
        ensure!(likeness.median > 0.95 && likeness.worst > 0.9, "{likeness:?}");
        let longest_gap = likeness.jumps.iter().map(|jump| jump.unsigned_abs()).max().unwrap_or(0);
        ensure!(longest_gap <= ANSWER_HZ / 10, "a gap of more than 100 ms: {likeness:?}");

        let sockets = page.sockets().await?;
        let most = sockets[0].most_in_a_second();
        println!("uplink: at most {most} messages a second");
        ensure!((10..=25).contains(&most), "{most} messages in a second");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_candidate_hears_what_the_interviewer_said() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_the_only_browser(&preppal, Microphone::Quiet, async |page| {
        page.tap().await?;
        page.start_interview("Sound engineer").await?;
        page.until(&format!("__probe.tap.length > {}", pieces(10))).await?;
        let (played, said) = (page.tapped().await?, preppal.tape.said());
        let likeness = compare(&played.samples, &said[..6 * Tapped::HZ], Tapped::HZ);
        println!("downlink: {likeness:?}");
        ensure!(likeness.windows >= 8, "{likeness:?}");
        ensure!(likeness.median > 0.999 && likeness.worst > 0.9 && likeness.jumps.len() <= 1, "{likeness:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_interrupted_answer_is_heard_after_150_ms() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_the_only_browser(&preppal, Microphone::Answers, async |page| {
        page.tap().await?;
        page.start_interview("Sound engineer").await?;
        page.until("__probe.sockets[0].received.some(([, field]) => field === 11)").await?;
        let sockets = page.sockets().await?;
        let marker = sockets[0].received_of(Message::INTERRUPTED).next().context("it has come")?.heard_at_s;
        page.until(&format!("__probe.voice.currentTime > {marker} + 1.2")).await?;

        let played = page.tapped().await?;
        let before = loudness(played.between(marker - 1.0, marker));
        let after = played.between(marker + 0.15, marker + 1.0);
        println!("before the marker: {before:.0}; from 150 ms after it: {:.0}", loudness(after));
        ensure!(before > 300.0, "the interviewer was speaking: {before}");
        ensure!(after.len() > Tapped::HZ * 3 / 4, "{} samples", after.len());
        ensure!(after.iter().all(|sample| *sample == 0), "{}", loudness(after));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goodbye_is_heard_to_its_end_before_the_page_is_left() -> anyhow::Result<()> {
    // An interviewer who hangs up before the goodbye has been heard.
    let preppal = PrepPal::start(Setup { time_scale: 0.25, ..Setup::default() }).await?;
    with_the_only_browser(&preppal, Microphone::Quiet, async |page| {
        page.tap().await?;
        let id = page.start_interview("Sound engineer").await?;
        page.says(".captions li", "Interviewer").await?;
        page.click("#type").await?;
        page.find("#typed").await?.send_keys("Please end the interview.").await?;
        page.click("#send").await?;
        page.until("location.pathname.endsWith('/ended')").await?;
        ensure!(page.stored(&id).await?["endReason"] == "INTERVIEWER");

        let (played, said) = (page.tapped().await?, preppal.tape.said());
        let goodbye = &said[said.len() - 3 * Tapped::HZ..];
        let likeness = compare(&played.samples, goodbye, Tapped::HZ);
        println!("goodbye: {likeness:?}");
        ensure!(likeness.windows >= 3 && likeness.worst > 0.9, "{likeness:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn muted_and_paused_means_that_nothing_is_sent() -> anyhow::Result<()> {
    let preppal = PrepPal::start(Setup::default()).await?;
    with_browser(&preppal, Microphone::Answers, async |page| {
        const COUNT: &str = "__probe.sockets.at(-1).sent.filter(([, field]) => field === 1).length";
        page.start_interview("Sound engineer").await?;
        page.until(&format!("{COUNT} > 5")).await?;

        page.click("#mute").await?;
        page.says("#standing", "You are muted").await?;
        let muted = page.look("performance.now()").await?;
        // Some silence follows, by which the interviewer knows that an answer has ended.
        page.until(&format!("performance.now() > {muted} + 3000")).await?;
        let sent = page.sockets().await?;
        let muted = muted.as_f64().context("a time is a number")?;
        let late =
            sent[0].sent_of(Message::AUDIO_CHUNK).filter(|chunk| chunk.at_ms > muted + 1_500.0).count();
        ensure!(late == 0, "{late} frames after muting");

        page.click("#mute").await?;
        page.says("#standing", "Connected").await?;
        let count = page.look(COUNT).await?;
        page.until(&format!("{COUNT} > {count} + 5")).await?;

        page.click("#pause").await?;
        page.reaches("paused").await?;
        let (count, now) = (page.look(COUNT).await?, page.look("performance.now()").await?);
        page.until(&format!("performance.now() > {now} + 600")).await?;
        ensure!(page.look(COUNT).await? == count, "frames while paused");
        page.click("#pause").await?;
        page.reaches("live").await?;
        page.until(&format!("{COUNT} > {count} + 5")).await?;
        Ok(())
    })
    .await
}
