//! Chromium and its driver.

use crate::media::{answer_wav, quiet_wav};
use crate::page::Page;
use crate::process::Process;
use crate::server::PrepPal;
use anyhow::Context;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// How long one test may take.
const LONGEST: Duration = Duration::from_secs(120);

/// So many browsers at a time: more of them on two cores are not in real time.
const AT_ONCE: u32 = 2;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE as usize);

/// What the fake microphone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Microphone {
    /// Allowed, and hears the answer after a while.
    Answers,
    /// Allowed, and hears nothing.
    Quiet,
    /// Not allowed.
    Denied,
}

/// How large the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1280 by 900.
    Desktop,
    /// 390 by 844, touched.
    Phone,
}

/// A browser that is driven, and killed when it is dropped.
pub struct Browser {
    driver: WebDriver,
    process: Process,
    _place: Option<SemaphorePermit<'static>>,
    _folder: TempDir,
}

/// Runs `test` with a page of a fresh browser, and quits the browser whatever becomes of it. A picture is left of a page
/// on which it failed.
pub async fn with_browser<T>(
    preppal: &PrepPal,
    microphone: Microphone,
    test: impl AsyncFnOnce(&Page) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let browser = Browser::open(microphone, Screen::Desktop).await?;
    browser.run(preppal, test).await
}

/// The same while no other test has a browser: for what must be heard sample by sample.
pub async fn with_the_only_browser<T>(
    preppal: &PrepPal,
    microphone: Microphone,
    test: impl AsyncFnOnce(&Page) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let places = PLACES.acquire_many(AT_ONCE).await?;
    let browser = Browser::open_in(Some(places), microphone, Screen::Desktop).await?;
    browser.run(preppal, test).await
}

impl Browser {
    /// Opens a browser when there is a place for it.
    pub async fn open(microphone: Microphone, screen: Screen) -> anyhow::Result<Self> {
        let place = PLACES.acquire().await?;
        Self::open_in(Some(place), microphone, screen).await
    }

    /// Opens one more for a test that has one already.
    pub async fn open_another(&self, microphone: Microphone, screen: Screen) -> anyhow::Result<Self> {
        Self::open_in(None, microphone, screen).await
    }

    async fn open_in(
        place: Option<SemaphorePermit<'static>>,
        microphone: Microphone,
        screen: Screen,
    ) -> anyhow::Result<Self> {
        // The driver's client is built with the workspace's TLS, though it speaks to this machine alone. Another test may
        // have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new()?;
        let (process, url) = start_driver(folder.path()).await?;
        let driver = WebDriver::new(&url, capabilities(microphone, screen, folder.path())?).await?;
        driver.set_script_timeout(LONGEST).await?;
        Ok(Self { driver, process, _place: place, _folder: folder })
    }

    /// Runs a test and quits.
    pub async fn run<T>(
        self,
        preppal: &PrepPal,
        test: impl AsyncFnOnce(&Page) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let page = self.page(preppal).await?;
        let result = timeout(LONGEST, test(&page)).await.context("it takes too long").flatten();
        let result = match result {
            Ok(done) => Ok(done),
            Err(error) => Err(error.context(page.last_words().await)),
        };
        self.quit().await?;
        result
    }

    /// Returns its page, instrumented.
    pub async fn page(&self, preppal: &PrepPal) -> anyhow::Result<Page> {
        Page::new(self.driver.clone(), &preppal.url).await
    }

    /// Closes it as a person would.
    pub async fn quit(self) -> anyhow::Result<()> {
        Ok(self.driver.quit().await?)
    }

    /// Kills it in the middle of everything.
    pub fn kill(self) {
        self.process.kill();
        // There is nothing left to be told to quit.
        drop(self.driver.leak());
    }
}

/// Starts chromedriver on a free port; returns its address. Chromium's profile goes with the folder, however it ends.
async fn start_driver(folder: &Path) -> anyhow::Result<(Process, String)> {
    let start = || {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("TMPDIR", folder);
        Process::start(command, "started successfully on port ")
    };
    let mut started = start().await;
    // It takes a port that is free for IPv4 and gives up if the same one is taken for IPv6.
    while started.as_ref().is_err_and(|error| error.to_string().contains("Address already in use")) {
        started = start().await;
    }
    let (process, rest) = started?;
    Ok((process, format!("http://127.0.0.1:{}", rest.trim_end_matches('.').trim())))
}

fn capabilities(microphone: Microphone, screen: Screen, folder: &Path) -> anyhow::Result<Capabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--lang=en-US",
        "--use-fake-device-for-media-stream",
    ] {
        capabilities.add_arg(argument)?;
    }
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    let heard = match microphone {
        Microphone::Answers => answer_wav()?,
        Microphone::Quiet | Microphone::Denied => quiet_wav()?,
    };
    let wav = folder.join("microphone.wav");
    fs::write(&wav, heard)?;
    capabilities.add_arg(&format!("--use-file-for-fake-audio-capture={}%noloop", wav.display()))?;
    if microphone == Microphone::Denied {
        capabilities.add_arg("--deny-permission-prompts")?;
    } else {
        capabilities.add_arg("--use-fake-ui-for-media-stream")?;
    }
    match screen {
        Screen::Desktop => capabilities.add_arg("--window-size=1280,900")?,
        Screen::Phone => {
            let device =
                json!({"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true}});
            capabilities.add_experimental_option("mobileEmulation", device)?;
        }
    }
    Ok(capabilities.into())
}
