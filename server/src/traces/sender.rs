//! Sends traces with the HTTP client that everything here has. Spans wait for it on a thread of their own, which
//! knows nothing of our runtime; where there are too many, the newest are left out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response, ResponseBodyTooLarge};
use tokio::runtime::Handle;

/// A collector has little to say.
const ANSWER: usize = 64 * 1024;

#[derive(Clone, Debug)]
pub struct Sender {
    client: reqwest::Client,
    runtime: Handle,
    /// Whether the log says that nothing gets through.
    failing: Arc<AtomicBool>,
}

impl Sender {
    /// Needs a tokio runtime.
    pub fn new(timeout: Duration) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(timeout)
            .tls_backend_preconfigured(crate::tls::client()?)
            .build()?;
        Ok(Self {
            client,
            runtime: Handle::current(),
            failing: Arc::default(),
        })
    }

    async fn send(self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.ask(request).await;
        let why = match &sent {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answered {}", answer.status())),
            Err(error) => Some(error.to_string()),
        };
        match why {
            Some(why) if !self.failing.swap(true, Ordering::Relaxed) => {
                tracing::warn!(why, "the collector takes no traces: they are lost until it does");
            }
            None if self.failing.swap(false, Ordering::Relaxed) => tracing::info!("the collector takes traces again"),
            _ => {}
        }
        sent
    }

    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // The address may hold credentials.
        let hidden = |error: reqwest::Error| error.without_url();
        let mut answer = self.client.execute(request.try_into().map_err(hidden)?).await.map_err(hidden)?;
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(hidden)? {
            if body.len() + piece.len() > ANSWER {
                return Err(Box::new(ResponseBodyTooLarge::new()));
            }
            body.extend_from_slice(&piece);
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl HttpClient for Sender {
    fn send_bytes<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let sent = self.runtime.spawn(self.clone().send(request));
        Box::pin(async move { sent.await? })
    }
}
