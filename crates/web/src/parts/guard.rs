//! Pages for signed-in people: others sign in first and come back.

use crate::account::{Account, Who};
use crate::pages::OutOfReach;
use crate::parts::Waiting;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// Who may pass, without who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    Waiting,
    Closed,
    Open,
    Broken,
}

/// Returns whether somebody is signed in. A page is not built anew because the same is heard again.
pub(crate) fn gate() -> Memo<Gate> {
    let who = expect_context::<Account>().who;
    Memo::new(move |_| match who.get() {
        Who::Unknown => Gate::Waiting,
        Who::Nobody => Gate::Closed,
        Who::User(_) => Gate::Open,
        Who::Unasked(_) => Gate::Broken,
    })
}

/// Shows the page once somebody is signed in.
#[component]
pub(crate) fn SignedIn(children: ChildrenFn) -> impl IntoView {
    let gate = gate();
    let location = use_location();
    let navigate = use_navigate();
    Effect::new(move || {
        if gate.get() == Gate::Closed {
            let back = js_sys::encode_uri_component(&location.pathname.get_untracked());
            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&format!("/sign-in?back={back}"), options);
        }
    });
    move || match gate.get() {
        Gate::Waiting | Gate::Closed => view! { <Waiting/> }.into_any(),
        Gate::Open => children().into_any(),
        Gate::Broken => view! { <OutOfReach/> }.into_any(),
    }
}
