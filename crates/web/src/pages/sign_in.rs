//! Signing in with a code by e-mail, or without one where that is allowed.

use crate::account::{Account, Who};
use crate::backend::{CallError, call};
use crate::complaint::text_of;
use crate::parts::{Field, LanguageChoice, Page, focus_soon};
use crate::preferences::Preferences;
use crate::text::{Phrase, Text, filled, signal, t, t_with};
use crate::texts::{ComplaintText, SignInText};
use api::public::{CodeRequested, RequestCode, SignInGuest, SignInLocal, User, VerifyCode};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use trpc::Code;

/// How far somebody has come.
#[derive(Clone, PartialEq, Eq)]
enum Step {
    Address,
    /// A code was sent; in development it is known.
    Code(Option<String>),
}

/// What is wrong, under the field or for the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    Here(SignInText),
    Call(ComplaintText),
}

#[derive(Clone, Copy)]
struct Form {
    account: Account,
    step: RwSignal<Step>,
    email: RwSignal<String>,
    code: RwSignal<String>,
    problem: RwSignal<Option<Problem>>,
    is_busy: RwSignal<bool>,
    /// Whether somebody has just become a guest here. Who was one before has come for an account.
    is_new_guest: RwSignal<bool>,
}

#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let account = expect_context::<Account>();
    let form = Form {
        account,
        step: RwSignal::new(Step::Address),
        email: RwSignal::new(String::new()),
        code: RwSignal::new(String::new()),
        problem: RwSignal::new(None),
        is_busy: RwSignal::new(false),
        is_new_guest: RwSignal::new(false),
    };
    let query = use_query_map();
    let navigate = use_navigate();
    let is_account = Memo::new(move |_| account.user().is_some_and(|user| !user.is_guest));
    Effect::new(move || {
        if is_account.get() || form.is_new_guest.get() {
            let back = query.with_untracked(|query| query.get("back")).unwrap_or_default();
            navigate(safe_path(&back), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let is_guest = move || account.user().is_some_and(|user| user.is_guest);
    let is_at_code = Memo::new(move |_| form.step.get() != Step::Address);
    view! {
        <Page title=signal(SignInText::Title) class="narrow">
            <Show when=is_guest><p class="notice">{t(SignInText::GuestKeeps)}</p></Show>
            <Show when=move || is_at_code.get() fallback=move || view! { <AddressStep form/> }>
                <CodeStep form/>
            </Show>
            <OtherWays form/>
            <LanguageChoice id="language"/>
        </Page>
    }
}

#[component]
fn AddressStep(form: Form) -> impl IntoView {
    view! {
        <form class="stack" novalidate on:submit=move |event| { event.prevent_default(); form.send_code(); }>
            <p class="muted">{t(SignInText::Lead)}</p>
            <Field
                id="email"
                label=SignInText::Email
                value=form.email
                wrong=form.wrong(|problem| matches!(problem, SignInText::BadEmail | SignInText::BadAddress))
                kind="email"
                autocomplete="email"
                required=true
            />
            <Trouble form/>
            <Submit form idle=SignInText::SendCode busy=SignInText::Sending/>
        </form>
    }
}

#[component]
fn CodeStep(form: Form) -> impl IntoView {
    let language = expect_context::<Preferences>().language;
    let known = move || match form.step.get() {
        Step::Code(Some(code)) => Some(filled(SignInText::DevelopmentCode.within(language.get()), &code)),
        Step::Address | Step::Code(None) => None,
    };
    let start_again = move |_| {
        form.problem.set(None);
        form.step.set(Step::Address);
    };
    view! {
        <form class="stack" novalidate on:submit=move |event| { event.prevent_default(); form.verify(); }>
            <p role="status">{t_with(SignInText::CodeSent, move || form.email.get().trim().to_owned())}</p>
            {move || known().map(|text| view! { <p class="notice">{text}</p> })}
            <Field
                id="code"
                label=SignInText::Code
                hint=SignInText::CodeHint
                value=form.code
                wrong=form.wrong(|problem| matches!(problem, SignInText::BadCode | SignInText::WrongCode))
                autocomplete="one-time-code"
                input_mode="numeric"
                required=true
            />
            <Trouble form/>
            <Submit form idle=SignInText::Enter busy=SignInText::Entering/>
            <button class="button quiet" type="button" on:click=start_again>{t(SignInText::OtherAddress)}</button>
        </form>
    }
}

/// What is wrong with the page rather than a field.
#[component]
fn Trouble(form: Form) -> impl IntoView {
    let language = expect_context::<Preferences>().language;
    let text = move || match form.problem.get()? {
        Problem::Call(text) => Some(text.within(language.get())),
        Problem::Here(text @ SignInText::NoMail) => Some(text.within(language.get())),
        Problem::Here(_) => None,
    };
    view! { <div class="complaint" role="alert">{move || text().map(|text| view! { <p>{text}</p> })}</div> }
}

#[component]
fn Submit(form: Form, idle: SignInText, busy: SignInText) -> impl IntoView {
    let (idle, busy) = (t(idle), t(busy));
    view! {
        <button class="button primary" type="submit" aria-disabled=move || form.is_busy.get().then_some("true")>
            {move || if form.is_busy.get() { busy() } else { idle() }}
        </button>
    }
}

/// Ways in without an address, where the backend has them.
#[component]
fn OtherWays(form: Form) -> impl IntoView {
    let config = form.account.config;
    let local = Memo::new(move |_| config.get().is_some_and(|config| config.local_sign_in));
    let guest = Memo::new(move |_| {
        config.get().is_some_and(|config| config.guest_sign_in) && form.account.user().is_none()
    });
    view! {
        <Show when=move || local.get() || guest.get()>
            <p class="or"><span>{t(SignInText::Or)}</span></p>
            <div class="stack">
                <Show when=move || local.get()>
                    <button id="local" class="button" type="button" on:click=move |_| form.sign_in(SignInLocal)>
                        {t(SignInText::Local)}
                    </button>
                    <p class="muted small">{t(SignInText::LocalHint)}</p>
                </Show>
                <Show when=move || guest.get()>
                    <button id="guest" class="button" type="button" on:click=move |_| form.sign_in(SignInGuest)>
                        {t(SignInText::Guest)}
                    </button>
                </Show>
            </div>
        </Show>
    }
}

impl Form {
    /// Returns what is wrong with the field that has these problems.
    fn wrong(self, is_its: fn(SignInText) -> bool) -> Signal<Option<Phrase>> {
        Signal::derive(move || match self.problem.get()? {
            Problem::Here(text) if is_its(text) => Some(text.into()),
            Problem::Here(_) | Problem::Call(_) => None,
        })
    }

    fn send_code(self) {
        let email = self.email.get_untracked().trim().to_owned();
        if !is_plausible_address(&email) {
            return self.fail(Problem::Here(SignInText::BadEmail), "email");
        }
        self.run(async move {
            match call(&RequestCode { email }).await {
                Ok(CodeRequested { code, .. }) => {
                    self.step.set(Step::Code(code));
                    focus_soon("code");
                }
                Err(error) => self.fail(address_problem(&error), "email"),
            }
        });
    }

    fn verify(self) {
        let code: String = self.code.get_untracked().split_whitespace().collect();
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.fail(Problem::Here(SignInText::BadCode), "code");
        }
        let email = self.email.get_untracked().trim().to_owned();
        self.run(async move {
            match call(&VerifyCode { email, code }).await {
                Ok(user) => self.account.who.set(Who::User(user)),
                Err(error) => self.fail(code_problem(&error), "code"),
            }
        });
    }

    /// Signs in without an address.
    fn sign_in<P: api::procedure::Procedure<Output = User> + 'static>(self, input: P) {
        self.run(async move {
            match call(&input).await {
                Ok(user) => {
                    self.is_new_guest.set(user.is_guest);
                    self.account.who.set(Who::User(user));
                }
                Err(error) => self.problem.set(Some(Problem::Call(text_of(&error)))),
            }
        });
    }

    /// Does one thing at a time.
    fn run(self, work: impl Future<Output = ()> + 'static) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            work.await;
            self.is_busy.try_set(false);
        });
    }

    /// Says what is wrong, and takes the focus to where it is mended.
    fn fail(self, problem: Problem, field: &'static str) {
        self.problem.set(Some(problem));
        focus_soon(field);
    }
}

