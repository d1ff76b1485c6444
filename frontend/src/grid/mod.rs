//! The thinking part of the virtual grid, without a DOM: where rows are while scrolling, which
//! columns there are, and which pages of rows are kept.

pub mod columns;
pub mod cursor;
pub mod pages;
pub mod scroll;
