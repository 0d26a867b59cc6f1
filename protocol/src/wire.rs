//! The bytes of messages: little-endian numbers of fixed width, lengths and variants before what they announce, nothing else.
//!
//! It is our own because of what it costs a first visit: the same messages took 9 KB more with serde and postcard, 13 KB more with borsh.
//! Reading is total: it never returns early. A [`Reader`] that has met something impossible answers zeros and empties from there
//! on, and whoever began the reading asks [`Reader::finished_well`] once, at the end.

/// What can be written into a message and read back from one.
pub trait Wire {
    fn put(&self, to: &mut Vec<u8>);
    fn take(from: &mut Reader<'_>) -> Self;
}

/// Bytes that may be anything, and how far they have been read.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    failed: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, failed: false }
    }

    /// Whether all that was asked for was there, and nothing is left.
    pub(crate) fn finished_well(&self) -> bool {
        !self.failed && self.rest.is_empty()
    }

    /// From here on there is nothing to be read.
    fn fail(&mut self) {
        self.failed = true;
        self.rest = &[];
    }

    fn bytes(&mut self, count: usize) -> &'a [u8] {
        match self.rest.split_at_checked(count) {
            Some((taken, rest)) => {
                self.rest = rest;
                taken
            }
            None => {
                self.fail();
                &[]
            }
        }
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        <[u8; N]>::try_from(self.bytes(N)).unwrap_or([0; N])
    }

    /// A length: of a list whose elements take at least a byte each, so that no memory is asked for that the message does not back.
    fn length(&mut self) -> usize {
        let length = u32::take(self) as usize;
        if length > self.rest.len() {
            self.fail();
            return 0;
        }
        length
    }

    /// The number of a variant.
    pub(crate) fn variant(&mut self, of: usize) -> u8 {
        let variant = u8::take(self);
        if usize::from(variant) >= of {
            self.fail();
            return 0;
        }
        variant
    }
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl Wire for $number {
            fn put(&self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }

            fn take(from: &mut Reader<'_>) -> Self {
                <$number>::from_le_bytes(from.array())
            }
        }
    )* };
}

numbers!(u8 u16 u32 u64 i32 i64);

impl Wire for bool {
    fn put(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.variant(2) == 1
    }
}

impl Wire for String {
    fn put(&self, to: &mut Vec<u8>) {
        (self.len() as u32).put(to);
        to.extend_from_slice(self.as_bytes());
    }

    fn take(from: &mut Reader<'_>) -> Self {
        let length = from.length();
        let text = core::str::from_utf8(from.bytes(length));
        if text.is_err() {
            from.fail();
        }
        text.unwrap_or_default().to_owned()
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, to: &mut Vec<u8>) {
        (self.len() as u32).put(to);
        self.iter().for_each(|element| element.put(to));
    }

    fn take(from: &mut Reader<'_>) -> Self {
        let length = from.length();
        let mut list = Vec::new();
        while list.len() < length && !from.failed {
            list.push(T::take(from));
        }
        list
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.is_some().put(to);
        if let Some(value) = self {
            value.put(to);
        }
    }

    fn take(from: &mut Reader<'_>) -> Self {
        if bool::take(from) { Some(T::take(from)) } else { None }
    }
}

impl<T: Wire> Wire for Box<T> {
    fn put(&self, to: &mut Vec<u8>) {
        (**self).put(to);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Box::new(T::take(from))
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, to: &mut Vec<u8>) {
        self.0.put(to);
        self.1.put(to);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        (A::take(from), B::take(from))
    }
}

