//! What is believed: a statement whose every citation holds.
//!
//! A citation holds if its turn exists and the quoted words stand in it, in their order; case, punctuation and spacing do not
//! matter, an ellipsis may leave words out. A statement must cite the candidate at least once. A score is a statement, and
//! so is what an answer was about: without its gist a question says nothing that can be checked. What does not hold is
//! dropped and counted, never mended.

use crate::answer::Failure;
use crate::material::Material;
use crate::rubric::Rubric;
use crate::schema::{Draft, DraftCitation, DraftClaim, DraftGap, DraftQuestion, DraftScore};
use api::interview::{Speaker, TranscriptEntry};
use api::report::{Citation, Claim, Document, Gap, Judge, Judgement, Question, Score};

/// Fewest words of a quote; a shorter turn is quoted whole.
const LEAST_WORDS: usize = 3;

/// Most changes that are shown: what would help most.
const MAX_CHANGES: usize = 3;

/// Reads a model's text by the rubric, and drops what the material does not support.
pub(crate) fn judgement(text: &str, material: &Material, judge: Judge) -> Result<Judgement, Failure> {
    let draft: Draft = serde_json::from_str(text).map_err(|error| {
        Failure::Invalid(if error.is_data() { "it does not follow the schema" } else { "it is not JSON" })
    })?;
    let rubric = material.rubric();
    let mut sieve = Sieve { material, dropped: 0 };
    let scores = sieve.scores(draft.scores, rubric)?;
    let judgement = Judgement {
        judge,
        overall: mean(&scores),
        summary: sieve.claims(draft.summary),
        scores,
        strengths: sieve.claims(draft.strengths),
        changes: sieve.claims(draft.changes).into_iter().take(MAX_CHANGES).collect(),
        gaps: sieve.gaps(draft.gaps),
        questions: sieve.questions(draft.questions),
        dropped: sieve.dropped,
    };
    let says_something = !(judgement.scores.is_empty() && judgement.summary.is_empty());
    if says_something { Ok(judgement) } else { Err(Failure::Unsupported) }
}

fn mean(scores: &[Score]) -> Option<f64> {
    let sum: u32 = scores.iter().map(|score| score.score).sum();
    let count = u32::try_from(scores.len()).ok().filter(|count| *count > 0)?;
    Some(f64::from((sum * 20 / count).div_ceil(2)) / 10.0)
}

struct Sieve<'a> {
    material: &'a Material,
    dropped: u32,
}

