//! The report as Markdown (CommonMark with tables), for files and for the terminal.
//!
//! What people and models wrote is escaped: it shows as it was written and formats nothing.

use api::interview::Speaker;
use api::report::{Claim, Document, Figure, Judgement, Missing, Question, Report, State};
use delivery::Unit;
use std::fmt::{self, Write};

/// Tells the report.
pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    write_report(&mut text, report).expect("a string takes any text");
    text
}

fn write_report(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "# Interview report: {}\n", escaped(&report.about.role))?;
    write!(out, "{}", day_and_time(&report.about.started_at.to_string()))?;
    if let Some(ended_at) = report.about.ended_at {
        let minutes = ended_at.0.saturating_sub(report.about.started_at.0).max(0) / 60_000;
        write!(out, ", {minutes} min")?;
    }
    writeln!(out, ", language {}\n", escaped(&report.about.language))?;
    write_state(out, report)?;
    if let Some(judgement) = &report.judgement {
        write_judgement(out, judgement)?;
    }
    write_delivery(out, report)?;
    write_transcript(out, report)
}

fn write_state(out: &mut String, report: &Report) -> fmt::Result {
    match (report.state, report.missing) {
        (State::Queued, _) => {
            writeln!(out, "> The content is being judged; delivery and transcript are complete.\n")
        }
        (State::Ready, _) => Ok(()),
        (State::WithoutJudgement, missing) => {
            let why = missing.map_or("no reason is known", explained);
            writeln!(out, "> The content was not judged: {why}. Delivery and transcript are complete.\n")
        }
    }
}

/// Says to a person why there is no judgement.
fn explained(missing: Missing) -> &'static str {
    match missing {
        Missing::NoModel => "no model is set up (GEMINI_API_KEY)",
        Missing::NothingSaid => "no words of the candidate are known",
        Missing::Refused => "the model would not speak about this conversation",
        Missing::Cut => "the model's answer was cut, again and again",
        Missing::Invalid => "the model's answer could not be used",
        Missing::Unsupported => "nothing the model said was supported by the transcript",
        Missing::Rejected => "the model did not take the request (key, model or account)",
        Missing::Unavailable => "the model could not be reached",
    }
}

fn write_judgement(out: &mut String, judgement: &Judgement) -> fmt::Result {
    if judgement.judge.is_stand_in {
        writeln!(
            out,
            "> Made up by the stand-in, which understands nothing: this shows what a report looks like.\n"
        )?;
    }
    writeln!(out, "## Summary\n")?;
    if let Some(overall) = judgement.overall {
        writeln!(out, "**{overall:.1} of 5** overall.\n")?;
    }
    write_claims(out, &judgement.summary)?;
    writeln!(out, "## Scores\n\n| Dimension | 1 to 5 | Why |\n|---|---|---|")?;
    for score in &judgement.scores {
        writeln!(out, "| {} | {} | {} |", score.name, score.score, told(&score.reason))?;
    }
    writeln!(out)?;
    for (title, claims) in [("Strengths", &judgement.strengths), ("What would help most", &judgement.changes)]
    {
        if !claims.is_empty() {
            writeln!(out, "## {title}\n")?;
            write_claims(out, claims)?;
        }
    }
    if !judgement.gaps.is_empty() {
        writeln!(out, "## Not shown\n")?;
        for gap in &judgement.gaps {
            let document = match gap.document {
                Document::JobDescription => "job description",
                Document::Resume => "résumé",
            };
            writeln!(out, "- {} ({document}: “{}”)", escaped(&gap.text), escaped(&gap.quote))?;
        }
        writeln!(out)?;
    }
    if !judgement.questions.is_empty() {
        writeln!(out, "## Question by question\n")?;
    }
    judgement.questions.iter().try_for_each(|question| write_question(out, question))?;
    let judge = &judgement.judge;
    write!(out, "*Judged by {} (prompt {}, ", escaped(&judge.model), judge.prompt_version)?;
    writeln!(out, "schema {}, rubric {}).", judge.schema_version, judge.rubric)?;
    writeln!(out, "Statements dropped for want of evidence: {}.*\n", judgement.dropped)
}

fn write_question(out: &mut String, question: &Question) -> fmt::Result {
    writeln!(out, "### {} (turn {})\n", escaped(&question.asked), question.turn)?;
    writeln!(out, "{}\n", told(&question.gist))?;
    for (title, claims) in [("Good", &question.good), ("Missing", &question.missing)] {
        if !claims.is_empty() {
            writeln!(out, "{title}:\n")?;
            write_claims(out, claims)?;
        }
    }
    writeln!(out, "Stronger: {}\n", escaped(&question.stronger))
}

fn write_claims(out: &mut String, claims: &[Claim]) -> fmt::Result {
    claims.iter().try_for_each(|claim| writeln!(out, "- {}", told(claim)))?;
    writeln!(out)
}

fn told(claim: &Claim) -> String {
    let citations = claim.citations.iter();
    let cited: Vec<String> =
        citations.map(|citation| format!("turn {}: “{}”", citation.turn, escaped(&citation.quote))).collect();
    format!("{} ({})", escaped(&claim.text), cited.join("; "))
}

