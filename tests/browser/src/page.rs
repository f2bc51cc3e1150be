//! A page of the app, and what a candidate does on it.

use crate::probe::{Socket, Tapped};
use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use thirtyfour::prelude::*;

/// How long something may take to show.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// Elements of one page that a keyboard comes by.
const MOST_TABS: usize = 60;

/// Notes what tests ask about.
const PROBE: &str = include_str!("probe.js");

/// A tab.
pub struct Page {
    driver: WebDriver,
    url: String,
}

impl Page {
    pub(crate) async fn new(driver: WebDriver, url: &str) -> anyhow::Result<Self> {
        let page = Self { driver, url: url.to_owned() };
        page.before_every_page(PROBE).await?;
        Ok(page)
    }

    /// The driver, for what is not here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Runs a script before the scripts of every page from now on.
    async fn before_every_page(&self, source: &str) -> anyhow::Result<()> {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await.map(drop)
    }

    /// Takes the browser's own processing off the microphone: its effect on a WAV is not what a test wants to know.
    pub async fn hear_plainly(&self) -> anyhow::Result<()> {
        self.before_every_page("window.__plain = true;").await
    }

    /// Records what is played.
    pub async fn tap(&self) -> anyhow::Result<()> {
        // The recorder is a script that the page's policy would refuse.
        self.devtools("Page.setBypassCSP", json!({"enabled": true})).await?;
        self.before_every_page("window.__tapped = true;").await
    }