impl Sieve<'_> {
    fn scores(&mut self, drafts: Vec<DraftScore>, rubric: &Rubric) -> Result<Vec<Score>, Failure> {
        let mut scores: Vec<Score> = Vec::new();
        for draft in drafts {
            let dimension = rubric.dimension(&draft.dimension);
            let dimension =
                dimension.ok_or(Failure::Invalid("it scores a dimension that is not in the rubric"))?;
            let score = u32::try_from(draft.score).ok().filter(|score| (1..=5).contains(score));
            let score = score.ok_or(Failure::Invalid("it has a score that is not 1 to 5"))?;
            if scores.iter().any(|known| known.dimension == dimension.id) {
                return Err(Failure::Invalid("it scores a dimension twice"));
            }
            if let Some(reason) = self.claim(draft.reason) {
                let (dimension, name) = (dimension.id.to_owned(), dimension.name.to_owned());
                scores.push(Score { dimension, name, score, reason });
            }
        }
        scores.sort_by_key(|score| rubric.dimensions.iter().position(|known| known.id == score.dimension));
        Ok(scores)
    }

    fn claims(&mut self, drafts: Vec<DraftClaim>) -> Vec<Claim> {
        drafts.into_iter().filter_map(|draft| self.claim(draft)).collect()
    }

    fn claim(&mut self, draft: DraftClaim) -> Option<Claim> {
        let holds = !draft.text.trim().is_empty()
            && draft.citations.iter().all(|citation| self.holds(citation))
            && draft.citations.iter().any(|citation| self.is_of(citation.turn, Speaker::User));
        if !holds {
            self.dropped += 1;
            return None;
        }
        let citations = draft.citations.into_iter().filter_map(|citation| {
            let turn = u32::try_from(citation.turn).ok()?;
            Some(Citation { turn, quote: citation.quote })
        });
        Some(Claim { citations: citations.collect(), text: draft.text })
    }

    fn holds(&self, citation: &DraftCitation) -> bool {
        let turn = self.material.turn(citation.turn);
        turn.is_some_and(|turn| is_quoted(&citation.quote, &turn.content))
    }

    fn is_of(&self, turn: i64, speaker: Speaker) -> bool {
        self.material.turn(turn).is_some_and(|turn: &TranscriptEntry| turn.speaker == speaker)
    }

    fn gaps(&mut self, drafts: Vec<DraftGap>) -> Vec<Gap> {
        let (all, mut held) = (drafts.len(), Vec::new());
        for DraftGap { text, document, quote } in drafts {
            let source = match document {
                Document::JobDescription => &self.material.job_description,
                Document::Resume => &self.material.resume,
            };
            if is_quoted(&quote, source) {
                held.push(Gap { text, document, quote });
            }
        }
        self.dropped += u32::try_from(all - held.len()).unwrap_or(u32::MAX);
        held
    }

    fn questions(&mut self, drafts: Vec<DraftQuestion>) -> Vec<Question> {
        let mut questions = Vec::new();
        for draft in drafts {
            let asked_by_interviewer = self.is_of(draft.turn, Speaker::Ai);
            let gist = self.claim(draft.gist);
            let (good, missing) = (self.claims(draft.good), self.claims(draft.missing));
            match (u32::try_from(draft.turn), gist) {
                (Ok(turn), Some(gist)) if asked_by_interviewer => {
                    questions.push(Question {
                        turn,
                        asked: draft.asked,
                        gist,
                        good,
                        missing,
                        stronger: draft.stronger,
                    });
                }
                // A gist that did not hold is counted already.
                (_, None) => {}
                (_, Some(_)) => self.dropped += 1,
            }
        }
        questions.sort_by_key(|question| question.turn);
        questions
    }
}

/// Whether the words of `quote` stand in `text`.
fn is_quoted(quote: &str, text: &str) -> bool {
    let said = words(text);
    let mut rest = &said[..];
    let mut quoted = 0;
    for part in quote.replace("...", "…").split('…') {
        let part = words(part);
        if part.is_empty() {
            continue;
        }
        let Some(at) = rest.windows(part.len()).position(|window| window == part) else { return false };
        rest = &rest[at + part.len()..];
        quoted += part.len();
    }
    quoted > 0 && quoted >= LEAST_WORDS.min(said.len())
}