/// Defines types as they are written in it, and their bytes: fields in order; for an enum the variant's number first.
macro_rules! wire {
    () => {};
    (
        $(#[$about:meta])*
        pub struct $name:ident { $($(#[$about_field:meta])* pub $field:ident: $of:ty),* $(,)? }
        $($more:tt)*
    ) => {
        $(#[$about])*
        pub struct $name { $($(#[$about_field])* pub $field: $of),* }

        impl $crate::wire::Wire for $name {
            fn put(&self, to: &mut Vec<u8>) {
                $(self.$field.put(to);)*
            }

            fn take(from: &mut $crate::wire::Reader<'_>) -> Self {
                $name { $($field: $crate::wire::Wire::take(from)),* }
            }
        }

        $crate::wire::wire! { $($more)* }
    };
    (
        $(#[$about:meta])*
        pub enum $name:ident { $(
            $(#[$about_variant:meta])*
            $variant:ident $(($whole:ty))? $({ $($(#[$about_field:meta])* $field:ident: $of:ty),* $(,)? })?
        ),* $(,)? }
        $($more:tt)*
    ) => {
        $(#[$about])*
        pub enum $name { $($(#[$about_variant])* $variant $(($whole))? $({ $($(#[$about_field])* $field: $of),* })?),* }

        impl $crate::wire::Wire for $name {
            #[allow(unused_assignments)]
            fn put(&self, to: &mut Vec<u8>) {
                let mut number = 0_u8;
                $(
                    #[allow(irrefutable_let_patterns)]
                    if let $name::$variant $(($crate::wire::bound!(whole $whole)))? $({ $($field),* })? = self {
                        to.push(number);
                        $($crate::wire::bound!(whole $whole).put(to);)?
                        $($($field.put(to);)*)?
                        return;
                    }
                    number += 1;
                )*
            }

            #[allow(unused_assignments)]
            fn take(from: &mut $crate::wire::Reader<'_>) -> Self {
                let variant = from.variant([$(stringify!($variant)),*].len());
                let mut number = 0_u8;
                $(
                    if variant == number {
                        return $name::$variant
                            $((<$whole as $crate::wire::Wire>::take(from)))?
                            $({ $($field: $crate::wire::Wire::take(from)),* })?;
                    }
                    number += 1;
                )*
                // Not reached: a number past the last variant has been read as 0.
                Self::take(from)
            }
        }

        $crate::wire::wire! { $($more)* }
    };
}

/// The name by which a variant's only value is bound, once for its type.
macro_rules! bound {
    ($name:ident $of:ty) => {
        $name
    };
}

pub(crate) use {bound, wire};

#[cfg(test)]
mod tests {
    use super::*;

    wire! {
        #[derive(Debug, PartialEq)]
        pub struct Point { pub at: i64, pub names: Vec<String> }

        #[derive(Debug, PartialEq)]
        pub enum Shape { Nothing, Dot(Point), Line { from: Box<Point>, to: Option<Point> } }
    }

    fn read<T: Wire>(bytes: &[u8]) -> Option<T> {
        let mut reader = Reader::new(bytes);
        let value = T::take(&mut reader);
        reader.finished_well().then_some(value)
    }

    fn line() -> Shape {
        let point = |at| Point { at, names: vec!["a".to_owned(), "é".to_owned()] };
        Shape::Line { from: Box::new(point(-1)), to: Some(point(i64::MAX)) }
    }

    #[test]
    fn values_survive_their_bytes() {
        for shape in [Shape::Nothing, Shape::Dot(Point { at: 7, names: vec![] }), line()] {
            let mut bytes = Vec::new();
            shape.put(&mut bytes);
            assert_eq!(read::<Shape>(&bytes), Some(shape));
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_no_message() {
        let mut bytes = Vec::new();
        line().put(&mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(read::<Shape>(&bytes[..end]), None, "cut at {end}");
        }
        bytes.push(0);
        assert_eq!(read::<Shape>(&bytes), None);
    }

    #[test]
    fn impossible_bytes_are_refused_without_asking_for_memory() {
        assert_eq!(read::<Shape>(&[3]), None, "no such variant");
        assert_eq!(read::<bool>(&[2]), None);
        assert_eq!(read::<String>(&[2, 0, 0, 0, 0xC3, 0x28]), None, "not UTF-8");
        assert_eq!(read::<Vec<u64>>(&[255; 12]), None, "a length past the end");
    }
}
