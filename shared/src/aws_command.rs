//! The `aws` command that does what a request did, ready to paste into a shell.

use crate::api::connections::ConnectionView;
use crate::api::exchange::Exchange;
use crate::codegen::service::Service;

/// The command, with the connection's profile, region and endpoint and with the request as JSON.
pub fn of(exchange: &Exchange, connection: &ConnectionView) -> String {
    let service = Service::of(&exchange.operation);
    let mut words = vec![format!("aws {}", service.name()), kebab(&exchange.operation)];
    if let Some(profile) = &connection.profile {
        words.push(format!("--profile {}", shell_word(profile)));
    }
    if let Some(region) = &connection.region {
        words.push(format!("--region {}", shell_word(region)));
    }
    if let Some(endpoint) = service.endpoint(connection.endpoint.as_ref()) {
        words.push(format!("--endpoint-url {}", shell_word(endpoint)));
    }
    words.push(format!("--cli-input-json {}", shell_word(&exchange.request.to_string())));
    // A page is one request: without this the command line tool would walk to the end by itself.
    if matches!(exchange.operation.as_str(), "Scan" | "Query" | "ListTables") {
        words.push("--no-paginate".to_owned());
    }
    words.join(" ")
}

/// `TransactWriteItems` as the command line spells it: `transact-write-items`.
fn kebab(operation: &str) -> String {
    let mut out = String::new();
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// One word for a POSIX shell, whatever it holds.
fn shell_word(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=@".contains(c));
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_safe_in_a_shell() {
        assert_eq!(kebab("TransactWriteItems"), "transact-write-items");
        assert_eq!(shell_word("http://127.0.0.1:8000"), "http://127.0.0.1:8000");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
    }
}
