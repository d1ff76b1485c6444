//! Providers that sign in the whole world.

use super::*;

#[test]
fn what_everybody_may_is_not_given_to_the_whole_world() {
    let read_with = |issuer: &str, grant: &str, more: &[&str]| {
        let flags = ["--public-url", "https://desk.example", "--oidc-client-id", "c", "--grant", grant];
        read("", &[&flags[..], &["--oidc-issuer", issuer], more].concat(), &[]).map(|_| ())
    };
    for issuer in [
        "https://accounts.google.com",
        "https://accounts.google.com/",
        "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
    ] {
        let refused = read_with(issuer, "*=viewer@dev", &[]).expect_err(issuer);
        assert!(refused.contains(issuer) && refused.contains("groups_claim = \"hd\""), "{refused}");
        assert_eq!(read_with(issuer, "example.com=viewer", &["--oidc-groups-claim", "hd"]), Ok(()));
    }
    assert_eq!(read_with("https://idp.example", "*=viewer", &[]), Ok(()));
    let balancer = [
        "--alb-arn",
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/desk/50dc6c495c0c9188",
        "--alb-issuer",
        "https://accounts.google.com",
    ];
    let refused = read_with("https://idp.example", "*=viewer", &balancer).expect_err("a balancer of the world");
    assert!(refused.starts_with("https://accounts.google.com signs in whoever"), "{refused}");
}
