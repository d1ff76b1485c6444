//! The application's users: who they are in PostgreSQL and in Cognito, and bringing both in line.

mod choice;
mod counting;
mod counts;
mod frame;
mod integrity;
mod list;
mod listed;
mod people;
mod sync;
mod table;

pub use integrity::IntegrityPage;
pub use list::UsersPage;
pub use sync::CognitoIdsPage;
