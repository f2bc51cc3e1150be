//! A conversation of this page: the client that decides, and the socket, timer and devices it is driven with.
//!
//! The only thing decided here is what a person decides: to mute, to pause, to type, to end. See the contract of
//! [`session_client`].

use crate::session::clock::now;
use crate::session::equipment::{Equipment, Talker};
use crate::session::surface::Surface;
use crate::session::trouble::Notice;
use crate::session::wake_lock::WakeLock;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{Set, document, set_timeout_with_handle};
use leptos::task::spawn_local;
use session_client::{Client, Config, ConnId, Input, State, Timestamp, TypedAnswerError};
use socket::Socket;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;
use uplink::Gate;
use wire::SampleRate;

mod link;
mod socket;
mod uplink;

/// How much sound the audio thread has ahead: enough for a page that is busy for a while, and little to be flushed.
const AHEAD_MS: u64 = 300;

/// Which interview, and where.
#[derive(Clone)]
pub(super) struct Place {
    /// Of the session host, without a trailing slash.
    pub(super) worker_url: String,
    pub(super) interview_id: String,
}

/// A conversation; hung up when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Conversation(Rc<Inner>);

struct Inner {
    me: Weak<Inner>,
    place: Place,
    surface: Surface,
    equipment: Equipment,
    client: RefCell<Client>,
    socket: RefCell<Option<(ConnId, Socket)>>,
    /// The timer that is set, and for when.
    alarm: RefCell<Option<(Timestamp, TimeoutHandle)>>,
    gate: RefCell<Gate>,
    speaker: RefCell<Vec<u8>>,
    wake_lock: RefCell<Option<WakeLock>>,
    is_slow: Cell<bool>,
    has_heard_enough: Cell<bool>,
}

impl Conversation {
    /// Begins to connect.
    pub(super) fn begin(place: Place, surface: Surface, equipment: Equipment) -> Self {
        let config = Config::new(concat!("preppal-web/", env!("CARGO_PKG_VERSION")));
        let seed = (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
        surface.begin();
        let inner = Rc::new_cyclic(|me| Inner {
            me: Weak::clone(me),
            place,
            surface,
            equipment,
            client: RefCell::new(Client::new(config, seed, now())),
            socket: RefCell::new(None),
            alarm: RefCell::new(None),
            gate: RefCell::new(Gate::default()),
            speaker: RefCell::new(Vec::new()),
            wake_lock: RefCell::new(None),
            is_slow: Cell::new(false),
            has_heard_enough: Cell::new(false),
        });
        equipment.attach(Some(Rc::new(Ear(Rc::downgrade(&inner)))));
        inner.settle();
        inner.keep_awake();
        Self(inner)
    }

    pub(super) fn type_answer(&self, text: &str) -> Result<(), TypedAnswerError> {
        self.0.work(|client, now| client.type_answer(now, text))
    }

    pub(super) fn pause(&self) {
        self.0.work(Client::pause);
    }

    pub(super) fn resume(&self) {
        self.0.work(Client::resume);
    }

    /// Ends it; what is left to be heard is not.
    pub(super) fn end(&self) {
        self.0.hear_no_more();
        self.0.work(Client::end);
    }

    pub(super) fn set_muted(&self, is_muted: bool) {
        self.0.gate.borrow_mut().set_muted(is_muted);
        self.0.equipment.set_muted(is_muted);
    }

    /// Looks at the clock: how long it may still last.
    pub(super) fn tick(&self) {
        let client = self.0.client.borrow();
        let remaining_s = client.remaining_ms(now()).map(|ms| ms.div_ceil(1000));
        // It stands while nobody talks.
        if client.state() == State::Live {
            self.0.surface.remaining_s.set(remaining_s);
        }
    }

    /// The page is seen again: what a browser holds back or takes away meanwhile is asked for anew.
    pub(super) fn on_shown(&self) {
        self.0.wake_if_due();
        self.0.keep_awake();
    }
}

impl Inner {
    /// Does something to the client, and everything that follows.
    fn work<T>(&self, deed: impl FnOnce(&mut Client, Timestamp) -> T) -> T {
        let done = deed(&mut self.client.borrow_mut(), now());
        self.settle();
        done
    }

