//! What the backend has stored, read as any client reads it.

use api::procedure::{self, Procedure};
use api::public::{GetInterview, InterviewDetails, ListInterviews, SignInLocal};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};

/// Returns the only interview that the local user has.
pub(crate) fn only_interview(app_url: &str) -> InterviewDetails {
    // Another test of this process may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (cookie, _) = send(app_url, "", &SignInLocal).await;
        let (_, listed) = send(app_url, &cookie, &ListInterviews::default()).await;
        let page = procedure::parse_answer::<ListInterviews>(&listed).expect("a page");
        let [only] = &page.items[..] else { panic!("{} interviews", page.items.len()) };
        let (_, got) = send(app_url, &cookie, &GetInterview { id: only.id.clone() }).await;
        procedure::parse_answer::<GetInterview>(&got).expect("an interview")
    })
}

/// Returns the cookie that the answer sets, and its body.
async fn send<P: Procedure>(app_url: &str, cookie: &str, input: &P) -> (String, Vec<u8>) {
    let call = procedure::request(input);
    let url = format!("{app_url}/api/trpc{}", call.path_and_query);
    let client = reqwest::Client::new();
    let request = match call.body {
        None => client.get(url),
        Some(body) => client.post(url).header(CONTENT_TYPE, "application/json").body(body),
    };
    let answer = request.header(COOKIE, cookie).send().await.expect("the backend answers");
    let set = answer.headers().get(SET_COOKIE).and_then(|set| set.to_str().ok()?.split(';').next());
    (set.unwrap_or_default().to_owned(), answer.bytes().await.expect("a body").to_vec())
}
