//! `interview.list`: the candidate's interviews, newest first, page by page.

use crate::caller::SignedIn;
use crate::db::interviews;
use api::public::{InterviewPage, InterviewSummary, ListInterviews};
use api::timestamp::Timestamp;
use trpc::Error;

const DEFAULT_LIMIT: u32 = 20;

/// Returns a page. What is created while somebody turns pages shifts none of them.
pub(in crate::routes) async fn handle(
    caller: SignedIn,
    input: Option<ListInterviews>,
) -> Result<InterviewPage, Error> {
    let ListInterviews { cursor, limit } = input.unwrap_or_default();
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    let before = match cursor.as_deref() {
        None => (Timestamp(i64::MAX), ""),
        Some(cursor) => {
            parse_cursor(cursor).ok_or_else(|| Error::bad_request("Not a cursor of this list"))?
        }
    };
    // One more than asked for tells whether there is another page.
    let mut items = interviews::list(caller.database(), &caller.user_id, before, limit + 1).await?;
    let has_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| has_more).map(cursor_after);
    Ok(InterviewPage { items, next_cursor })
}

fn cursor_after(item: &InterviewSummary) -> String {
    format!("{}.{}", item.created_at.0, item.id)
}

fn parse_cursor(cursor: &str) -> Option<(Timestamp, &str)> {
    let (created_at, id) = cursor.split_once('.')?;
    let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_id.then_some((Timestamp(created_at.parse().ok()?), id))
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, interview, on_both_databases, refused_with};
    use api::public::ListInterviews;
    use trpc::Code;

    on_both_databases!(
        every_interview_is_on_exactly_one_page,
        a_new_interview_shifts_no_page,
        others_are_not_listed,
        an_unknown_cursor_is_refused,
    );

    fn page(cursor: Option<String>, limit: u32) -> ListInterviews {
        ListInterviews { cursor, limit: Some(limit) }
    }

    async fn every_interview_is_on_exactly_one_page(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let mut created = Vec::new();
        for number in 0..7 {
            created.push(ada.call(&interview(&number.to_string())).await.unwrap());
            // Some are of the same millisecond.
            rig.advance(number % 2);
        }
        let (mut listed, mut cursor) = (Vec::new(), None);
        loop {
            let page = ada.call(&page(cursor, 3)).await.unwrap();
            assert!(page.items.len() == 3 || page.next_cursor.is_none());
            listed.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert!(listed.is_sorted_by(|a, b| a.created_at >= b.created_at));
        let sorted = |mut items: Vec<api::public::InterviewSummary>| {
            items.sort_by(|a, b| a.id.cmp(&b.id));
            items
        };
        assert_eq!(sorted(listed), sorted(created));
        assert_eq!(ada.call(&page(None, 7)).await.unwrap().next_cursor, None);
        assert_eq!(ada.call(&ListInterviews::default()).await.unwrap().items.len(), 7);
    }

    async fn a_new_interview_shifts_no_page(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let oldest = ada.call(&interview("oldest")).await.unwrap();
        rig.advance(1);
        ada.call(&interview("older")).await.unwrap();
        let cursor = ada.call(&page(None, 1)).await.unwrap().next_cursor;
        rig.advance(1);
        ada.call(&interview("new")).await.unwrap();
        assert_eq!(ada.call(&page(cursor, 1)).await.unwrap().items, [oldest]);
    }

    async fn others_are_not_listed(database: Database) {
        let rig = Rig::start(database).await;
        rig.sign_in("ada@example.org").await.call(&interview("key")).await.unwrap();
        let mut bob = rig.sign_in("bob@example.org").await;
        assert_eq!(bob.call(&ListInterviews::default()).await.unwrap().items, []);
        assert_eq!(refused_with(rig.browser().call(&ListInterviews::default()).await), Code::Unauthorized);
    }

    async fn an_unknown_cursor_is_refused(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        for cursor in ["", ".", "x", "1;DROP", "1.'", "99999999999999999999.a"] {
            assert_eq!(
                refused_with(ada.call(&page(Some(cursor.into()), 1)).await),
                Code::BadRequest,
                "{cursor}"
            );
        }
        assert_eq!(refused_with(ada.call(&page(None, 0)).await), Code::BadRequest);
    }
}
