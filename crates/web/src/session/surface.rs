//! What the page shows of a conversation, as signals. The conversation writes them, views read them.

use crate::session::trouble::Notice;
use leptos::prelude::{ArcRwSignal, GetUntracked, RwSignal, Set, Update, With, WithUntracked};
use session_client::{State, Transcript, TurnId};
use wire::Speaker;

/// One turn as it forms.
#[derive(Clone)]
pub(super) struct Caption {
    pub(super) id: TurnId,
    pub(super) text: ArcRwSignal<String>,
    /// Whether the text is complete and stored.
    pub(super) is_final: ArcRwSignal<bool>,
}

/// Everything, a `Copy` handle.
#[derive(Clone, Copy)]
pub(super) struct Surface {
    /// The client's life cycle; `None` in the lobby.
    pub(super) state: RwSignal<Option<State>>,
    pub(super) captions: RwSignal<Vec<Caption>>,
    /// As last told, standing still while nobody talks.
    pub(super) remaining_s: RwSignal<Option<u64>>,
    /// Something to know that ends nothing.
    pub(super) notice: RwSignal<Option<Notice>>,
    /// The backend said that nobody is signed in any more.
    pub(super) is_signed_out: RwSignal<bool>,
}

impl Surface {
    pub(super) fn new() -> Self {
        Self {
            state: RwSignal::new(None),
            captions: RwSignal::new(Vec::new()),
            remaining_s: RwSignal::new(None),
            notice: RwSignal::new(None),
            is_signed_out: RwSignal::new(false),
        }
    }

    /// Forgets everything but what was said.
    pub(super) fn begin(self) {
        self.state.set(Some(State::Connecting));
        self.notice.set(None);
        self.is_signed_out.set(false);
    }

    /// A turn is new or has other words.
    pub(super) fn show_turn(self, transcript: &Transcript, id: TurnId) {
        let Some(turn) = transcript.turn(id) else { return };
        let shown = self
            .captions
            .with_untracked(|captions| captions.iter().find(|caption| caption.id == id).cloned());
        if let Some(caption) = shown {
            caption.text.set(turn.text().to_owned());
            if caption.is_final.get_untracked() != turn.is_final {
                caption.is_final.set(turn.is_final);
            }
            return;
        }
        let caption = Caption {
            id,
            text: ArcRwSignal::new(turn.text().to_owned()),
            is_final: ArcRwSignal::new(turn.is_final),
        };
        self.captions.update(|captions| {
            let at = captions.partition_point(|shown| place(shown.id) <= place(id));
            captions.insert(at, caption);
        });
    }

    /// Returns the interviewer's turns that are complete, for whoever reads them out.
    pub(super) fn whole_questions(self) -> Vec<(TurnId, String)> {
        self.captions.with(|captions| {
            let whole = captions.iter().filter(|caption| {
                caption.id.speaker == Speaker::Ai && caption.is_final.with(|is_final| *is_final)
            });
            whole.map(|caption| (caption.id, caption.text.get_untracked())).collect()
        })
    }
}

/// Turns stand in the order in which they began.
fn place(id: TurnId) -> (u64, &'static str) {
    (id.started_ms, id.speaker.as_str())
}
