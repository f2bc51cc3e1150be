//! The report as a whole, put together whenever it is read: only the judgement is stored.

use crate::material::wording;
use api::interview::TranscriptEntry;
use api::report::{
    About, Delivery, DimensionScore, Figure, FigureValue, Judgement, Missing, Normal, ProgressPoint,
    REPORT_VERSION, Report, Span, State,
};
use api::timestamp::Timestamp;
use delivery::{Language, Record};

/// How far the judgement is, and what there is of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// How far.
    pub state: State,
    /// Why there is none.
    pub missing: Option<Missing>,
    /// The last one; while another is made, the one before.
    pub judgement: Option<Judgement>,
}

/// Puts a report together.
pub fn compose(
    about: About,
    transcript: Vec<TranscriptEntry>,
    record: Option<&Record>,
    judged: Judged,
) -> Report {
    Report {
        version: REPORT_VERSION,
        state: judged.state,
        missing: judged.missing,
        judgement: judged.judgement,
        delivery: delivery(&about.language, &transcript, record),
        timeline: timeline(&about, &transcript),
        about,
        transcript,
    }
}

/// What an interview is in a series of them.
pub fn progress_point(
    interview_id: String,
    about: About,
    ended_at: Timestamp,
    transcript: &[TranscriptEntry],
    record: Option<&Record>,
    judgement: Option<&Judgement>,
) -> ProgressPoint {
    let wording = wording(&about.language, transcript);
    let figures = delivery::figures(Language::of_tag(&about.language), record, wording.as_ref());
    let scores = judgement.map(|judgement| &judgement.scores[..]).unwrap_or_default().iter();
    ProgressPoint {
        interview_id,
        role: about.role,
        ended_at,
        overall: judgement.and_then(|judgement| judgement.overall),
        scores: scores
            .map(|score| DimensionScore { dimension: score.dimension.clone(), score: score.score })
            .collect(),
        figures: figures
            .into_iter()
            .map(|figure| FigureValue { key: figure.key, value: figure.value, unit: figure.unit })
            .collect(),
    }
}

fn delivery(language: &str, transcript: &[TranscriptEntry], record: Option<&Record>) -> Delivery {
    let wording = wording(language, transcript);
    let figures = delivery::figures(Language::of_tag(language), record, wording.as_ref());
    let wording = wording.unwrap_or_default();
    Delivery {
        figures: figures.iter().map(explained).collect(),
        fillers: wording.fillers.unwrap_or_default(),
        repeated: wording.repeated,
        answers: record.map(|record| record.answers.clone()).unwrap_or_default(),
    }
}

fn explained(figure: &delivery::Figure) -> Figure {
    let definition = figure.key.definition();
    let normal = figure.normal.map(|normal| Normal {
        low: normal.low,
        high: normal.high,
        source: normal.source.to_owned(),
    });
    Figure {
        key: figure.key,
        name: definition.name.to_owned(),
        meaning: definition.meaning.to_owned(),
        value: figure.value,
        unit: figure.unit,
        normal,
    }
}

fn timeline(about: &About, transcript: &[TranscriptEntry]) -> Vec<Span> {
    let since_start = |at: Timestamp| at.0.saturating_sub(about.started_at.0).max(0);
    let last = transcript.last().map(|entry| entry.timestamp);
    let end = about.ended_at.max(last).map_or(0, since_start);
    let begins = transcript.iter().map(|entry| since_start(entry.timestamp));
    let ends = begins.clone().skip(1).chain([end]);
    let spans = transcript.iter().zip(begins.zip(ends)).enumerate();
    spans
        .map(|(index, (entry, (from_ms, until_ms)))| Span {
            turn: u32::try_from(index + 1).unwrap_or(u32::MAX),
            speaker: entry.speaker,
            from_ms,
            until_ms,
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::material::tests::material;
    use delivery::Key;

    pub(crate) fn report(judged: Judged) -> Report {
        let material = material();
        let about = About {
            role: material.role,
            language: material.language,
            started_at: Timestamp(1_000_000),
            ended_at: Some(Timestamp(1_050_000)),
        };
        let record = Record {
            listened_ms: 50_000,
            spoken_ms: 20_000,
            interviewer_ms: 5_000,
            answer_count: 2,
            answers_ms: 24_000,
            answers: vec![delivery::Answer { wait_ms: Some(700), ..delivery::Answer::default() }],
            ..Record::default()
        };
        compose(about, material.transcript, Some(&record), judged)
    }

    pub(crate) fn queued() -> Judged {
        Judged { state: State::Queued, missing: None, judgement: None }
    }

    #[test]
    fn delivery_and_timeline_need_no_judgement() {
        let report = report(queued());
        let figure = |key| report.delivery.figures.iter().find(|figure| figure.key == key);
        assert_eq!(figure(Key::SpeakingTime).unwrap().value, 20.0);
        assert_eq!(figure(Key::TimeToFirstAnswer).unwrap().value, 0.7);
        assert!(figure(Key::SpeechRate).unwrap().normal.is_some());
        assert_eq!(report.delivery.fillers[0].text, "um");
        let spans: Vec<(i64, i64)> =
            report.timeline.iter().map(|span| (span.from_ms, span.until_ms)).collect();
        assert_eq!(spans, [(0, 10_000), (10_000, 20_000), (20_000, 30_000), (30_000, 50_000)]);
    }

    #[test]
    fn an_interview_in_which_nothing_happened_has_a_report() {
        let about =
            About { role: "Cook".into(), language: "en".into(), started_at: Timestamp(5), ended_at: None };
        let report = compose(about, Vec::new(), None, queued());
        assert_eq!((report.timeline.len(), report.delivery.figures.len()), (0, 0));
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }
}
