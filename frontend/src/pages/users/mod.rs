//! The application's users: who they are in PostgreSQL and in Cognito, and bringing both in line.

mod counts;
mod frame;
mod health;
mod list;
mod people;
mod sync;

pub use list::UsersPage;
pub use sync::CognitoIdsPage;
