//! One member of a JSON object, of which nothing is taken for granted.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A member of an object: it may be absent, and it may be of another type than it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Member<T> {
    /// It is not there, or it is `null`.
    #[default]
    Absent,
    /// It is what it should be.
    Is(T),
    /// It is something else.
    Wrong,
}

/// A member that should be a text.
pub type Text<'a> = Member<Cow<'a, str>>;

impl<T> Member<T> {
    /// The value, if it is what it should be.
    pub fn get(&self) -> Option<&T> {
        if let Self::Is(value) = self { Some(value) } else { None }
    }

    /// The value, if it is what it should be.
    pub fn into_option(self) -> Option<T> {
        if let Self::Is(value) = self { Some(value) } else { None }
    }

    /// Whether it is there, and something else than it should be.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong)
    }
}

impl Text<'_> {
    /// The text; nothing where there is none.
    pub fn text(&self) -> &str {
        self.get().map_or("", |text| text)
    }
}

/// What a member may be. Each type takes the form of JSON that it is made of, and leaves the others.
pub trait Shape<'de>: Sized {
    /// Of a text.
    fn of_text(_: Cow<'de, str>) -> Option<Self> {
        None
    }

    /// Of `true` or `false`.
    fn of_flag(_: bool) -> Option<Self> {
        None
    }

    /// Of a whole number.
    fn of_number(_: u64) -> Option<Self> {
        None
    }

    /// Of a list.
    ///
    /// # Errors
    /// It is no JSON.
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// Of an object.
    ///
    /// # Errors
    /// It is no JSON.
    fn of_object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de: 'a, 'a> Shape<'de> for Cow<'a, str> {
    fn of_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Shape<'_> for bool {
    fn of_flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

impl Shape<'_> for u64 {
    fn of_number(number: u64) -> Option<Self> {
        Some(number)
    }
}

impl<'de, T: Deserialize<'de>> Shape<'de> for Vec<T> {
    fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut items = Self::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Some(items))
    }
}

/// Lets a member be an object of the types given, each with members of its own.
macro_rules! objects {
    ($($name:ident),*) => {
        $(impl<'de: 'a, 'a> $crate::webex::wire::Shape<'de> for $name<'a> {
            fn of_object<A: serde::de::MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
                serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(object)).map(Some)
            }
        })*
    };
}
pub(crate) use objects;

/// The members of an object that is open to any, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members<'a>(pub Vec<(Cow<'a, str>, Text<'a>)>);

impl<'de: 'a, 'a> Shape<'de> for Members<'a> {
    fn of_object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), value)) = object.next_entry()? {
            members.push((name, value));
        }
        Ok(Some(Self(members)))
    }
}

/// The name of a member, borrowed where it can be.
#[derive(Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub Cow<'a, str>);

struct MemberVisitor<T>(PhantomData<T>);

impl<'de, T: Shape<'de>> Visitor<'de> for MemberVisitor<T> {
    type Value = Member<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Member<T>, E> {
        Ok(T::of_text(Cow::Borrowed(text)).into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Member<T>, E> {
        Ok(T::of_text(Cow::Owned(text.to_owned())).into())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Member<T>, E> {
        Ok(T::of_flag(flag).into())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Member<T>, E> {
        Ok(Member::Wrong)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Member<T>, E> {
        Ok(T::of_number(number).into())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Member<T>, E> {
        Ok(Member::Wrong)
    }

    fn visit_unit<E>(self) -> Result<Member<T>, E> {
        Ok(Member::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Member<T>, A::Error> {
        T::of_list(list).map(Member::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Member<T>, A::Error> {
        T::of_object(object).map(Member::from)
    }
}

impl<T> From<Option<T>> for Member<T> {
    /// Nothing means: it was something else.
    fn from(found: Option<T>) -> Self {
        found.map_or(Self::Wrong, Self::Is)
    }
}

impl<'de, T: Shape<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MemberVisitor(PhantomData))
    }
}
