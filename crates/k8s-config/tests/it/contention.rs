//! Several writers of one file at once: no change is lost, and whoever reads meanwhile reads a whole file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use k8s_config::{
    Context, Kubeconfig, LoadingRules, Refusal, Source as _, Store as _, SystemSource,
};

const WRITERS: usize = 3;
const CHANGES: usize = 6;
const START: &str = "# whose this is\ncontexts: # all of them\n- name: start\n  context: {}\nkind: Config # the end\n";

/// Adds contexts, each as soon as nobody else writes.
fn write(path: &Path, writer: usize) {
    let rules = LoadingRules::explicit(Arc::new(SystemSource), path);
    for number in 0..CHANGES {
        let add = |kubeconfig: &mut Kubeconfig| -> Result<(), Refusal> {
            let name = format!("w{writer}-{number}");
            kubeconfig.contexts.insert(name, Context::default());
            Ok(())
        };
        loop {
            match rules.edit(&SystemSource, add) {
                Ok(_) => break,
                Err(error) if error.locked().is_some() => thread::yield_now(),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

#[test]
fn no_change_is_lost_and_no_reader_sees_half_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = &folder.path().join("config");
    SystemSource
        .try_lock(path)
        .unwrap()
        .replace(START.as_bytes())
        .unwrap();
    let done = &AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                let text = String::from_utf8(SystemSource.read(path).unwrap()).unwrap();
                assert!(
                    text.starts_with("# whose this is\n")
                        && text.ends_with("kind: Config # the end\n"),
                    "torn: {text}"
                );
                reads += 1;
            }
            reads
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || write(path, writer)))
            .collect();
        writers
            .into_iter()
            .for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
    let kubeconfig = LoadingRules::explicit(Arc::new(SystemSource), path)
        .load()
        .unwrap();
    assert_eq!(kubeconfig.contexts.len(), WRITERS * CHANGES + 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