fn write_delivery(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "## Delivery\n")?;
    let delivery = &report.delivery;
    if delivery.figures.is_empty() {
        return writeln!(out, "Nothing was measured.\n");
    }
    writeln!(out, "| Figure | Value | Normal |\n|---|---|---|")?;
    for figure in &delivery.figures {
        let normal = figure
            .normal
            .as_ref()
            .map_or_else(String::new, |normal| format!("{} to {}", normal.low, normal.high));
        writeln!(out, "| {} | {} | {normal} |", figure.name, value(figure))?;
    }
    writeln!(out)?;
    let fillers = delivery.fillers.iter().map(|filler| (&filler.text, filler.count));
    let repeated = delivery.repeated.iter().map(|phrase| (&phrase.text, phrase.count));
    for (title, said) in [("Fillers", fillers.collect::<Vec<_>>()), ("Repeated", repeated.collect())] {
        if !said.is_empty() {
            let said: Vec<String> =
                said.into_iter().map(|(text, count)| format!("{} ({count}×)", escaped(text))).collect();
            writeln!(out, "{title}: {}\n", said.join(", "))?;
        }
    }
    Ok(())
}

fn value(figure: &Figure) -> String {
    let value = figure.value;
    match figure.unit {
        Unit::Seconds => format!("{value:.1} s"),
        Unit::Percent => format!("{value:.0} %"),
        Unit::WordsPerMinute => format!("{value:.0} words/min"),
        Unit::CharactersPerMinute => format!("{value:.0} characters/min"),
        Unit::Count => format!("{value:.0}"),
        Unit::DecibelsFullScale => format!("{value:.1} dBFS"),
        Unit::Decibels => format!("{value:.1} dB"),
        Unit::PerHundredWords => format!("{value:.1} per 100 words"),
        Unit::Words => format!("{value:.1} words"),
        Unit::Characters => format!("{value:.1} characters"),
    }
}

fn write_transcript(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "## Transcript\n")?;
    for (entry, span) in report.transcript.iter().zip(&report.timeline) {
        let speaker = match entry.speaker {
            Speaker::User => "Candidate",
            Speaker::Ai => "Interviewer",
        };
        let seconds = span.from_ms / 1_000;
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        writeln!(out, "**{}** {minutes}:{seconds:02} {speaker}: {}\n", span.turn, escaped(&entry.content))?;
    }
    Ok(())
}

/// `2026-01-02 03:04 UTC` of an instant as it is written on the wire.
fn day_and_time(instant: &str) -> String {
    match (instant.split_once('T'), instant.rsplit_once(':')) {
        (Some((day, _)), Some((until_minute, _))) => {
            let time = until_minute.rsplit('T').next().unwrap_or_default();
            format!("{day} {time} UTC")
        }
        _ => instant.to_owned(),
    }
}

/// Text on one line that formats nothing.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => safe.extend(['\\', c]),
            // A control character steers a terminal.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Judged;
    use crate::compose::tests::{queued, report};
    use api::report::{Citation, Judge, Score};
    use api::timestamp::Timestamp;

    fn judgement() -> Judgement {
        let claim = || Claim {
            text: "You measured the result.".into(),
            citations: vec![Citation { turn: 2, quote: "latency fell by 40 percent".into() }],
        };
        Judgement {
            judge: Judge {
                model: "stand-in".into(),
                is_stand_in: true,
                rubric: "technical".into(),
                prompt_version: 1,
                schema_version: 1,
                judged_at: Timestamp(0),
            },
            overall: Some(4.0),
            summary: vec![claim()],
            scores: vec![Score {
                dimension: "evidence".into(),
                name: "Evidence".into(),
                score: 4,
                reason: claim(),
            }],
            strengths: vec![claim()],
            changes: Vec::new(),
            gaps: Vec::new(),
            questions: Vec::new(),
            dropped: 2,
        }
    }

    #[test]
    fn a_judged_report_shows_where_each_statement_comes_from() {
        let judged = Judged { state: State::Ready, missing: None, judgement: Some(judgement()) };
        let text = markdown(&report(judged));
        for part in [
            "# Interview report: Senior Rust engineer",
            "1970-01-01 00:16 UTC, 0 min",
            "Made up by the stand-in",
            "**4.0 of 5**",
            "- You measured the result. (turn 2: “latency fell by 40 percent”)",
            "| Speaking time | 20.0 s |",
            "Fillers: um (1×)",
            "Statements dropped for want of evidence: 2.",
            "**4** 0:30 Candidate: We missed a deadline.",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn a_report_without_judgement_says_why() {
        for missing in Missing::ALL {
            let judged = Judged { state: State::WithoutJudgement, missing: Some(missing), judgement: None };
            let text = markdown(&report(judged));
            assert!(text.contains("The content was not judged: "), "{text}");
            assert!(text.contains("## Delivery") && text.contains("## Transcript"));
        }
        assert!(markdown(&report(queued())).contains("is being judged"));
    }

    #[test]
    fn what_was_said_formats_nothing() {
        let mut report = report(queued());
        report.transcript[1].content = "**bold** <script> | \u{1b}[31m\n# title".into();
        let text = markdown(&report);
        assert!(text.contains("\\*\\*bold\\*\\* \\<script\\> \\|  \\[31m \\# title"), "{text}");
    }
}
