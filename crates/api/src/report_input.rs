//! What an input about a report must look like.

use crate::input::id;
use crate::public::MAX_LINE_CHARS;
use crate::report::{
    GetMarkdown, GetProgress, GetReport, GetShared, JudgeAgain, ListShares, MAX_SHARE_DAYS, RevokeShare,
    ShareReport,
};
use trpc::schema::{Input, Object};

impl Input for GetReport {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { interview_id: id(fields, "interviewId")? })
    }
}

impl Input for GetMarkdown {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { interview_id: id(fields, "interviewId")? })
    }
}

impl Input for JudgeAgain {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { interview_id: id(fields, "interviewId")? })
    }
}

impl Input for ListShares {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { interview_id: id(fields, "interviewId")? })
    }
}

impl Input for GetProgress {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let role = fields.string("role").trim().max(MAX_LINE_CHARS);
        Some(Self { role: role.check(|role| !role.contains('\0'), "Not a role").nullish()? })
    }
}

impl Input for ShareReport {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let interview_id = id(fields, "interviewId");
        let days = fields.int("days").min(1).max(MAX_SHARE_DAYS.into()).required();
        Some(Self { interview_id: interview_id?, days: u32::try_from(days?).ok()? })
    }
}

impl Input for RevokeShare {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let interview_id = id(fields, "interviewId");
        let share_id = id(fields, "shareId");
        Some(Self { interview_id: interview_id?, share_id: share_id? })
    }
}

impl Input for GetShared {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { token: id(fields, "token")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use trpc::schema::parse;

    #[test]
    fn a_share_has_an_end() {
        let share = |days: i64| parse::<ShareReport>(Some(&json!({ "interviewId": "i", "days": days })));
        assert!(share(1).is_ok() && share(90).is_ok());
        assert!(share(0).is_err() && share(91).is_err());
        assert!(parse::<ShareReport>(Some(&json!({ "interviewId": "i" }))).is_err());
    }

    #[test]
    fn progress_is_of_all_roles_or_of_one() {
        let role = |input: serde_json::Value| parse::<GetProgress>(Some(&input)).unwrap().role;
        assert_eq!(role(json!({})), None);
        assert_eq!(role(json!({ "role": " Cook " })).as_deref(), Some("Cook"));
    }
}
