//! Tokens of service accounts: one that lives in a Secret, and one that is asked for.
//!
//! ```text
//! token_secret:  create Secret of type service-account-token ▸ wait until the controller filled it ▸ decode ▸ Config
//! create_token:  POST serviceaccounts/NAME/token ▸ a token that ends by itself
//! ```
//!
//! Asking is the modern way: the token ends after an hour, and with the object that it is bound to. The one in a Secret
//! lives until the Secret is deleted; take it for programs that cannot renew a token.
//!
//! ```no_run
//! use k8s_client::{Client, Config, crypto, service_account};
//!
//! # async fn example(admin: Client, config: Config) -> Result<(), k8s_client::Error> {
//! let secret = service_account::token_secret(&admin, "prod", "robot", "robot-token").await?;
//! let robot = Client::from_config(&secret.into_config(config), &crypto::ring())?;
//! # Ok(())
//! # }
//! ```

use std::fmt;

use k8s_api_core::kinds::{TokenRequestSpec, TokenRequestStatus};
use k8s_api_core::request::CreateParams;
use k8s_api_core::{ApiResource, DynamicObject, ObjectMeta, Scope, StaticResource as _, TypeMeta};
use k8s_config::{Config, Material, Roots, User};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use crate::wait::SecretData;
use crate::{Api, Client, Error};

/// The type of the Secrets that the token controller fills (`core/v1.SecretTypeServiceAccountToken`).
const TYPE: &str = "kubernetes.io/service-account-token";
/// The annotation that names the account (`core/v1.ServiceAccountNameKey`).
const ACCOUNT: &str = "kubernetes.io/service-account.name";

/// What a Secret of a service account holds. `Debug` shows no token.
#[derive(Clone)]
pub struct TokenSecret {
    name: String,
    token: SecretString,
    ca: Option<SecretSlice<u8>>,
    namespace: String,
}

/// A token of a service account that lives in a Secret: creates the Secret, waits until the controller filled it, and
/// decodes it. A Secret of that name and account that is there already is used.
///
/// There is no time limit: without a token controller it waits for ever; `tokio::time::timeout` is a limit.
///
/// # Errors
///
/// If the Secret cannot be created or watched, is another account's or of another type, or goes again: the controller
/// deletes it when there is no such account.
pub async fn token_secret(
    client: &Client,
    namespace: &str,
    account: &str,
    name: &str,
) -> Result<TokenSecret, Error> {
    let created = create(client, namespace, account, name).await?;
    let secrets = Api::<SecretData>::namespaced(client.clone(), namespace);
    let filled = secrets
        .wait_for(name, |secret| {
            secret.is_none_or(|secret| {
                secret.has("token") || !is_of(secret, account) || replaced(secret, &created)
            })
        })
        .await?;
    let Some(secret) = filled.filter(|secret| !replaced(secret, &created)) else {
        return Err(Error::failed(format!(
            "the Secret {namespace}/{name} is gone again: is there a service account {account:?}?"
        )));
    };
    if !is_of(&secret, account) {
        return Err(Error::failed(format!(
            "the Secret {namespace}/{name} is there, and holds no token of the service account {account:?}"
        )));
    }
    TokenSecret::read(&secret, name, namespace)
}

/// A token of a service account, asked for: it ends by itself, nothing renews it. See
/// [`Api::create_token`](crate::Api::create_token).
///
/// # Errors
///
/// As [`Api::create_token`](crate::Api::create_token).
pub async fn create_token(
    client: &Client,
    namespace: &str,
    account: &str,
    wanted: TokenRequestSpec,
) -> Result<TokenRequestStatus, Error> {
    let resource = ApiResource::new(
        "",
        "v1",
        "ServiceAccount",
        "serviceaccounts",
        Scope::Namespaced,
    );
    Api::<DynamicObject>::namespaced_of(client.clone(), resource, namespace)
        .create_token(account, wanted)
        .await
}

/// Creates the Secret; its uid, `None` if there was one of that name.
async fn create(
    client: &Client,
    namespace: &str,
    account: &str,
    name: &str,
) -> Result<Option<Box<str>>, Error> {
    let mut metadata = ObjectMeta::named(name);
    metadata.annotations.insert(ACCOUNT, account);
    let secret =
        DynamicObject::new(TypeMeta::new("v1", "Secret"), metadata).field("type", TYPE.into());
    let resource = SecretData::api_resource();
    let secrets = Api::<DynamicObject>::namespaced_of(client.clone(), resource, namespace);
    match secrets.create(&secret, &CreateParams::default()).await {
        Ok(created) => Ok(created.metadata.uid),
        Err(error) if error.is_already_exists() => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_of(secret: &SecretData, account: &str) -> bool {
    let named = secret.metadata.annotations.get(ACCOUNT);
    secret.kind == TYPE && named.is_some_and(|named| named == account)
}

/// Whether it is another Secret than the one that was created.
fn replaced(secret: &SecretData, created: &Option<Box<str>>) -> bool {
    created.is_some() && secret.metadata.uid != *created
}

// === impl TokenSecret ===

impl TokenSecret {
    fn read(secret: &SecretData, name: &str, namespace: &str) -> Result<Self, Error> {
        let token = secret.decode("token")?;
        let token = std::str::from_utf8(token.expose_secret())
            .map_err(|_| Error::failed("the token in the Secret is no text"))?;
        let ca = secret.has("ca.crt").then(|| secret.decode("ca.crt"));
        Ok(Self {
            name: name.to_owned(),
            token: token.into(),
            ca: ca.transpose()?,
            namespace: namespace.to_owned(),
        })
    }

    /// The token.
    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// The cluster's CA bundle, PEM.
    pub fn ca_pem(&self) -> Option<&[u8]> {
        self.ca.as_ref().map(|ca| ca.expose_secret())
    }

    /// The account's namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The configuration of a client that is this account, at the server of `config`: the token takes the place of
    /// every credential, the Secret's CA that of the roots, its namespace is the default one.
    pub fn into_config(self, mut config: Config) -> Config {
        let place = |key| format!("{key} of Secret {}/{}", self.namespace, self.name);
        config.user = User::default();
        let token = self.token.expose_secret().as_bytes();
        config.user.token = Some(Material::inline(token, place("token")));
        if let Some(ca) = &self.ca {
            config.tls.roots = Roots::Bundle(Material::inline(ca.expose_secret(), place("ca.crt")));
        }
        config.namespace = self.namespace;
        config
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSecret")
            .field("name", &self.name)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}
