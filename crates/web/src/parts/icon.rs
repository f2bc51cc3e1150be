//! Icons: outlines on a grid of 24 units, drawn for this app. They decorate, so screen readers pass them over.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Alert,
    Captions,
    Check,
    Clock,
    End,
    Globe,
    Headphones,
    Keyboard,
    Microphone,
    MicrophoneOff,
    Pause,
    Person,
    Play,
    Plus,
    Speech,
    Trash,
}

impl Shape {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 4 2.5 20h19zM12 10v4M12 17v.01",
            Self::Captions => "M4 5h16v14H4zM10 10.5a2 2 0 1 0 0 3M17 10.5a2 2 0 1 0 0 3",
            Self::Check => "M4 12.5 9.5 18 20 6.5",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
            Self::End => "M4 14c5-5 11-5 16 0l-2.6 2.6-3.4-1.6v-3a9 9 0 0 0-4 0v3l-3.4 1.6z",
            Self::Globe => {
                "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3.2 3 3.2 15 0 18-3.2-3-3.2-15 0-18z"
            }
            Self::Headphones => {
                "M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v6H5a1 1 0 0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z"
            }
            Self::Keyboard => "M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M8 14h8",
            Self::Microphone => {
                "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11v1a7 7 0 0 0 14 0v-1M12 19v3"
            }
            Self::MicrophoneOff => {
                "M9 9v3a3 3 0 0 0 5 2.2M15 11V6a3 3 0 0 0-5.7-1.3M5 11v1a7 7 0 0 0 11 5.7M19 12v-1M12 19v3M3 3l18 18"
            }
            Self::Pause => "M8 5v14M16 5v14",
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1.2-4 13.8-4 15 0",
            Self::Play => "M7 4l13 8-13 8z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Speech => "M4 5h16v11h-9l-5 4v-4H4z",
            Self::Trash => "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13",
        }
    }
}

#[component]
pub(crate) fn Icon(shape: Shape) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=shape.path()></path>
        </svg>
    }
}
