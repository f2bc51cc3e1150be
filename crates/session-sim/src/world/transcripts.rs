//! What was shown against what is stored, when all is over.

use super::World;
use super::candidate::{Page, TYPED};
use crate::invariant::Invariant;
use crate::oracle;
use api::interview::Speaker;
use std::collections::BTreeSet;

impl World {
    /// Every turn that a page was shown is stored as it was shown.
    pub(super) fn check_transcripts(&mut self) {
        let mut words = BTreeSet::new();
        for (_, text) in self.backend.table.entries().filter(|(who, _)| *who == Speaker::Ai) {
            for word in text.split_whitespace().filter(|word| *word != oracle::SPEECH) {
                let news = words.insert(word);
                self.oracle.must(news, Invariant::FinalIsStored, || format!("{word} is stored twice"));
            }
        }
        for tab in &self.candidate.tabs {
            match &tab.page {
                Page::Ours(client) => {
                    for turn in client.transcript().turns() {
                        let began = turn.id.started_ms;
                        // What was typed before the context came is shown, and promised only when it is final.
                        let promised = turn.is_final || !turn.text().contains(TYPED);
                        if turn.text().is_empty() || !promised || self.store.excused.contains(&began) {
                            continue;
                        }
                        let speaker = Speaker::from_name(turn.id.speaker.as_str());
                        let stored = self.backend.table.entry(i64::try_from(began).unwrap_or(0));
                        let matches = stored.is_some_and(|(who, text)| {
                            let whole = if turn.is_final {
                                text == turn.text()
                            } else {
                                text.starts_with(turn.text())
                            };
                            Some(*who) == speaker && whole
                        });
                        self.oracle.must(matches, Invariant::FinalIsStored, || {
                            format!("shown: {turn:?}; stored: {stored:?}")
                        });
                    }
                }
                // One that comes in the middle of a turn is shown the rest of it.
                Page::Seed(page) => {
                    for (speaker, text) in page.finals() {
                        let matches = !self.store.excused.is_empty()
                            || self
                                .backend
                                .table
                                .entries()
                                .any(|(who, said)| who.name() == speaker && said.contains(text));
                        self.oracle
                            .must(matches, Invariant::FinalIsStored, || format!("shown: {speaker} {text}"));
                    }
                }
            }
        }
    }
}