    /// Sends a command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> anyhow::Result<Value> {
        Ok(self.driver.cdp().send_raw(command, parameters).await?)
    }

    /// Tells the page whether the device has a network. Connections that are open stay so.
    pub async fn set_online(&self, is_online: bool) -> anyhow::Result<()> {
        let parameters =
            json!({"offline": !is_online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.emulateNetworkConditions", parameters).await.map(drop)
    }

    /// Opens a tab beside this one and goes to it.
    pub async fn open_tab(&self) -> anyhow::Result<()> {
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab).await?;
        self.before_every_page(PROBE).await
    }

    /// Goes to the tab that was opened as this one, from 0.
    pub async fn switch_to_tab(&self, at: usize) -> anyhow::Result<()> {
        let tabs = self.driver.windows().await?;
        let tab = tabs.get(at).context("there is no such tab")?;
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// Goes to a path of the app.
    pub async fn go(&self, path: &str) -> anyhow::Result<()> {
        Ok(self.driver.goto(format!("{}{path}", self.url)).await?)
    }

    /// Loads the page again.
    pub async fn reload(&self) -> anyhow::Result<()> {
        Ok(self.driver.refresh().await?)
    }

    /// Returns the path that is shown.
    pub async fn path(&self) -> anyhow::Result<String> {
        Ok(self.driver.current_url().await?.path().to_owned())
    }

    /// Waits for an element to be seen.
    pub async fn find(&self, css: &str) -> anyhow::Result<WebElement> {
        let found = self.driver.query(By::Css(css)).wait(PATIENCE, LOOK_AGAIN).and_displayed().first().await;
        found.with_context(|| format!("{css} is not shown"))
    }

    /// Waits for an element that can be clicked, and clicks it.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        let button = self.driver.query(By::Css(css)).wait(PATIENCE, LOOK_AGAIN).and_clickable().first().await;
        Ok(button.with_context(|| format!("{css} cannot be clicked"))?.click().await?)
    }

    /// Waits until an element says something with these words.
    pub async fn says(&self, css: &str, words: &str) -> anyhow::Result<()> {
        let script = format!(
            "[...document.querySelectorAll({css})].some((it) => it.textContent.includes({words}))",
            css = json!(css),
            words = json!(words)
        );
        self.until(&script).await.with_context(|| format!("{css} does not say “{words}”")).map(drop)
    }

    /// Waits for a state of the conversation.
    pub async fn reaches(&self, state: &str) -> anyhow::Result<()> {
        self.find(&format!("[data-state={state}]")).await.map(drop)
    }

    /// Evaluates an expression.
    pub async fn look(&self, expression: &str) -> anyhow::Result<Value> {
        let looked = self.driver.execute(format!("return ({expression});"), Vec::new()).await;
        Ok(looked.with_context(|| expression.to_owned())?.json().clone())
    }

    /// Waits until an expression is true, and returns it. What cannot be evaluated yet is not true.
    pub async fn until(&self, expression: &str) -> anyhow::Result<Value> {
        let script = format!(
            "const [done] = arguments, end = performance.now() + {ms};
             const look = () => {{
               let value; try {{ value = ({expression}); }} catch {{ value = null; }}
               if (value || performance.now() > end) done(value ?? null); else setTimeout(look, 20);
             }};
             look();",
            ms = 3 * PATIENCE.as_millis()
        );
        let value = self.driver.execute_async(script, Vec::new()).await?.json().clone();
        if matches!(value, Value::Null | Value::Bool(false)) {
            bail!("never true: {expression}");
        }
        Ok(value)
    }

    /// Calls a procedure as the page would, and returns its result.
    pub async fn call(&self, procedure: &str, input: &Value) -> anyhow::Result<Value> {
        let is_query = ["interview.get", "interview.list", "user.me", "config.get"].contains(&procedure);
        let script = format!(
            "const done = arguments[0], input = JSON.stringify({input});
             const [url, init] = {is_query}
               ? ['/api/trpc/{procedure}?input=' + encodeURIComponent(input), {{}}]
               : ['/api/trpc/{procedure}', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: input }}];
             fetch(url, init).then((answer) => answer.json()).then(done, (error) => done(String(error)));"
        );
        let answer = self.driver.execute_async(script, Vec::new()).await?.json().clone();
        ensure!(answer["result"].is_object(), "{procedure}: {answer}");
        Ok(answer["result"]["data"].clone())
    }

    /// Signs in as the local user and makes an interview; returns its id.
    pub async fn new_interview(&self, role: &str) -> anyhow::Result<String> {
        // Any answer of the app is a page that may call it.
        self.go("/api/trpc/config.get").await?;
        self.call("auth.signInLocal", &Value::Null).await?;
        let key = format!("browser-{role}");
        let input = json!({"idempotencyKey": key, "role": role, "language": "en", "durationMinutes": 20});
        let created = self.call("interview.create", &input).await?;
        created["id"].as_str().map(str::to_owned).context("an interview has an id")
    }

    /// Makes an interview, opens its page and starts it; returns its id when it is live.
    pub async fn start_interview(&self, role: &str) -> anyhow::Result<String> {
        let id = self.new_interview(role).await?;
        self.go(&format!("/interviews/{id}/session")).await?;
        self.click("#start").await?;
        self.reaches("live").await?;
        Ok(id)
    }

    /// Waits until the interview is stored as over, and returns it.
    pub async fn stored(&self, id: &str) -> anyhow::Result<Value> {
        let script = format!(
            "const done = arguments[0], input = encodeURIComponent(JSON.stringify({{ id: {id} }}));
             const look = () => fetch('/api/trpc/interview.get?input=' + input).then((answer) => answer.json()).then((answer) => {{
               const found = answer.result?.data;
               if (!found || found.status === 'COMPLETED' || found.status === 'ERROR') done(answer); else setTimeout(look, 50);
             }});
             look();",
            id = json!(id)
        );
        let answer = self.driver.execute_async(script, Vec::new()).await?.json().clone();
        ensure!(answer["result"]["data"]["status"] == "COMPLETED", "{answer}");
        Ok(answer["result"]["data"].clone())
    }

    /// Presses keys.
    pub async fn press(&self, keys: impl Into<TypingData>) -> anyhow::Result<()> {
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// Goes to an element by the Tab key alone.
    pub async fn tab_to(&self, css: &str) -> anyhow::Result<()> {
        for _ in 0..MOST_TABS {
            if self.look(&format!("document.activeElement?.matches({})", json!(css))).await? == true {
                return Ok(());
            }
            self.press(Key::Tab).await?;
        }
        bail!("{css} cannot be reached by the keyboard")
    }

    /// Ends the interview, as a person does.
    pub async fn end_interview(&self) -> anyhow::Result<()> {
        self.click("#end").await?;
        self.click("#end-now").await
    }

    /// Returns every WebSocket of this page since it was loaded.
    pub async fn sockets(&self) -> anyhow::Result<Vec<Socket>> {
        Ok(serde_json::from_value(self.look("__probe.sockets").await?)?)
    }

    /// Returns what was played.
    pub async fn tapped(&self) -> anyhow::Result<Tapped> {
        let (first, base64): (usize, String) =
            serde_json::from_value(self.look("__probe.recording()").await?)?;
        let bytes = base64_simd::STANDARD.decode_to_vec(base64)?;
        let samples = bytes.as_chunks().0.iter().map(|sample| i16::from_le_bytes(*sample)).collect();
        Ok(Tapped { first, samples })
    }

    /// Leaves a picture of the page in `target/shots`.
    async fn picture(&self) -> anyhow::Result<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/shots");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("failed-{}.png", std::process::id()));
        self.driver.screenshot(&path).await?;
        Ok(path)
    }

    /// What the page shows and says after a failure.
    pub(crate) async fn last_words(&self) -> String {
        let picture = self.picture().await;
        let picture = picture.map_or_else(|error| error.to_string(), |path| path.display().to_string());
        let text = self.look("document.body.innerText").await.unwrap_or_default();
        let console = self.driver.browser_log().await.unwrap_or_default();
        let console: Vec<String> = console.into_iter().map(|entry| entry.message).collect();
        format!("picture: {picture}\npage: {text}\nconsole: {console:#?}")
    }
}
