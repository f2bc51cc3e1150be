use serde_json::json;

use super::rig::{Client, Rig, setup, setup_with, speech, text};
use crate::options::Options;
use crate::scenario::Scenario;

/// SI-90, SI-94, SI-114: an hour of interview over seven connections, told as the script says, ended by a call.
#[test]
fn si_114_an_hour_over_seven_connections() {
    let transcripts: Vec<String> = (1..=200).map(|n| format!("Answer number {n}.")).collect();
    let rig = Rig::with(Scenario { transcripts: transcripts.clone(), ..Scenario::default() });
    let mut setup = setup();
    setup["setup"]["systemInstruction"]["parts"][0]["text"] =
        "Role: Rust engineer\nDuration: 60 minutes".into();
    let mut client = rig.live(&setup);
    client.send(&text("Begin."));
    client.run_until("turnComplete");
    let mut hour = Hour::default();
    let mut answers = 0;
    while client.times_of("toolCall").is_empty() {
        if !client.times_of("goAway").is_empty() {
            hour.take(&client);
            client.close();
            rig.wait(1_000);
            client = rig.live(&setup_with("sessionResumption", json!({"handle": client.handle()})));
            assert_eq!(client.times_of("setupComplete").len(), 1);
        }
        for _ in 0..12 {
            if client.times_of("goAway").is_empty() {
                client.run(5_000);
            }
        }
        if !client.times_of("goAway").is_empty() {
            continue;
        }
        client.hear(&[speech(), vec![0; 3200], speech()].concat());
        client.hear_silence(1_300);
        client.run_until("generationComplete");
        answers += 1;
        // Every fifth question is not heard to its end.
        client.run(if answers % 5 == 0 { 100 } else { 15_000 });
        if answers % 5 == 0 {
            client.hear(&speech());
            client.hear_silence(1_300);
            client.run_until("turnComplete");
        }
    }
    hour.take(&client);
    assert_eq!(hour.heard, transcripts[..hour.heard.len()], "every answer once, in order");
    assert!(hour.heard.len() > 35, "{}", hour.heard.len());
    assert_eq!(hour.greetings, 1);
    assert!((6..=7).contains(&hour.connections), "{}", hour.connections);
    assert!(hour.interruptions >= answers / 5, "{} of {}", hour.interruptions, answers / 5);
    assert!(client.end.is_none());
}

/// What came over the connections of an hour.
#[derive(Default)]
struct Hour {
    heard: Vec<String>,
    connections: u32,
    greetings: usize,
    interruptions: usize,
    prompt_tokens: u64,
}

impl Hour {
    fn take(&mut self, client: &Client) {
        self.connections += 1;
        self.heard.extend(client.heard().into_iter().map(str::to_owned));
        self.greetings += client.said().matches("practice interviewer").count();
        self.interruptions += client.times_of("interrupted").len();
        for (_, message) in &client.got {
            if let Some(tokens) = message["usageMetadata"]["promptTokenCount"].as_u64() {
                assert!(tokens >= self.prompt_tokens, "{tokens} after {}", self.prompt_tokens);
                self.prompt_tokens = tokens;
            }
        }
    }
}

#[test]
fn the_default_stand_in_is_realistic() {
    let options = Options::default();
    assert!((options.time_scale - 1.0).abs() < f64::EPSILON);
    assert_eq!(options.connection_lifetime.as_secs(), 600);
}
