//! Pages for signed-in people: others sign in first and come back.

use crate::account::{Account, Who};
use crate::pages::OutOfReach;
use crate::text::t;
use crate::texts::ShellText;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// Shows the page once somebody is signed in.
#[component]
pub(crate) fn SignedIn(children: ChildrenFn) -> impl IntoView {
    let who = expect_context::<Account>().who;
    let location = use_location();
    let navigate = use_navigate();
    // What is shown depends on the kind of answer only: a page is not built anew because a user is told again.
    let gate = Memo::new(move |_| match who.get() {
        Who::Unknown => Gate::Waiting,
        Who::Nobody => Gate::Closed,
        Who::User(_) => Gate::Open,
        Who::Unasked(_) => Gate::Broken,
    });
    Effect::new(move || {
        if gate.get() == Gate::Closed {
            let back = js_sys::encode_uri_component(&location.pathname.get_untracked());
            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&format!("/sign-in?back={back}"), options);
        }
    });
    move || match gate.get() {
        Gate::Waiting | Gate::Closed => {
            view! { <p class="waiting" role="status">{t(ShellText::Loading)}</p> }.into_any()
        }
        Gate::Open => children().into_any(),
        Gate::Broken => view! { <OutOfReach/> }.into_any(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gate {
    Waiting,
    Closed,
    Open,
    Broken,
}
