//! Writing.

use super::WireError;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::borrow::Cow;
use std::fmt;

/// A value as bytes.
///
/// # Errors
/// It has a sequence of unknown length; no message has one.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, WireError> {
    to_bytes_with(value, &Texts::AsTheyAre)
}

/// The same, with something done to texts.
///
/// # Errors
/// As [`to_bytes`].
pub fn to_bytes_with<T: Serialize>(value: &T, texts: &Texts<'_>) -> Result<Vec<u8>, WireError> {
    let mut writer = Writer {
        bytes: Vec::new(),
        texts,
        keeps: false,
    };
    value.serialize(&mut writer)?;
    Ok(writer.bytes)
}

/// What is done to the texts of a message.
pub enum Texts<'w> {
    /// Nothing.
    AsTheyAre,
    /// Each is made another, except in fields and variants of these names.
    Changed {
        /// Makes another text.
        change: &'w dyn Fn(&str) -> Cow<'_, str>,
        /// Names of fields, and of variants with one value, whose texts stay.
        except: &'w [&'static str],
    },
}

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Texts")
    }
}

struct Writer<'w> {
    bytes: Vec<u8>,
    texts: &'w Texts<'w>,
    /// Within what is excepted.
    keeps: bool,
}

type Written = Result<(), WireError>;

impl Writer<'_> {
    // Not inlined: this is called for nearly every field.
    #[inline(never)]
    fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    #[inline(never)]
    fn text(&mut self, value: &[u8]) {
        self.unsigned(value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// Writes what stands under a name.
    fn named<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        let kept = self.keeps;
        if let Texts::Changed { except, .. } = self.texts {
            self.keeps |= except.contains(&name);
        }
        let written = value.serialize(&mut *self);
        self.keeps = kept;
        written
    }

    fn length(&mut self, length: Option<usize>) -> Written {
        let length = length.ok_or_else(|| WireError::new("a sequence of unknown length"))?;
        self.unsigned(length as u64);
        Ok(())
    }
}

macro_rules! write_number {
    ($($name:ident: $type:ty => $as:ident,)*) => {
        $(fn $name(self, value: $type) -> Written {
            self.$as(value.into());
            Ok(())
        })*
    };
}

impl Serializer for &mut Writer<'_> {
    type Ok = ();
    type Error = WireError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    write_number! {
        serialize_bool: bool => unsigned,
        serialize_u8: u8 => unsigned,
        serialize_u16: u16 => unsigned,
        serialize_u32: u32 => unsigned,
        serialize_u64: u64 => unsigned,
        serialize_i8: i8 => signed,
        serialize_i16: i16 => signed,
        serialize_i32: i32 => signed,
        serialize_i64: i64 => signed,
        serialize_char: char => unsigned,
    }

    fn serialize_f32(self, value: f32) -> Written {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Written {
        self.bytes.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Written {
        match self.texts {
            Texts::Changed { change, .. } if !self.keeps => self.text(change(value).as_bytes()),
            _ => self.text(value.as_bytes()),
        }
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        self.text(value);
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.bytes.push(0);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.bytes.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Written {
        self.serialize_u32(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        variant: u32,
        name: &'static str,
        value: &T,
    ) -> Written {
        self.unsigned(variant.into());
        self.named(name, value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, WireError> {
        self.length(length)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, WireError> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, WireError> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, WireError> {
        self.unsigned(variant.into());
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, WireError> {
        self.length(length)?;
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, WireError> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, WireError> {
        self.unsigned(variant.into());
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! write_elements {
    ($($trait:ident::$element:ident,)*) => {
        $(impl $trait for &mut Writer<'_> {
            type Ok = ();
            type Error = WireError;

            fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                value.serialize(&mut **self)
            }

            fn end(self) -> Written {
                Ok(())
            }
        })*
    };
}

write_elements! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! write_fields {
    ($($trait:ident,)*) => {
        $(impl $trait for &mut Writer<'_> {
            type Ok = ();
            type Error = WireError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
                self.named(name, value)
            }

            fn end(self) -> Written {
                Ok(())
            }
        })*
    };
}

write_fields! {
    SerializeStruct,
    SerializeStructVariant,
}

impl SerializeMap for &mut Writer<'_> {
    type Ok = ();
    type Error = WireError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}
