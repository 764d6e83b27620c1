//! One kilobyte of aliases must cost neither time nor memory. Alone in its process, so that the memory is its own.

#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    reason = "time and memory are what is measured"
)]

use std::time::{Duration, Instant};

use k8s_config::Kubeconfig;

/// The most memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

/// Levels, each of which names the one before ten times.
fn levels(first: &str, wrap: fn(&str) -> String) -> String {
    let level = |level: usize| {
        let items = vec![format!("*a{}", level - 1); 10].join(",");
        format!("a{level}: &a{level} {}\n", wrap(&items))
    };
    format!(
        "a0: &a0 {first}\n{}",
        (1..10).map(level).collect::<String>()
    )
}

#[test]
fn a_kilobyte_of_aliases_is_refused_at_once() {
    let expand = "aliases expand to more than";
    let bombs = [
        (
            levels("[x,x,x,x,x,x,x,x,x,x]", |items| format!("[{items}]")),
            expand,
        ),
        (
            levels("{k: v, l: w}", |items| format!("{{<<: [{items}]}}")),
            expand,
        ),
        (
            levels("{name: n, user: {token: t}}", |items| format!("[{items}]")) + "users: *a9",
            expand,
        ),
        (
            format!(
                "a: &a {}\nusers: [{}]",
                "x".repeat(300),
                vec!["*a"; 230].join(",")
            ),
            "a string where a map belongs",
        ),
        (format!("users: [{}]", "*a,".repeat(300)), "unknown anchor"),
        (
            format!("{}x{}", "&a [".repeat(150), "]".repeat(150)),
            "nested deeper",
        ),
    ];
    for (bomb, expected) in bombs {
        assert!(bomb.len() <= 1024, "{}", bomb.len());
        let before = peak();
        assert!(before > 0);
        // The best of three: a machine with other work to do is no fault of ours.
        let times = [(); 3].map(|()| {
            let start = Instant::now();
            assert!(Kubeconfig::from_slice(bomb.as_bytes(), "/").is_err());
            start.elapsed()
        });
        let grown = peak() - before;
        assert!(
            times.iter().any(|time| *time < Duration::from_millis(50)),
            "{times:?}"
        );
        assert!(grown < 16 << 10, "{grown} KiB");
        let error =
            Kubeconfig::from_slice(bomb.as_bytes(), "/").expect_err("it was refused before");
        assert!(error.to_string().contains(expected), "{error}");
    }
}