/// Words in lower case; in scripts without spaces, characters.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_inside = false;
    for c in text.chars() {
        // Thai, Chinese, Japanese and Korean letters stand beyond.
        let stands_alone = c >= '\u{e00}';
        if !c.is_alphanumeric() {
            // An apostrophe is written in many ways, and left out.
            is_inside &= matches!(c, '\'' | '’');
            continue;
        }
        match words.last_mut() {
            Some(word) if is_inside && !stands_alone => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        is_inside = !stands_alone;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::tests::material;
    use api::timestamp::Timestamp;
    use serde_json::{Value, json};

    fn claim(turn: i64, quote: &str) -> Value {
        json!({ "text": "You did.", "citations": [{ "turn": turn, "quote": quote }] })
    }

    fn good() -> Value {
        claim(2, "I led the move of our billing to Rust")
    }

    fn draft() -> Value {
        json!({
            "summary": [good()],
            "scores": [
                { "dimension": "depth", "score": 2, "reason": claim(4, "we missed a deadline") },
                { "dimension": "structure", "score": 5, "reason": good() },
            ],
            "strengths": [good()],
            "changes": [good()],
            "gaps": [{ "text": "No clusters.", "document": "JOB_DESCRIPTION", "quote": "run Kubernetes clusters" }],
            "questions": [{ "turn": 1, "asked": "A project.", "gist": good(), "good": [good()], "missing": [],
                "stronger": "Say why." }],
        })
    }

    fn judged(draft: &Value) -> Result<Judgement, Failure> {
        let judge = Judge {
            model: "m".into(),
            is_stand_in: false,
            rubric: "technical".into(),
            prompt_version: 1,
            schema_version: 1,
            judged_at: Timestamp(0),
        };
        judgement(&draft.to_string(), &material(), judge)
    }

    #[test]
    fn what_holds_is_kept() {
        let judgement = judged(&draft()).unwrap();
        assert_eq!((judgement.dropped, judgement.overall), (0, Some(3.5)));
        assert_eq!((judgement.gaps.len(), judgement.questions.len()), (1, 1));
        assert_eq!(judgement.scores[0].name, "Structure");
    }

    #[test]
    fn invented_citations_are_dropped_and_counted() {
        let invented = [
            claim(5, "I led the move of our billing"),
            claim(0, "I led the move of our billing"),
            claim(-1, "I led the move of our billing"),
            claim(2, "I saved ten million dollars"),
            claim(2, ""),
            claim(2, "I"),
            claim(1, "Tell me about a project you led"),
            json!({ "text": "You did.", "citations": [] }),
            json!({ "text": "You did.", "citations": [{ "turn": 2, "quote": "I led the move" }, { "turn": 9, "quote": "I led the move" }] }),
        ];
        for claim in invented {
            let mut draft = draft();
            draft["strengths"] = json!([claim.clone(), good()]);
            draft["scores"][0]["reason"] = claim.clone();
            draft["questions"][0]["gist"] = claim.clone();
            draft["gaps"][0]["quote"] = json!("fly to the moon");
            let judgement = judged(&draft).unwrap();
            assert_eq!(judgement.dropped, 4, "{claim}");
            assert_eq!((judgement.strengths.len(), judgement.scores.len()), (1, 1), "{claim}");
            assert_eq!((judgement.questions.len(), judgement.gaps.len()), (0, 0), "{claim}");
        }
    }

    #[test]
    fn a_judgement_of_inventions_only_is_none() {
        let mut draft = draft();
        draft["summary"] = json!([claim(7, "I led the move")]);
        draft["scores"] = json!([{ "dimension": "depth", "score": 5, "reason": claim(7, "x y z") }]);
        assert_eq!(judged(&draft), Err(Failure::Unsupported));
    }

    #[test]
    fn what_breaks_the_schema_is_invalid() {
        let broken = [
            ("/scores/0/score", json!(6)),
            ("/scores/0/score", json!(0)),
            ("/scores/0/score", json!("5")),
            ("/scores/0/dimension", json!("charm")),
            ("/scores/0/dimension", json!("structure")),
            ("/summary", json!("You did well.")),
            ("/gaps/0/document", json!("DIARY")),
            ("/questions/0/turn", json!(1.5)),
        ];
        for (place, value) in broken {
            let mut draft = draft();
            *draft.pointer_mut(place).unwrap() = value;
            assert!(matches!(judged(&draft), Err(Failure::Invalid(_))), "{place}");
        }
        assert_eq!(judged(&json!("text")), Err(Failure::Invalid("it does not follow the schema")));
        let cut = judgement("{\"summary\": [", &material(), judged(&draft()).unwrap().judge);
        assert_eq!(cut, Err(Failure::Invalid("it is not JSON")));
    }

    #[test]
    fn a_quote_is_words_in_their_order() {
        let said = "Um, I led the move of our billing to Rust — and it’s 40 % faster.";
        for quote in ["i led the MOVE", "led the move … to rust", "it's 40% faster", "I led... faster"] {
            assert!(is_quoted(quote, said), "{quote}");
        }
        for quote in ["I led the moves", "to Rust the move", "ed the mov", "faster … I led", "billing", "…"]
        {
            assert!(!is_quoted(quote, said), "{quote}");
        }
        assert!(is_quoted("写过三年", "我用 Rust 写过三年后端"));
        assert!(!is_quoted("写过四年", "我用 Rust 写过三年后端"));
        assert!(is_quoted("Yes.", "yes"));
    }
}
