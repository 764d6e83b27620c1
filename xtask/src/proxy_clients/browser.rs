//! A person's browser through the proxy: what is typed and what its own pages ask goes in, what a foreign page asks does not.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use super::{Scene, must_contain};
use crate::Error;

/// What a page of the proxy's own origin does.
const OWN: &str =
    "<body><script>fetch('/api').then(a => a.text()).then(t => document.body.append(t))</script>";

pub(super) fn write_page(folder: &Path) -> Result<(), Error> {
    Ok(fs::write(folder.join("page.html"), OWN)?)
}

pub(super) fn check(scene: &Scene) -> Result<(), Error> {
    let typed = browse(scene, &scene.proxy.url("/api/"))?;
    must_contain(&typed, "APIVersions")?;
    let own = browse(scene, &scene.proxy.url("/static/page.html"))?;
    must_contain(&own, "APIVersions")?;
    foreign(scene)
}

/// Another site's page reads, reads without looking, and writes; all three are refused, by the proxy and not the browser alone.
fn foreign(scene: &Scene) -> Result<(), Error> {
    let page = page(&scene.proxy.url("/api/v1/namespaces"));
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let url = format!("http://127.0.0.1:{}/", listener.local_addr()?.port());
    // It ends with the program.
    drop(thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser that went away needs no page.
            let _ = answer(stream, &page);
        }
    }));
    let (passed, refused) = counts(scene)?;
    let said = browse(scene, &url)?;
    must_contain(&said, "read=refused blind=sent write=sent")?;
    let (passed, refused) = {
        let now = counts(scene)?;
        (now.0 - passed, now.1 - refused)
    };
    if (passed, refused) != (0, 3) {
        return Err(format!(
            "of a foreign page's requests {passed} passed, {refused} were refused"
        )
        .into());
    }
    let server = format!("--server={}", scene.proxy.url(""));
    let names = scene.output(&scene.kubectl, &[&server, "get", "namespaces", "-o=name"])?;
    if names.contains("foreign") {
        return Err("a foreign page made a namespace".into());
    }
    Ok(())
}

fn page(api: &str) -> String {
    let namespace = r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"foreign"}}"#;
    format!(
        "<body><script>(async () => {{
            const ask = (how) => fetch('{api}', how).then(() => 'sent', () => 'refused');
            const read = await ask({{}});
            const blind = await ask({{mode: 'no-cors'}});
            const write = await ask({{mode: 'no-cors', method: 'POST', body: '{namespace}'}});
            document.body.append('read=' + read + ' blind=' + blind + ' write=' + write);
        }})()</script>"
    )
}

fn answer(mut stream: TcpStream, page: &str) -> Result<(), Error> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let size = page.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n{page}"
    )?;
    Ok(())
}

/// The page as it stands when its scripts are done.
fn browse(scene: &Scene, url: &str) -> Result<String, Error> {
    let profile = scene.folder.path().join("browser");
    let profile = format!("--user-data-dir={}", profile.display());
    let args = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        "--virtual-time-budget=10000",
        &profile,
        "--dump-dom",
        url,
    ];
    scene.output("chromium", &args)
}

/// How many requests the proxy let pass, and how many it refused.
fn counts(scene: &Scene) -> Result<(u64, u64), Error> {
    let text = scene.output("curl", &["--silent", "--fail", &scene.proxy.metrics()])?;
    let (mut passed, mut refused) = (0, 0);
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("k8s_proxy_requests_total{") else {
            continue;
        };
        let count: u64 = rest.rsplit(' ').next().unwrap_or_default().parse()?;
        if rest.contains("code=\"403\"") {
            refused += count;
        } else {
            passed += count;
        }
    }
    Ok((passed, refused))
}
