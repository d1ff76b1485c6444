//! OpenID Connect: the authorization code flow with PKCE, state and nonce. The provider's description and
//! its keys are read when they are needed, kept for a while, and read again when a token is signed with a
//! key that is not among them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope, SignatureVerificationError, TokenResponse as _,
};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::claims;
use crate::config::sign_in::OidcConfig;
use crate::error::{Error, ErrorKind, Result};

/// How long the provider's description is taken for true.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// A token with an unknown key makes us ask again, but not more often than this.
const REST: Duration = Duration::from_secs(10);
const FAILED: Duration = Duration::from_secs(3);

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

#[derive(Debug)]
pub struct Oidc {
    config: OidcConfig,
    /// Where the provider sends browsers back to, and where they are after signing out.
    redirect: String,
    home: String,
    http: reqwest::Client,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// When the provider was last found not to answer: those who wait behind it are told at once.
    failed: Option<Instant>,
    metadata: Option<(Instant, ProviderMetadataWithLogout)>,
    /// When a key that was not known made us ask before the time.
    asked_anew: Option<Instant>,
}

/// What goes along with a browser to the provider.
pub struct Going {
    pub url: String,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

impl Oidc {
    pub fn new(config: OidcConfig, public_url: &str, redirect_path: &str, http: reqwest::Client) -> Self {
        Self {
            config,
            redirect: format!("{public_url}{redirect_path}"),
            home: format!("{public_url}/"),
            http,
            known: Mutex::default(),
        }
    }

    pub fn label(&self) -> &str {
        &self.config.label
    }

    /// Where to send a browser, and what its coming back has to fit.
    pub async fn begin(&self) -> Result<Going> {
        let client = self.client(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        for scope in self.config.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        Ok(Going {
            url: url.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        })
    }

    /// Exchanges the code, verifies the token and reads name and groups from it.
    pub async fn finish(&self, code: String, nonce: &str, verifier: String) -> Result<(String, Vec<String>)> {
        let client = self.client(false).await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(Error::internal)?;
        let http = sender(self.http.clone());
        let answer = request
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&http)
            .await;
        let tokens = answer.map_err(|cause| match cause {
            openidconnect::RequestTokenError::ServerResponse(said) => {
                refused(&format!("the provider did not take its own code: {}", said.error()))
            }
            other => unreachable_provider(other),
        })?;
        let token = tokens.id_token().ok_or_else(|| refused("the provider sent no ID token"))?;
        let nonce = Nonce::new(nonce.to_owned());
        let verified = match token.claims(&client.id_token_verifier(), &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // The provider may have changed its keys since we read them.
                let client = self.client(true).await?;
                token.claims(&client.id_token_verifier(), &nonce).map(|_| ())
            }
            other => other.map(|_| ()),
        };
        verified.map_err(|why| refused(&format!("its ID token does not hold: {why}")))?;
        // The part of the claims that no standard names is read from the same, verified text.
        let claims = payload(&token.to_string()).ok_or_else(|| refused("its ID token cannot be read"))?;
        let name = claims::name(&claims, self.config.name_claim.as_deref()).ok_or_else(|| refused("its ID token names nobody"))?;
        tracing::debug!(scopes = ?tokens.scopes(), "an ID token was verified");
        Ok((name, claims::groups(&claims, &self.config.groups_claim)))
    }

    /// Where a browser ends its session at the provider too; nothing where the provider offers none.
    pub async fn logout(&self) -> Option<String> {
        if let Some(url) = &self.config.logout_url {
            let (client, back) = (
                dynadesk_shared::api::paths::encode(&self.config.client_id),
                dynadesk_shared::api::paths::encode(&self.home),
            );
            let joint = if url.contains('?') { '&' } else { '?' };
            // Cognito has names of its own for what the standard calls post_logout_redirect_uri.
            return Some(format!(
                "{url}{joint}client_id={client}&logout_uri={back}&post_logout_redirect_uri={back}"
            ));
        }
        let metadata = self.metadata(false).await.ok()?;
        let end = metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(self.home.clone()).ok()?;
        let request = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.config.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Some(request.http_get_url().to_string())
    }

    async fn client(&self, anew: bool) -> Result<Client> {
        let metadata = self.metadata(anew).await?;
        let id = ClientId::new(self.config.client_id.clone());
        let secret = self
            .config
            .client_secret
            .as_ref()
            .map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(Error::internal)?;
        Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect))
    }

    /// What the provider says of itself, with its keys.
    async fn metadata(&self, anew: bool) -> Result<ProviderMetadataWithLogout> {
        let mut known = self.known.lock().await;
        let rested = known.asked_anew.is_none_or(|since| since.elapsed() >= REST);
        if let Some((since, metadata)) = &known.metadata
            && since.elapsed() < FRESH
            && !(anew && rested)
        {
            return Ok(metadata.clone());
        }
        if known.failed.is_some_and(|since| since.elapsed() < FAILED) {
            return Err(unreachable_provider(std::io::Error::other("it did not answer a moment ago")));
        }
        if anew {
            known.asked_anew = Some(Instant::now());
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(Error::internal)?;
        let http = sender(self.http.clone());
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &http)
            .await
            .map_err(unreachable_provider)?;
        known.metadata = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }
}

/// How the provider is asked. It owns what it needs, so that what waits for it may move between threads.
fn sender(
    http: reqwest::Client,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, std::result::Result<HttpResponse, reqwest::Error>> + Send + Sync {
    move |request| {
        let http = http.clone();
        Box::pin(async move {
            let answer = http.execute(request.try_into()?).await?;
            let mut response = HttpResponse::default();
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = answer.bytes().await?.into();
            Ok(response)
        })
    }
}

fn payload(token: &str) -> Option<Map<String, Value>> {
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&body).ok()
}

fn refused(why: &str) -> Error {
    Error::new(ErrorKind::Forbidden, "sign_in_failed", format!("nobody was signed in: {why}"))
}

fn unreachable_provider(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    let mut error = Error::new(
        ErrorKind::EngineFailed,
        "sign_in_unreachable",
        "the provider of identities does not answer as it must: try again, or look into the server's log",
    );
    error.cause = Some(Box::new(cause));
    error
}
