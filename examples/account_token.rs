//! How do I get a token of a service account: from a Secret, as the documentation has it, or by asking for one?
//!
//! Each token is used by a client of its own, which asks the server who it is.
#![allow(clippy::print_stdout, reason = "it prints an answer")]

use std::error::Error;

use k8s_client::kinds::{SelfSubjectReview, TokenRequestSpec};
use k8s_client::{Api, Client, Config, CreateParams, crypto, service_account};
use k8s_config::{Material, User};
use secrecy::ExposeSecret as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::infer()?;
    let admin = Client::from_config(&config, &crypto::ring())?;

    // It lives until the Secret is deleted.
    let secret =
        service_account::token_secret(&admin, "default", "default", "default-token").await?;
    println!("secret={}", who(&secret.into_config(config.clone())).await?);

    // It ends by itself, after ten minutes here.
    let mut wanted = TokenRequestSpec::default();
    wanted.expiration_seconds = Some(600);
    let status = service_account::create_token(&admin, "default", "default", wanted).await?;
    let mut asked = config;
    asked.user = User::default();
    let token = status.token.expose_secret().as_bytes();
    asked.user.token = Some(Material::inline(token, "the token that was asked for"));
    println!("request={}", who(&asked).await?);
    Ok(())
}

/// Whom the server takes this client for.
async fn who(config: &Config) -> Result<String, Box<dyn Error>> {
    let client = Client::from_config(config, &crypto::ring())?;
    let reviews = Api::<SelfSubjectReview>::all(client);
    let asked = SelfSubjectReview::default();
    let told = reviews.create(&asked, &CreateParams::default()).await?;
    let user = told.status.ok_or("a review without an answer")?.user_info;
    Ok(user.username)
}
