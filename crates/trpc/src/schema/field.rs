//! A value of the right type, its checks, and whether it may be missing.

use super::issue::{Finding, Origin};
use super::slot::Slot;
use super::{Parse, email};
use serde_json::Value;

/// A field being read: checks are chained on it, then [`required`](Self::required), [`optional`](Self::optional),
/// [`nullish`](Self::nullish) or [`or`](Self::or) ends the chain.
///
/// The ends return `None` exactly if the field has an issue. A check on a missing value passes.
#[must_use = "the chain ends with `required`, `optional`, `nullish` or `or`"]
pub struct Field<'a, T> {
    slot: Slot<'a>,
    state: State<T>,
    /// What is said when it is missing.
    missing: Finding,
    has_issue: bool,
}

pub(super) enum State<T> {
    Absent,
    Null,
    Read(T),
    /// Of the wrong type, which is noted.
    Refused,
}

impl<'a, T> Field<'a, T> {
    pub(super) fn new(slot: Slot<'a>, state: State<T>, missing: Finding) -> Self {
        Self { slot, state, missing, has_issue: false }
    }

    /// Ends the chain: the value must be there.
    pub fn required(self) -> Option<T> {
        if matches!(self.state, State::Absent) {
            self.slot.note(self.missing);
            return None;
        }
        self.optional().flatten()
    }

    /// Ends the chain: the key may be missing, but not `null`.
    pub fn optional(self) -> Option<Option<T>> {
        if matches!(self.state, State::Null) {
            self.slot.note(self.missing.received_null());
            return None;
        }
        self.nullish()
    }

    /// Ends the chain: the key may be missing or `null`, which is the same.
    pub fn nullish(self) -> Option<Option<T>> {
        match self.state {
            State::Absent | State::Null => Some(None),
            State::Read(value) => (!self.has_issue).then_some(Some(value)),
            State::Refused => None,
        }
    }

    /// Ends the chain: a missing key reads as `default`, `null` does not.
    pub fn or(self, default: T) -> Option<T> {
        self.optional().map(|value| value.unwrap_or(default))
    }

    /// Refuses with `message`, for a person to read, what `fits` does not accept.
    pub fn check(self, fits: impl FnOnce(&T) -> bool, message: &'static str) -> Self {
        self.ensure(fits, || Finding::custom(message))
    }

    /// Makes something else of the value, when it has no issue so far; `None` refuses it with `message`.
    pub fn try_map<U>(self, map: impl FnOnce(T) -> Option<U>, message: &'static str) -> Field<'a, U> {
        let state = match self.state {
            State::Absent => State::Absent,
            State::Null => State::Null,
            State::Read(value) if !self.has_issue => match map(value) {
                Some(mapped) => State::Read(mapped),
                None => self.slot.refuse(Finding::custom(message)),
            },
            State::Read(_) | State::Refused => State::Refused,
        };
        Field { slot: self.slot, state, missing: self.missing, has_issue: false }
    }

    pub(super) fn ensure(mut self, fits: impl FnOnce(&T) -> bool, finding: impl FnOnce() -> Finding) -> Self {
        if let State::Read(value) = &self.state
            && !fits(value)
        {
            self.slot.note(finding());
            self.has_issue = true;
        }
        self
    }

    fn change(mut self, change: impl FnOnce(T) -> T) -> Self {
        if let State::Read(value) = self.state {
            self.state = State::Read(change(value));
        }
        self
    }
}

impl Field<'_, String> {
    /// Drops white space at both ends before the checks that follow.
    pub fn trim(self) -> Self {
        // JavaScript counts the byte order mark as white space.
        self.change(|text| text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned())
    }

    /// Makes it lower-case before the checks that follow.
    pub fn lowercase(self) -> Self {
        self.change(|text| text.to_lowercase())
    }

    /// Refuses fewer characters (Unicode scalar values).
    pub fn min(self, characters: u32) -> Self {
        self.ensure(
            |text| text.chars().count() >= characters as usize,
            || Finding::too_small(Origin::Text, characters.into()),
        )
    }

    /// Refuses more characters (Unicode scalar values).
    pub fn max(self, characters: u32) -> Self {
        self.ensure(
            |text| text.chars().count() <= characters as usize,
            || Finding::too_big(Origin::Text, characters.into()),
        )
    }

    /// Refuses what does not look like an e-mail address.
    pub fn email(self) -> Self {
        self.ensure(
            |text| email::is_email(text),
            || Finding::invalid_format("email", email::PATTERN, "Invalid email address"),
        )
    }
}

impl Field<'_, i64> {
    /// Refuses less.
    pub fn min(self, minimum: i64) -> Self {
        self.ensure(|number| *number >= minimum, || Finding::too_small(Origin::Number, minimum))
    }

    /// Refuses more.
    pub fn max(self, maximum: i64) -> Self {
        self.ensure(|number| *number <= maximum, || Finding::too_big(Origin::Number, maximum))
    }
}

/// An array whose items have not been read.
pub struct Items<'a> {
    values: &'a [Value],
    min: u32,
}

impl<'a> Items<'a> {
    pub(super) fn new(values: &'a [Value]) -> Self {
        Self { values, min: 0 }
    }
}

impl<'a> Field<'a, Items<'a>> {
    /// Refuses fewer items.
    pub fn min(self, items: u32) -> Self {
        self.change(|read| Items { min: items, ..read })
    }

    /// Refuses more items; none of them is looked at then.
    pub fn max(mut self, items: u32) -> Self {
        if let State::Read(read) = &self.state
            && read.values.len() > items as usize
        {
            self.state = self.slot.refuse(Finding::too_big(Origin::Array, items.into()));
        }
        self
    }

    /// Reads every item as an `I`.
    pub fn of<I: Parse>(self) -> Field<'a, Vec<I>> {
        self.each(I::parse)
    }

    /// Reads every item through `read`, which returns `None` when it noted an issue.
    pub fn each<T>(self, read: impl Fn(Slot<'_>) -> Option<T>) -> Field<'a, Vec<T>> {
        let state = match self.state {
            State::Absent => State::Absent,
            State::Null => State::Null,
            State::Refused => State::Refused,
            State::Read(Items { values, min }) => {
                let indexed = values.iter().enumerate();
                let read: Vec<Option<T>> =
                    indexed.map(|(index, value)| read(self.slot.item(index, value))).collect();
                if values.len() < min as usize {
                    self.slot.refuse(Finding::too_small(Origin::Array, min.into()))
                } else {
                    read.into_iter().collect::<Option<Vec<T>>>().map_or(State::Refused, State::Read)
                }
            }
        };
        Field { slot: self.slot, state, missing: self.missing, has_issue: false }
    }
}
