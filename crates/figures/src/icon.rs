//! Icons: strokes on a grid of 24, in the colour of the text.

use yew::prelude::*;

/// An icon's strokes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Back,
    Check,
    Cross,
    Down,
    First,
    Last,
    Next,
    Pause,
    Play,
    Swap,
    Up,
    Wait,
}

impl Icon {
    const fn strokes(self) -> &'static str {
        match self {
            Self::Back => "M15 5l-7 7 7 7",
            Self::Check => "M4 12.5l5.5 5.5L20 6.5",
            Self::Cross => "M5 5l14 14M19 5L5 19",
            Self::Down => "M12 4v15M6 13l6 6 6-6",
            Self::First => "M18 5l-7 7 7 7M6 5v14",
            Self::Last => "M6 5l7 7-7 7M18 5v14",
            Self::Next => "M9 5l7 7-7 7",
            Self::Pause => "M8 5v14M16 5v14",
            Self::Play => "M8 5l10 7-10 7z",
            Self::Swap => "M4 8h15l-4-4M20 16H5l4 4",
            Self::Up => "M12 20V5M6 11l6-6 6 6",
            Self::Wait => "M12 6v6l4 3M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
        }
    }
}

/// The icon; it says nothing to a screen reader, so words stand beside it.
pub(crate) fn icon(icon: Icon) -> Html {
    html! {
        <svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d={icon.strokes()} /></svg>
    }
}
