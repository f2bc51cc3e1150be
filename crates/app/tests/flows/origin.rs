//! Whose pages may call.

use crate::rig::{Database, Rig, interview, on_both_databases, refused_with};
use api::public::{Me, SignInLocal};
use trpc::Code;

on_both_databases!(a_page_of_somebody_elses_changes_nothing, an_allowed_origin_may_call);

async fn a_page_of_somebody_elses_changes_nothing(database: Database) {
    let rig = Rig::start(database).await;
    let ada = rig.sign_in("ada@example.org").await;
    for origin in
        ["https://evil.example", "null", "http://127.0.0.1:3001", "http://127.0.0.1:3000.evil.example"]
    {
        let mut page = ada.clone().with_header("origin", origin);
        assert_eq!(refused_with(page.call(&interview("key")).await), Code::Forbidden, "{origin}");
        assert_eq!(refused_with(page.call(&SignInLocal).await), Code::Forbidden, "{origin}");
    }
    assert_eq!(rig.count("interviews").await, 0);
    let mut own = ada.with_header("origin", "http://127.0.0.1:3000");
    assert!(own.call(&interview("key")).await.is_ok());
}

async fn an_allowed_origin_may_call(database: Database) {
    let rig =
        Rig::start_with(database, |config| config.allowed_origins = vec!["https://web.example".into()]).await;
    let mut page = rig.sign_in("ada@example.org").await.with_header("origin", "https://web.example");
    assert!(page.call(&interview("key")).await.is_ok());
    assert!(page.call(&Me).await.is_ok());
}