/// The backend judges addresses; this catches what is not even finished.
fn is_plausible_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    }) && !text.contains(char::is_whitespace)
}

fn address_problem(error: &CallError) -> Problem {
    match error {
        CallError::Refused(refusal) if refusal.code == Some(Code::PreconditionFailed) => {
            Problem::Here(SignInText::NoMail)
        }
        CallError::Refused(refusal) if refusal.code == Some(Code::BadRequest) => {
            Problem::Here(SignInText::BadAddress)
        }
        error => Problem::Call(text_of(error)),
    }
}

fn code_problem(error: &CallError) -> Problem {
    match error {
        CallError::Refused(refusal) if refusal.code == Some(Code::BadRequest) => {
            Problem::Here(SignInText::WrongCode)
        }
        error => Problem::Call(text_of(error)),
    }
}

/// Returns where to go afterwards: a page of ours, whatever the address said.
fn safe_path(back: &str) -> &str {
    let is_ours =
        back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\n', '\r', '\t']);
    if is_ours && !back.starts_with("/sign-in") { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::{is_plausible_address, safe_path};

    #[test]
    fn one_comes_back_to_our_own_pages_only() {
        assert_eq!(safe_path("/interviews/abc/session"), "/interviews/abc/session");
        for elsewhere in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/sign-in?back=/",
        ] {
            assert_eq!(safe_path(elsewhere), "/", "{elsewhere}");
        }
    }

    #[test]
    fn unfinished_addresses_are_caught() {
        assert!(is_plausible_address("ada@example.org"));
        for unfinished in
            ["", "ada", "ada@", "@example.org", "ada@example", "ada@example.", "ada @example.org"]
        {
            assert!(!is_plausible_address(unfinished), "{unfinished}");
        }
    }
}
