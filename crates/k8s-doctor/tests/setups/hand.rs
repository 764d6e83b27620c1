//! The hand that applies a fix: it reads what was printed, and knows nothing of the set-up but what people know: where
//! the server listens, how to log in, what the file said before.

use std::fs;
use std::sync::atomic::Ordering;

use k8s_doctor::Fix;
use k8s_testing::plugin::Behaviour;
use secrecy::ExposeSecret as _;

use crate::patient::Patient;

/// Does what the fix says: its commands where it has some, else its sentence.
pub(crate) async fn apply(patient: &mut Patient, fix: &Fix) -> Result<(), String> {
    if fix.commands.is_empty() {
        return by_sentence(patient, &fix.text).await;
    }
    for command in &fix.commands {
        let command = filled_in(patient, command).await;
        by_command(patient, &command)?;
    }
    Ok(())
}

/// What stands in capitals is for people to fill in.
async fn filled_in(patient: &mut Patient, command: &str) -> String {
    let mut line = command
        .replace("HOST", patient.world.host())
        .replace(":PORT", &format!(":{}", patient.world.port()))
        .replace(
            "KUBECONFIG=FILE",
            &format!("KUBECONFIG={}", patient.config().display()),
        );
    if line.contains("=TOKEN") {
        let token = patient.world.token().await;
        line = line.replace("=TOKEN", &format!("={}", token.expose_secret()));
        patient.knows(token);
    }
    line
}

fn by_command(patient: &mut Patient, command: &str) -> Result<(), String> {
    if let Some(variable) = command.strip_prefix("export ") {
        let (name, value) = variable.split_once('=').ok_or(command)?;
        patient.source.set_var(name, value);
        return Ok(());
    }
    if command == "timedatectl set-ntp true" {
        patient.off.store(0, Ordering::Relaxed);
        return Ok(());
    }
    patient.world.run(command, patient.desk.path())
}

async fn by_sentence(patient: &mut Patient, text: &str) -> Result<(), String> {
    if let Some(place) = text.strip_prefix("mend line ") {
        return mend_line(patient, place);
    }
    if let Some(rest) = text.strip_prefix("install ") {
        let path = rest.split([',', ' ']).next().unwrap_or_default();
        return fs::rename(format!("{path}.not-installed"), path)
            .map_err(|error| error.to_string());
    }
    if text.contains("by hand to see what it waits for") {
        let token = patient.world.token().await;
        let good = Behaviour::new().prints_token(&token, None);
        patient.knows(token);
        let plugin = patient.plugin.as_ref().ok_or("there is no plugin")?;
        return plugin.set(&good).map_err(|error| error.to_string());
    }
    if text.contains("start the Pod anew") {
        patient.start_pod().await;
        return Ok(());
    }
    if text.starts_with("wait ") {
        patient
            .world
            .in_memory()
            .is_ready
            .store(true, Ordering::Relaxed);
        return Ok(());
    }
    Err(format!("nobody knows what to do with: {text}"))
}

/// `4 of /home/u/config, or the line before it`: puts back what both said before.
fn mend_line(patient: &Patient, place: &str) -> Result<(), String> {
    let (line, file) = place.split_once(" of ").ok_or("no line is named")?;
    let file = file.strip_suffix(", or the line before it").unwrap_or(file);
    let at: usize = line.parse().map_err(|_| "the line has no number")?;
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mended = text.lines().zip(patient.good.lines()).enumerate();
    let mended: String = mended
        .map(|(n, (broken, good))| {
            if n + 1 == at || n + 2 == at {
                good
            } else {
                broken
            }
        })
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(file, mended).map_err(|error| error.to_string())
}
