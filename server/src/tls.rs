//! TLS with one provider of cryptography, and the roots that the machine trusts.

use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};

/// Where OpenSSL's variables say that roots are.
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// The one provider; several may be linked in, so it is always named.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// How we ask others: with the roots of the machine, or of `SSL_CERT_FILE`.
pub fn client() -> anyhow::Result<ClientConfig> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .context("TLS cannot be set up")?;
    Ok(config.with_root_certificates(roots()).with_no_client_auth())
}

/// Why nobody can be asked over TLS, where that is so: nobody vouches for anybody.
pub fn distrust() -> Option<String> {
    if !roots().is_empty() {
        return None;
    }
    let said: Vec<String> = VARIABLES
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", std::env::var_os(name)?.display())))
        .collect();
    Some(match said[..] {
        [] => "this machine has no root certificates (install ca-certificates, or set SSL_CERT_FILE)".to_owned(),
        _ => format!("there is no root certificate in {}", said.join(" and ")),
    })
}

/// Read once for all.
fn roots() -> Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let read = || {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        for problem in &found.errors {
            tracing::warn!(%problem, "some of the machine's root certificates cannot be read");
        }
        roots.add_parsable_certificates(found.certs);
        Arc::new(roots)
    };
    ROOTS.get_or_init(read).clone()
}
