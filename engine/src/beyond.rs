//! State that only the whole engine has.

use core::ops::{Deref, DerefMut};

/// What the smaller build leaves out: shared between copies of a cluster until one changes it, and nothing at all in the smaller build,
/// whose code never comes to ask for it (see [`crate::WHOLE`]).
#[cfg(feature = "whole")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beyond<T>(std::sync::Arc<T>);

#[cfg(feature = "whole")]
impl<T> Beyond<T> {
    pub fn new(value: T) -> Beyond<T> {
        Beyond(std::sync::Arc::new(value))
    }
}

#[cfg(feature = "whole")]
impl<T> Deref for Beyond<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(feature = "whole")]
impl<T: Clone> DerefMut for Beyond<T> {
    fn deref_mut(&mut self) -> &mut T {
        std::sync::Arc::make_mut(&mut self.0)
    }
}

#[cfg(not(feature = "whole"))]
#[derive(Debug)]
pub struct Beyond<T>(core::marker::PhantomData<T>);

#[cfg(not(feature = "whole"))]
impl<T> Beyond<T> {
    pub fn new(_: T) -> Beyond<T> {
        Beyond::default()
    }
}

#[cfg(not(feature = "whole"))]
impl<T> Clone for Beyond<T> {
    fn clone(&self) -> Beyond<T> {
        Beyond::default()
    }
}

#[cfg(not(feature = "whole"))]
impl<T> Default for Beyond<T> {
    fn default() -> Beyond<T> {
        Beyond(core::marker::PhantomData)
    }
}

#[cfg(not(feature = "whole"))]
impl<T> PartialEq for Beyond<T> {
    fn eq(&self, _: &Beyond<T>) -> bool {
        true
    }
}

#[cfg(not(feature = "whole"))]
impl<T> Eq for Beyond<T> {}

#[cfg(not(feature = "whole"))]
impl<T> Deref for Beyond<T> {
    type Target = T;

    fn deref(&self) -> &T {
        unreachable!("the smaller build has no such state")
    }
}

#[cfg(not(feature = "whole"))]
impl<T> DerefMut for Beyond<T> {
    fn deref_mut(&mut self) -> &mut T {
        unreachable!("the smaller build has no such state")
    }
}
