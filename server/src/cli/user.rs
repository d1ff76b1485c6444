//! `dynadesk user`: who signs in with a password, and what they may do.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use dynadesk_shared::access::{Grant, Role};
use serde_json::json;

use super::failure::Failure;
use super::output::Output;
use crate::access::users::{User, UsersFile, check_name, check_password, hash};
use crate::config::Config;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,

    /// JSON Lines instead of a table.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Adds a user; the password is asked for, or read from standard input.
    Add {
        name: String,
        #[command(flatten)]
        may: May,
    },
    /// Gives a user another grant beside those there are.
    Grant {
        name: String,
        #[command(flatten)]
        may: May,
    },
    /// Gives a user another password.
    Password { name: String },
    /// Takes a user out: their sessions are over at their next request.
    Remove { name: String },
    /// Lists the users and what they may do.
    List,
}

#[derive(Clone, Debug, clap::Args)]
struct May {
    /// viewer, operator or admin.
    #[arg(long)]
    role: Role,

    /// Connections by name; `*` stands for any characters. All without it.
    #[arg(long = "on", value_name = "PATTERN", value_delimiter = ',', default_value = "*")]
    connections: Vec<String>,

    /// Tables by name; `*` stands for any characters. All without it.
    #[arg(long, value_name = "PATTERN", value_delimiter = ',', default_value = "*")]
    tables: Vec<String>,
}

impl From<May> for Grant {
    fn from(may: May) -> Self {
        Self {
            role: may.role,
            connections: may.connections,
            tables: may.tables,
        }
    }
}

pub fn run(config: &Config, options: Options, output: &mut Output) -> Result<(), Failure> {
    let path = file(config)?;
    let mut file = UsersFile::read(&path).map_err(Failure::NotBegun)?;
    let said = match options.what {
        What::List => return list(&file, output),
        What::Add { name, may } => {
            check_name(&name).map_err(Failure::NotBegun)?;
            if file.named(&name).is_some() {
                return Err(Failure::NotBegun(format!("there is a user {name:?} already")));
            }
            file.users.push(User {
                password: hash(&password()?)?,
                grants: vec![may.into()],
                name: name.clone(),
            });
            format!("{name} was added")
        }
        What::Grant { name, may } => {
            find(&mut file, &name)?.grants.push(may.into());
            format!("{name} was given more")
        }
        What::Password { name } => {
            find(&mut file, &name)?;
            let hashed = hash(&password()?)?;
            find(&mut file, &name)?.password = hashed;
            format!("{name} has another password: sessions that were begun with the old one are over at their next request")
        }
        What::Remove { name } => {
            find(&mut file, &name)?;
            file.users.retain(|user| user.name != name);
            format!("{name} was taken out")
        }
    };
    write(&file, &path)?;
    if output.is_json() {
        return output.line(&json!({"done": said}));
    }
    output.text(&format!("{said} ({})", path.display()))
}

fn file(config: &Config) -> Result<PathBuf, Failure> {
    let path = config.sign_in.users_file.clone();
    path.ok_or_else(|| Failure::NotBegun("say where the users are: --sign-in-users FILE, or users_file under [sign_in]".to_owned()))
}

fn find<'a>(file: &'a mut UsersFile, name: &str) -> Result<&'a mut User, Failure> {
    let found = file.users.iter_mut().find(|user| user.name == name);
    found.ok_or_else(|| Failure::NotBegun(format!("there is no user {name:?}")))
}

fn write(file: &UsersFile, path: &Path) -> Result<(), Failure> {
    file.write(path)
        .map_err(|cause| Failure::NotBegun(format!("{} cannot be written: {cause}", path.display())))
}

/// Asked for twice where a person types it; one line where a program sends it.
fn password() -> Result<String, Failure> {
    let failed = |cause: std::io::Error| Failure::NotBegun(format!("the password cannot be read: {cause}"));
    let password = if std::io::stdin().is_terminal() {
        let first = rpassword::prompt_password("Password: ").map_err(failed)?;
        if first != rpassword::prompt_password("Again: ").map_err(failed)? {
            return Err(Failure::NotBegun("the two passwords differ".to_owned()));
        }
        first
    } else {
        let mut text = String::new();
        std::io::stdin().take(4096).read_to_string(&mut text).map_err(failed)?;
        text.trim_end_matches(['\r', '\n']).to_owned()
    };
    check_password(&password).map_err(Failure::NotBegun)?;
    Ok(password)
}

fn list(file: &UsersFile, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        return file
            .users
            .iter()
            .try_for_each(|user| output.line(&json!({"name": user.name, "grants": user.grants})));
    }
    let rows = file.users.iter().flat_map(|user| {
        user.grants.iter().map(|grant| {
            vec![
                user.name.clone(),
                grant.role.word().to_owned(),
                grant.connections.join(", "),
                grant.tables.join(", "),
            ]
        })
    });
    output.table(&["USER", "ROLE", "CONNECTIONS", "TABLES"], &[], rows)
}
