//! A control plane of `cargo xtask cluster run`, and its administrator with kubectl and a shell.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use k8s_client::Config;
use secrecy::SecretString;

pub(crate) struct Plane {
    kubectl: PathBuf,
    pub(crate) port: u16,
    pub(crate) ca_pem: String,
}

impl Plane {
    /// The one that the environment names, with a service account `app`.
    pub(crate) fn from_env() -> Self {
        let var =
            |name: &str| std::env::var_os(name).expect("run this under cargo xtask cluster run");
        let config = Config::infer().expect("the administrator's kubeconfig");
        let ca = Path::new(&var("CLUSTER_DIR")).join("pki/ca.crt");
        let plane = Self {
            kubectl: var("CLUSTER_KUBECTL").into(),
            port: config.server.port_u16().expect("the server's port"),
            ca_pem: std::fs::read_to_string(ca).unwrap(),
        };
        // The next set-ups find it there.
        let _ = plane.kubectl(&["create", "serviceaccount", "app"]);
        plane
    }

    /// A token of the service account `app`.
    pub(crate) fn token(&self, flags: &[&str]) -> SecretString {
        let token = self
            .kubectl(&[&["create", "token", "app"], flags].concat())
            .unwrap();
        token.trim().to_owned().into()
    }

    /// The administrator's own: that of the kubeconfig.
    pub(crate) fn client_certificate(&self) -> (String, SecretString) {
        let field = |name: &str| {
            let path = format!("{{.users[0].user.{name}}}");
            self.kubectl(&[
                "config",
                "view",
                "--raw",
                "--flatten",
                "-o",
                &format!("jsonpath={path}"),
            ])
            .unwrap()
        };
        let decoded = |text: String| {
            use base64::Engine as _;
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(text)
                .unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let certificate = decoded(field("client-certificate-data"));
        (certificate, decoded(field("client-key-data")).into())
    }

    fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(&self.kubectl);
        output(command.args(arguments))
    }

    /// The line as it was printed, in a shell.
    pub(crate) fn run(&self, line: &str, desk: &Path) -> Result<(), String> {
        let beside = self.kubectl.parent().unwrap_or_else(|| Path::new("/"));
        let mut path = beside.as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        command
            .args(["-ec", line])
            .current_dir(desk)
            .env("PATH", path);
        output(&mut command).map(drop)
    }
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
