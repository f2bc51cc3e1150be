//! Our schemas say what zod says. The golden file is zod's own output: `interop/trpc/zod-issues.mjs` has the schemas and
//! writes it.

use serde::Deserialize;
use serde_json::Value;
use trpc::Error;
use trpc::schema::{self, Input, Object, Parse};

#[derive(Deserialize)]
struct Case {
    schema: String,
    #[serde(default)]
    input: Present,
    issues: Value,
    flat: Value,
}

/// Tells an input that is `null` from none.
#[derive(Default)]
struct Present(Option<Value>);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Some).map(Self)
    }
}

macro_rules! schemas {
    ($($name:ident: |$fields:ident| $read:expr;)*) => {
        $(struct $name;

        impl Input for $name {
            fn read($fields: &Object<'_>) -> Option<Self> {
                $read.map(|_| Self)
            }
        })*
    };
}

schemas! {
    Text: |fields| fields.string("text").trim().min(2).max(5).required();
    Email: |fields| fields.string("email").trim().lowercase().email().max(12).required();
    Number: |fields| fields.int("number").min(1).max(120).required();
    Flag: |fields| fields.boolean("flag").required();
    Word: |fields| fields.one_of("word", &[("ONE", 1), ("TWO", 2)]).required();
    Only: |fields| fields.one_of("word", &[("ONE", 1)]).required();
    List: |fields| fields.array("list").min(2).max(3).each(|item| item.string().min(1).required()).required();
    Item: |fields| {
        let id = fields.string("id").required();
        fields.int("count").required().and(id)
    };
    Inner: |fields| fields.array("items").of::<Item>().required();
    Nested: |fields| {
        let name = fields.string("name").required();
        fields.object::<Inner>("inner").required().and(name)
    };
    Optional: |fields| {
        let text = fields.string("text").max(3).optional();
        fields.string("nullish").max(3).nullish().and(text)
    };
    Checked: |fields| {
        fields.string("code").min(3).check(|code| code.starts_with('a'), "must start with a").required()
    };
    At: |fields| fields.date::<Never>("at").required();
}

/// An instant that no JSON is.
#[derive(Deserialize)]
enum Never {}

fn parse<I: Parse>(input: Option<&Value>) -> Result<(), Error> {
    schema::parse::<I>(input).map(|_| ())
}

#[test]
fn every_issue_is_zods() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../testdata/zod-issues.json")).unwrap();
    assert!(cases.len() > 50);
    for Case { schema, input: Present(input), issues, flat } in cases {
        let parse = match schema.as_str() {
            "text" => parse::<Text>,
            "optional" => parse::<Optional>,
            "email" => parse::<Email>,
            "number" => parse::<Number>,
            "flag" => parse::<Flag>,
            "word" => parse::<Word>,
            "only" => parse::<Only>,
            "list" => parse::<List>,
            "nested" => parse::<Nested>,
            "checked" => parse::<Checked>,
            "date" => parse::<At>,
            unknown => panic!("no schema {unknown}"),
        };
        let error = parse(input.as_ref()).err();
        let said = error
            .as_ref()
            .map_or_else(|| "[]".to_owned(), |error| serde_json::to_string(error.issues()).unwrap());
        assert_eq!(said, issues.to_string(), "{schema} {input:?}");
        let zod_error = error.map_or(Value::Null, |error| error.shape(None)["data"]["zodError"].clone());
        assert_eq!(zod_error, flat, "{schema} {input:?}");
    }
}

#[test]
fn an_answer_does_not_grow_with_the_input() {
    let input = serde_json::json!({ "items": vec![5; 10_000] });
    assert_eq!(parse::<Inner>(Some(&input)).err().unwrap().issues().len(), 100);
}