    fn settle(&self) {
        self.carry_out();
        self.set_alarm();
    }

    /// Sets the one timer, if it is not set already.
    fn set_alarm(&self) {
        let due = self.client.borrow().poll_timeout().map(|(due, _)| due);
        let mut alarm = self.alarm.borrow_mut();
        if alarm.as_ref().map(|(set, _)| *set) == due {
            return;
        }
        if let Some((_, old)) = alarm.take() {
            old.clear();
        }
        let Some(due) = due else { return };
        let me = Weak::clone(&self.me);
        let wait = Duration::from_millis(due.0.saturating_sub(now().0));
        let set = set_timeout_with_handle(
            move || {
                if let Some(me) = me.upgrade() {
                    me.alarm.borrow_mut().take();
                    me.work(|client, now| client.handle_input(now, Input::Timeout));
                }
            },
            wait,
        );
        // A window always has timers.
        *alarm = set.ok().map(|handle| (due, handle));
    }

    /// A browser slows the timers of a hidden page, but not what the microphone posts.
    fn wake_if_due(&self) {
        let due = self.client.borrow().poll_timeout();
        if due.is_some_and(|(due, _)| due <= now()) {
            self.work(|client, now| client.handle_input(now, Input::Timeout));
        }
    }

    fn hear(&self, pcm: &[u8]) {
        let unsent_bytes = self.socket.borrow().as_ref().map_or(0, |(_, socket)| socket.unsent_bytes());
        let (frames, has_dropped) = {
            let mut gate = self.gate.borrow_mut();
            (gate.take(pcm, unsent_bytes), gate.has_dropped())
        };
        for frame in frames {
            self.work(|client, now| client.speak(now, frame));
        }
        if has_dropped && !self.is_slow.replace(true) {
            self.surface.notice.set(Some(Notice::SlowNetwork));
        }
        self.wake_if_due();
    }

    /// Keeps the audio thread a little ahead; what it has been given counts as heard.
    fn pump(&self) {
        if self.has_heard_enough.get() || self.client.borrow().state() == State::Paused {
            return;
        }
        let Some(ahead) = self.equipment.ahead_samples() else { return };
        let ahead_bytes =
            usize::try_from(ahead).unwrap_or(usize::MAX).saturating_mul(SampleRate::SAMPLE_BYTES);
        let room = SampleRate::INTERVIEWER.bytes(AHEAD_MS).saturating_sub(ahead_bytes);
        let mut speaker = self.speaker.borrow_mut();
        speaker.clear();
        if self.client.borrow_mut().play(room, &mut speaker) > 0 {
            self.equipment.play(&speaker);
        }
    }

    /// Nothing more is played, whatever comes or waits.
    fn hear_no_more(&self) {
        self.has_heard_enough.set(true);
        self.equipment.silence();
    }

    fn keep_awake(&self) {
        if document().hidden() {
            return;
        }
        let me = Weak::clone(&self.me);
        spawn_local(async move {
            let lock = WakeLock::take().await;
            if let Some(me) = me.upgrade() {
                me.wake_lock.replace(lock);
            }
        });
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some((_, alarm)) = self.alarm.get_mut().take() {
            alarm.clear();
        }
        self.equipment.silence();
    }
}

/// What the devices tell a conversation, as long as there is one.
struct Ear(Weak<Inner>);

impl Talker for Ear {
    fn hear(&self, pcm: &[u8]) {
        if let Some(me) = self.0.upgrade() {
            me.hear(pcm);
        }
    }

    fn played(&self) {
        if let Some(me) = self.0.upgrade() {
            me.pump();
        }
    }

    fn speaker_failed(&self) {
        if let Some(me) = self.0.upgrade() {
            me.surface.notice.set(Some(Notice::NoSound));
        }
    }

    fn microphone_lost(&self, is_replaced: bool) {
        if let Some(me) = self.0.upgrade().filter(|_| is_replaced) {
            me.surface.notice.set(Some(Notice::OtherMicrophone));
        }
    }
}
