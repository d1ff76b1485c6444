//! The thinking part of the virtual grid, without a DOM: where rows are while scrolling, which
//! columns there are, which rows are chosen, and which pages of rows are kept.

pub mod columns;
pub mod cursor;
pub mod pages;
pub mod scroll;
pub mod selection;
