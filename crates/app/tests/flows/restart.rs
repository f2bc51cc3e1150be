//! What a backend finds when it comes back.

use crate::rig::{Database, Rig, interview, on_both_databases};
use api::public::{ListInterviews, Me};

on_both_databases!(sessions_and_interviews_survive_a_restart);

async fn sessions_and_interviews_survive_a_restart(database: Database) {
    let rig = Rig::start(database).await;
    let mut ada = rig.sign_in("ada@example.org").await;
    let created = ada.call(&interview("key")).await.unwrap();
    let cookie = ada.cookie();

    let rig = Rig::start(rig.stop().await).await;
    let mut ada = rig.browser().with_header("cookie", cookie);
    assert_eq!(ada.call(&Me).await.unwrap().email, "ada@example.org");
    assert_eq!(ada.call(&ListInterviews::default()).await.unwrap().items, [created]);
}
