//! The server's certificate and key. They are read again while the server runs: whoever renews them only
//! replaces the files. What is no certificate, or belongs to another key, leaves the old ones in use.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_util::sync::CancellationToken;

use crate::config::serving::TlsConfig;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

pub struct Certificate {
    files: TlsConfig,
    /// What the files held when they were last looked at.
    seen: io::Result<Pem>,
    live: RustlsConfig,
}

#[derive(PartialEq, Eq)]
struct Pem {
    certificates: Vec<u8>,
    key: Vec<u8>,
}

impl Certificate {
    pub async fn open(files: &TlsConfig) -> anyhow::Result<Self> {
        let pem = read(files).await.map_err(anyhow::Error::from);
        let pem = pem.with_context(|| format!("{} or {} cannot be read", files.cert.display(), files.key.display()))?;
        let config =
            config(&pem).with_context(|| format!("nothing can be served with {} and {}", files.cert.display(), files.key.display()))?;
        Ok(Self {
            files: files.clone(),
            seen: Ok(pem),
            live: RustlsConfig::from_config(Arc::new(config)),
        })
    }

    /// What connections are opened with; it changes with the files.
    pub fn live(&self) -> RustlsConfig {
        self.live.clone()
    }

    /// Looks at the files every few seconds, and at once on SIGHUP, as `systemctl reload` sends it.
    pub async fn watch(mut self, stopping: CancellationToken) {
        let (asked, mut asks) = tokio::sync::mpsc::channel(1);
        tokio::spawn(on_hangup(asked, stopping.clone()));
        let mut ticks = tokio::time::interval(LOOK);
        ticks.tick().await;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                _ = ticks.tick() => {}
                Some(()) = asks.recv() => {}
            }
            self.look().await;
        }
    }

    async fn look(&mut self) {
        let found = read(&self.files).await;
        let same = match (&found, &self.seen) {
            (Ok(found), Ok(seen)) => found == seen,
            (Err(found), Err(seen)) => found.kind() == seen.kind(),
            _ => false,
        };
        if same {
            return;
        }
        let fits = match &found {
            Ok(pem) => config(pem),
            Err(cause) => Err(anyhow::anyhow!("it cannot be read: {cause}")),
        };
        let file = self.files.cert.display();
        match fits {
            Ok(config) => {
                self.live.reload_from_config(Arc::new(config));
                tracing::info!(%file, "the certificate was read again: new connections are opened with it");
            }
            Err(why) => tracing::error!(%file, why = format!("{why:#}"), "the new certificate cannot be used: the old one stays"),
        }
        self.seen = found;
    }
}

async fn on_hangup(asked: tokio::sync::mpsc::Sender<()>, stopping: CancellationToken) {
    #[cfg(unix)]
    if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()) {
        while let Some(Some(())) = stopping.run_until_cancelled(signal.recv()).await {
            // A question that is already there is the same one.
            _ = asked.try_send(());
        }
        return;
    }
    // The sender lives as long as the server: a channel that ends would be asked again and again.
    stopping.cancelled().await;
    drop(asked);
}

async fn read(files: &TlsConfig) -> io::Result<Pem> {
    Ok(Pem {
        certificates: tokio::fs::read(&files.cert).await?,
        key: tokio::fs::read(&files.key).await?,
    })
}

fn config(pem: &Pem) -> anyhow::Result<ServerConfig> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem.certificates)
        .collect::<Result<_, _>>()
        .context("the certificate is no PEM")?;
    anyhow::ensure!(!chain.is_empty(), "there is no certificate in PEM form");
    let key = PrivateKeyDer::from_pem_slice(&pem.key).context("there is no private key in PEM form")?;
    let config = ServerConfig::builder_with_provider(crate::tls::provider()).with_safe_default_protocol_versions()?;
    let mut config = config
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("the certificate and the key do not fit")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
