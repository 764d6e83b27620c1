//! A question in the making: sound kubeconfig files and flags, which oddities then change.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::pki::Pki;
use super::tree::{Tree, map, raw, text};

/// The three lists of a kubeconfig.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cluster,
    User,
    Context,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Cluster, Self::User, Self::Context];

    pub(super) const fn field(self) -> &'static str {
        ["cluster", "user", "context"][self as usize]
    }

    const fn list(self) -> &'static str {
        ["clusters", "users", "contexts"][self as usize]
    }
}

/// An entry of a list.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: Tree,
    pub(super) body: Tree,
    /// Fields beside name and body.
    pub(super) beside: Vec<(String, Tree)>,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct FileDraft {
    /// From the case's folder.
    pub(super) path: &'static str,
    /// What stands above the lists.
    pub(super) top: Tree,
    pub(super) lists: [Vec<Named>; 3],
    /// Lists that are something else instead.
    pub(super) instead: [Option<Tree>; 3],
    pub(super) current: Option<Tree>,
    /// Bytes before and after the text.
    pub(super) around: [&'static str; 2],
    pub(super) form: Form,
    /// Content to write instead of all this.
    pub(super) replaced: Option<&'static [u8]>,
    pub(super) absent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Yaml,
    Json,
    /// Lines end as on Windows.
    Crlf,
    /// As PowerShell writes it.
    Utf16,
}

/// How the files are named to the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    Explicit,
    /// `KUBECONFIG`, with these entries after the files.
    List(Vec<&'static str>),
    Home,
}

/// Files, flags, and which stanzas the current context leads to.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) rng: Rng,
    pub(super) pki: &'a Pki,
    pub(super) files: Vec<FileDraft>,
    pub(super) way: Way,
    pub(super) flags: Map<String, Value>,
    /// The files whose first entry is in use, by kind.
    used: [usize; 3],
}

const PATHS: [&str; 3] = ["config", "sub/two.yaml", "sub/deep/three"];

impl<'a> Draft<'a> {
    /// One to three files in which nothing is wrong.
    pub(super) fn sound(mut rng: Rng, pki: &'a Pki) -> Self {
        let count = [1, 1, 1, 2, 2, 3][rng.usize(..6)];
        let way = match (count, rng.u8(..3)) {
            (1, 0) => Way::Explicit,
            (1, 1) => Way::Home,
            _ => Way::List(Vec::new()),
        };
        let files = PATHS[..count].iter().map(|path| FileDraft::new(path));
        let mut draft = Self {
            files: files.collect(),
            way,
            flags: Map::new(),
            used: [0; 3].map(|_| rng.usize(..count)),
            rng,
            pki,
        };
        if draft.way == Way::Home {
            draft.files[0].path = ".kube/config";
        }
        draft.add_stanzas();
        draft
    }

    fn add_stanzas(&mut self) {
        let names = [["alpha", "beta"], ["ann", "bob"], ["work", "play"]];
        let bodies = [self.cluster(), self.user(), self.context()];
        for (kind, body) in Kind::ALL.into_iter().zip(bodies) {
            let name = names[kind as usize][0];
            self.list(kind).insert(0, Named::new(name, body));
        }
        for kind in Kind::ALL {
            if self.rng.bool() {
                let body = match kind {
                    Kind::Cluster => self.cluster(),
                    Kind::User => self.user(),
                    Kind::Context => self.context(),
                };
                let file = self.any_file();
                let name = names[kind as usize][1];
                self.files[file].lists[kind as usize].push(Named::new(name, body));
            }
        }
        let file = self.any_file();
        self.files[file].current = Some(text("work"));
    }

    fn cluster(&mut self) -> Tree {
        let servers = [
            "https://10.0.0.1:6443",
            "https://k8s.example",
            "https://[fd00::1]:8443/base",
        ];
        let server = self.one(&servers);
        let mut body = map([("server", text(server))]);
        match self.rng.u8(..6) {
            0 => body.set("insecure-skip-tls-verify", raw("true")),
            1 | 2 => body.set("certificate-authority-data", text(self.pki.data("ca.crt"))),
            3 => body.set("certificate-authority", text(self.pki.path("ca.crt"))),
            _ => {}
        }
        if self.rng.u8(..8) == 0 {
            body.set("disable-compression", raw("true"));
        }
        body
    }

    fn user(&mut self) -> Tree {
        let (pki, token) = (self.pki, format!("token-{}", self.rng.u16(..)));
        match self.rng.u8(..7) {
            0 => map([
                ("client-certificate-data", text(pki.data("client.crt"))),
                ("client-key-data", text(pki.data("client.key"))),
            ]),
            1 => map([
                ("client-certificate", text(pki.path("client.crt"))),
                ("client-key", text(pki.path("client.key"))),
            ]),
            2 => map([("tokenFile", text(pki.path("token")))]),
            3 => map([("username", text("ann")), ("password", text("se cret"))]),
            4 => map([("exec", self.exec())]),
            _ => map([("token", text(token))]),
        }
    }

