//! The same by flags, each with its environment variable.

use std::path::PathBuf;

use crate::config::args::secret;
use crate::config::secret::Secret;

#[derive(Clone, Debug, Default, clap::Args)]
pub struct SignInArgs {
    /// How browsers reach Dynadesk, such as `https://desk.example.com`; OpenID Connect needs it.
    #[arg(long, value_name = "URL", env = "DYNADESK_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// A proxy or network, such as 10.0.0.0/8, whose X-Forwarded-For is believed. May be given several times.
    #[arg(
        long = "trusted-proxy",
        value_name = "NETWORK",
        env = "DYNADESK_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<String>,

    /// Let people sign in with a password: the file that `dynadesk user add` writes.
    #[arg(long, value_name = "FILE", env = "DYNADESK_SIGN_IN_USERS", global = true)]
    pub sign_in_users: Option<PathBuf>,

    /// Let people sign in with OpenID Connect: the URL of the issuer.
    #[arg(long, value_name = "URL", env = "DYNADESK_OIDC_ISSUER")]
    pub oidc_issuer: Option<String>,

    #[arg(long, value_name = "ID", env = "DYNADESK_OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,

    /// The client's secret. Give it through the environment: other users of this machine can read a command line.
    #[arg(long, value_name = "SECRET", env = "DYNADESK_OIDC_CLIENT_SECRET", hide_env_values = true, value_parser = secret)]
    pub oidc_client_secret: Option<Secret>,

    /// The claim that has a person's groups; `groups` without it, `cognito:groups` for Cognito.
    #[arg(long, value_name = "NAME", env = "DYNADESK_OIDC_GROUPS_CLAIM")]
    pub oidc_groups_claim: Option<String>,

    /// Take the word of an AWS load balancer that signs people in: its ARN.
    #[arg(long, value_name = "ARN", env = "DYNADESK_ALB_ARN")]
    pub alb_arn: Option<String>,

    /// Believe that load balancer only what this issuer signed in.
    #[arg(long, value_name = "URL", env = "DYNADESK_ALB_ISSUER")]
    pub alb_issuer: Option<String>,

    /// Believe that load balancer only what was signed in for this client.
    #[arg(long, value_name = "ID", env = "DYNADESK_ALB_CLIENT_ID")]
    pub alb_client_id: Option<String>,

    /// Take the word of a proxy that signs people in and sends this secret as X-Dynadesk-Proxy-Secret. Give it
    /// through the environment: other users of this machine can read a command line.
    #[arg(long, value_name = "SECRET", env = "DYNADESK_FORWARDED_SECRET", hide_env_values = true, value_parser = secret)]
    pub forwarded_secret: Option<Secret>,

    /// The networks of the proxy that signs people in.
    #[arg(
        long = "forwarded-peer",
        value_name = "NETWORK",
        env = "DYNADESK_FORWARDED_PEERS",
        value_delimiter = ','
    )]
    pub forwarded_peers: Vec<String>,

    /// What a group may do: GROUP=ROLE, GROUP=ROLE@CONNECTION or GROUP=ROLE@CONNECTION:TABLE with * for any
    /// characters; the group * is everybody. May be given several times.
    #[arg(long = "grant", value_name = "GRANT", env = "DYNADESK_GRANTS", value_delimiter = ',')]
    pub grants: Vec<String>,
}
