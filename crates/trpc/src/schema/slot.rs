//! Places of an input, and what may stand there.

use super::field::{Field, Items, State};
use super::issue::{Finding, Issue, MAX_SAFE_INTEGER, Step};
use super::{Input, Parse};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::cell::RefCell;

/// More issues than a person reads; what an answer costs does not grow with the input beyond it.
const MAX_ISSUES: usize = 100;

/// A place of the input and what stands there, not yet looked at.
#[derive(Clone, Copy)]
pub struct Slot<'a> {
    value: Option<&'a Value>,
    place: Place<'a>,
    issues: &'a RefCell<Vec<Issue>>,
}

/// The way back to the root: nothing is allocated until there is an issue.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn path(&self) -> Vec<Step> {
        let (parent, step) = match self {
            Self::Root => return Vec::new(),
            Self::Key(parent, key) => (parent, Step::Key((*key).to_owned())),
            Self::Index(parent, index) => (parent, Step::Index(*index)),
        };
        let mut path = parent.path();
        path.push(step);
        path
    }
}

impl<'a> Slot<'a> {
    pub(super) fn root(value: Option<&'a Value>, issues: &'a RefCell<Vec<Issue>>) -> Self {
        Self { value, place: Place::Root, issues }
    }

    /// Returns what stands here; `None` is JavaScript's `undefined`.
    pub fn value(&self) -> Option<&'a Value> {
        self.value
    }

    pub(super) fn note(&self, finding: Finding) {
        let mut issues = self.issues.borrow_mut();
        if issues.len() < MAX_ISSUES {
            issues.push(Issue::new(finding, self.place.path()));
        }
    }

    /// Reads text.
    pub fn string(self) -> Field<'a, String> {
        self.typed("string", |value| value.as_str().map(str::to_owned))
    }

    /// Reads `true` or `false`.
    pub fn boolean(self) -> Field<'a, bool> {
        self.typed("boolean", Value::as_bool)
    }

    /// Reads an instant as `T` does: its `Deserialize` says which text and which numbers it takes.
    pub fn date<T: Deserialize<'a>>(self) -> Field<'a, T> {
        self.typed("date", |value| T::deserialize(value).ok())
    }

    /// Reads a whole number that JavaScript can hold exactly.
    pub fn int(self) -> Field<'a, i64> {
        let Some(Value::Number(number)) = self.value else { return self.typed("number", |_| None) };
        let integer = number.as_i64().or_else(|| whole(number.as_f64()?));
        let state = integer.map_or_else(|| self.refuse(Finding::not_an_integer()), State::Read);
        Field::new(self, state, Finding::invalid_type("number", None)).ensure(
            |integer| (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(integer),
            || Finding::beyond_safe_integers(integer < Some(0)),
        )
    }

    /// Reads one of a set of words, each with its meaning.
    pub fn one_of<T: Clone>(self, options: &[(&str, T)]) -> Field<'a, T> {
        let finding = Finding::invalid_value(options.iter().map(|(word, _)| *word));
        let chosen = self.value.and_then(Value::as_str);
        let state = match (self.value, options.iter().find(|(word, _)| Some(*word) == chosen)) {
            (None, _) => State::Absent,
            (Some(Value::Null), _) => State::Null,
            (Some(_), Some((_, meaning))) => State::Read(meaning.clone()),
            (Some(_), None) => self.refuse(finding.clone()),
        };
        Field::new(self, state, finding)
    }

    /// Reads an object through `read`, which returns `None` when it noted an issue.
    pub fn object<T>(self, read: impl FnOnce(&Object<'_>) -> Option<T>) -> Field<'a, T> {
        let Some(Value::Object(entries)) = self.value else { return self.typed("object", |_| None) };
        let fields = Object { entries, place: &self.place, issues: self.issues };
        let state = read(&fields).map_or(State::Refused, State::Read);
        Field::new(self, state, Finding::invalid_type("object", None))
    }

    /// Reads an array; [`Field::each`] or [`Field::of`] reads its items.
    pub fn array(self) -> Field<'a, Items<'a>> {
        self.typed("array", |value| value.as_array().map(|values| Items::new(values)))
    }

    /// Reads whatever `I` is.
    pub fn parse<I: Parse>(self) -> Option<I> {
        I::parse(self)
    }

    pub(super) fn item(&'a self, index: usize, value: &'a Value) -> Slot<'a> {
        Slot { value: Some(value), place: Place::Index(&self.place, index), issues: self.issues }
    }

    pub(super) fn refuse<T>(&self, finding: Finding) -> State<T> {
        self.note(finding);
        State::Refused
    }

    fn typed<T>(self, expected: &'static str, read: impl FnOnce(&'a Value) -> Option<T>) -> Field<'a, T> {
        let state = match self.value {
            None => State::Absent,
            Some(Value::Null) => State::Null,
            Some(value) => match read(value) {
                Some(read) => State::Read(read),
                None => self.refuse(Finding::invalid_type(expected, Some(value))),
            },
        };
        Field::new(self, state, Finding::invalid_type(expected, None))
    }
}

/// Takes `5.0` and `1e30` as the integers they are in JavaScript; what is out of range saturates.
#[expect(clippy::cast_possible_truncation, reason = "saturating is what the caller checks for")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0).then_some(number as i64)
}

/// An object of the input, read field by field. A key that no one asks for is ignored.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    entries: &'a Map<String, Value>,
    place: &'a Place<'a>,
    issues: &'a RefCell<Vec<Issue>>,
}

impl<'a> Object<'a> {
    /// Returns the place under `key`, whether or not something stands there.
    pub fn slot(&self, key: &'a str) -> Slot<'a> {
        Slot { value: self.entries.get(key), place: Place::Key(self.place, key), issues: self.issues }
    }

    /// Reads text.
    pub fn string(&self, key: &'a str) -> Field<'a, String> {
        self.slot(key).string()
    }

    /// Reads `true` or `false`.
    pub fn boolean(&self, key: &'a str) -> Field<'a, bool> {
        self.slot(key).boolean()
    }

    /// Reads a whole number that JavaScript can hold exactly.
    pub fn int(&self, key: &'a str) -> Field<'a, i64> {
        self.slot(key).int()
    }

    /// Reads an instant as `T` does: its `Deserialize` says which text and which numbers it takes.
    pub fn date<T: Deserialize<'a>>(&self, key: &'a str) -> Field<'a, T> {
        self.slot(key).date()
    }

    /// Reads one of a set of words, each with its meaning.
    pub fn one_of<T: Clone>(&self, key: &'a str, options: &[(&str, T)]) -> Field<'a, T> {
        self.slot(key).one_of(options)
    }

    /// Reads an array; [`Field::each`] or [`Field::of`] reads its items.
    pub fn array(&self, key: &'a str) -> Field<'a, Items<'a>> {
        self.slot(key).array()
    }

    /// Reads an object that is an input of its own.
    pub fn object<I: Input>(&self, key: &'a str) -> Field<'a, I> {
        self.slot(key).object(I::read)
    }
}