    /// A plugin in which nothing is wrong.
    pub(super) fn exec(&mut self) -> Tree {
        let mode = self.one(&["Never", "IfAvailable", "Always"]);
        map([
            ("apiVersion", text("client.authentication.k8s.io/v1")),
            ("command", text("get-token")),
            ("args", Tree::List(vec![text("--for"), text("1")])),
            ("interactiveMode", text(mode)),
        ])
    }

    fn context(&mut self) -> Tree {
        let mut body = map([("cluster", text("alpha")), ("user", text("ann"))]);
        if self.rng.bool() {
            let namespace = self.one(&["kube-system", "team-a", "default"]);
            body.set("namespace", text(namespace));
        }
        body
    }

    pub(super) fn one<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.rng.usize(..choices.len())].clone()
    }

    pub(super) fn any_file(&mut self) -> usize {
        self.rng.usize(..self.files.len())
    }

    pub(super) fn any_kind(&mut self) -> Kind {
        self.one(&Kind::ALL)
    }

    /// The file that holds the stanza in use.
    pub(super) const fn file_of(&self, kind: Kind) -> usize {
        self.used[kind as usize]
    }

    pub(super) fn list(&mut self, kind: Kind) -> &mut Vec<Named> {
        &mut self.files[self.used[kind as usize]].lists[kind as usize]
    }

    /// The stanza in use.
    pub(super) fn stanza(&mut self, kind: Kind) -> &mut Named {
        &mut self.list(kind)[0]
    }

    pub(super) fn set(&mut self, kind: Kind, key: &str, value: Tree) {
        self.stanza(kind).body.set(key, value);
    }

    pub(super) fn flag(&mut self, name: &str, value: impl Into<Value>) {
        self.flags.insert(name.to_owned(), value.into());
    }

    /// Sets a flag to one of these.
    pub(super) fn flag_of(&mut self, name: &str, choices: &[&str]) {
        let value = self.one(choices);
        self.flag(name, value);
    }

    /// Makes sure that there is a second file.
    pub(super) fn second_file(&mut self) {
        if self.files.len() == 1 {
            self.files.push(FileDraft::new(PATHS[1]));
            self.way = Way::List(Vec::new());
        }
    }

    /// What is asked, when the files stand in `folder`.
    pub(super) fn question(&self, folder: &str) -> Value {
        let path = |file: &FileDraft| format!("{folder}/{}", file.path);
        let (mut explicit, mut list) = (String::new(), String::new());
        match &self.way {
            Way::Explicit => explicit = path(&self.files[0]),
            Way::List(more) => {
                let more = more.iter().map(|entry| entry.replace("FOLDER", folder));
                let entries = self.files.iter().map(path).chain(more);
                list = entries.collect::<Vec<_>>().join(":");
            }
            Way::Home => {}
        }
        json!({"explicit": explicit, "kubeconfig": list, "home": folder, "overrides": self.flags})
    }
}

impl Named {
    pub(super) fn new(name: &str, body: Tree) -> Self {
        Self {
            name: text(name),
            body,
            beside: Vec::new(),
        }
    }

    fn tree(&self, kind: Kind) -> Tree {
        let mut tree = map([
            ("name", self.name.clone()),
            (kind.field(), self.body.clone()),
        ]);
        self.beside
            .iter()
            .for_each(|(key, value)| tree.push(key, value.clone()));
        tree
    }
}

impl FileDraft {
    fn new(path: &'static str) -> Self {
        Self {
            path,
            top: map([("apiVersion", text("v1")), ("kind", text("Config"))]),
            lists: Default::default(),
            instead: Default::default(),
            current: None,
            around: [""; 2],
            form: Form::Yaml,
            replaced: None,
            absent: false,
        }
    }

    /// What stands in the file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        if let Some(bytes) = self.replaced {
            return bytes.to_owned();
        }
        let mut tree = self.top.clone();
        for kind in Kind::ALL {
            let entries = self.lists[kind as usize]
                .iter()
                .map(|entry| entry.tree(kind));
            let list = self.instead[kind as usize].clone();
            tree.push(
                kind.list(),
                list.unwrap_or_else(|| Tree::List(entries.collect())),
            );
        }
        if let Some(current) = &self.current {
            tree.push("current-context", current.clone());
        }
        let mut text = String::new();
        match self.form {
            Form::Json => tree.write_json(&mut text),
            _ => tree.write_yaml(0, &mut text),
        }
        let [before, after] = self.around;
        let text = format!("{before}{}{after}", text.trim_start());
        match self.form {
            Form::Crlf => text.replace('\n', "\r\n").into_bytes(),
            Form::Utf16 => {
                let units = text.encode_utf16().flat_map(u16::to_le_bytes);
                [0xFF, 0xFE].into_iter().chain(units).collect()
            }
            _ => text.into_bytes(),
        }
    }
}
