//! A serialiser to `serde_json::Value` that notes the paths of dates on its way.
//!
//! It differs from `serde_json`'s own in one method: a newtype named [`super::DATE`] leaves its path behind.

use super::encode::escape;
use serde::ser::{self, Error as _, Serialize, Serializer};
use serde_json::{Error, Map, Value, value};

type Result<T = Value> = std::result::Result<T, Error>;

/// Where the serialiser is, and the dates it has met.
pub(super) struct Encoder<'a> {
    path: &'a mut Vec<String>,
    dates: &'a mut Vec<String>,
}

impl<'a> Encoder<'a> {
    pub(super) fn new(path: &'a mut Vec<String>, dates: &'a mut Vec<String>) -> Self {
        Self { path, dates }
    }

    fn under<T: Serialize + ?Sized>(&mut self, segment: &str, value: &T) -> Result {
        self.path.push(escape(segment));
        let encoded = value.serialize(Encoder { path: self.path, dates: self.dates });
        self.path.pop();
        encoded
    }

    fn array(self, variant: Option<&'static str>) -> Array<'a> {
        Array { frame: Frame::enter(self, variant), items: Vec::new() }
    }

    fn object(self, variant: Option<&'static str>) -> Object<'a> {
        Object { frame: Frame::enter(self, variant), entries: Map::new(), key: None }
    }
}

/// A compound being written, inside of `{"variant": …}` if it belongs to an enum.
struct Frame<'a> {
    encoder: Encoder<'a>,
    variant: Option<&'static str>,
}

impl<'a> Frame<'a> {
    fn enter(encoder: Encoder<'a>, variant: Option<&'static str>) -> Self {
        encoder.path.extend(variant.map(escape));
        Self { encoder, variant }
    }

    fn leave(self, value: Value) -> Value {
        let Some(variant) = self.variant else { return value };
        self.encoder.path.pop();
        tagged(variant, value)
    }
}

fn tagged(variant: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(variant.to_owned(), value)]))
}

pub(super) struct Array<'a> {
    frame: Frame<'a>,
    items: Vec<Value>,
}

impl Array<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        let index = self.items.len().to_string();
        self.items.push(self.frame.encoder.under(&index, item)?);
        Ok(())
    }

    fn finish(self) -> Value {
        self.frame.leave(Value::Array(self.items))
    }
}

pub(super) struct Object<'a> {
    frame: Frame<'a>,
    entries: Map<String, Value>,
    key: Option<String>,
}

impl Object<'_> {
    fn insert<T: Serialize + ?Sized>(&mut self, key: String, entry: &T) -> Result<()> {
        let encoded = self.frame.encoder.under(&key, entry)?;
        self.entries.insert(key, encoded);
        Ok(())
    }

    fn finish(self) -> Value {
        self.frame.leave(Value::Object(self.entries))
    }
}

macro_rules! scalars {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, scalar: $type) -> Result {
            value::Serializer.$method(scalar)
        })*
    };
}

impl<'a> Serializer for Encoder<'a> {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Array<'a>;
    type SerializeTuple = Array<'a>;
    type SerializeTupleStruct = Array<'a>;
    type SerializeTupleVariant = Array<'a>;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = Object<'a>;

    scalars! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
        serialize_str: &str,
        serialize_bytes: &[u8],
    }

    fn serialize_none(self) -> Result {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, some: &T) -> Result {
        some.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, inner: &T) -> Result {
        if name == super::DATE {
            self.dates.push(self.path.join("."));
        }
        inner.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        inner: &T,
    ) -> Result {
        Ok(tagged(variant, self.under(variant, inner)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Array<'a>> {
        Ok(self.array(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Array<'a>> {
        Ok(self.array(None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Array<'a>> {
        Ok(self.array(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Array<'a>> {
        Ok(self.array(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>> {
        Ok(self.object(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>> {
        Ok(self.object(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'a>> {
        Ok(self.object(Some(variant)))
    }
}

macro_rules! array {
    ($($trait:ident::$method:ident,)*) => {
        $(impl ser::$trait for Array<'_> {
            type Ok = Value;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
                self.push(item)
            }

            fn end(self) -> Result {
                Ok(self.finish())
            }
        })*
    };
}

array! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! object {
    ($($trait:ident,)*) => {
        $(impl ser::$trait for Object<'_> {
            type Ok = Value;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, field: &T) -> Result<()> {
                self.insert(key.to_owned(), field)
            }

            fn end(self) -> Result {
                Ok(self.finish())
            }
        })*
    };
}

object! { SerializeStruct, SerializeStructVariant, }

impl ser::SerializeMap for Object<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = Some(match key.serialize(value::Serializer)? {
            Value::String(key) => key,
            key @ (Value::Number(_) | Value::Bool(_)) => key.to_string(),
            _ => return Err(Error::custom("key must be a string")),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, entry: &T) -> Result<()> {
        let key = self.key.take().expect("serde writes a key before each value");
        self.insert(key, entry)
    }

    fn end(self) -> Result {
        Ok(self.finish())
    }
}
