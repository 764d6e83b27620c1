//! Watching: the machine says what to ask and when; this program asks, sleeps and reads.

use std::io::Read;
use std::thread;
use std::time::Instant;

use http::Request;
use k8s_api_core::request;
use k8s_api_core::watch::{Step, Told, WatchDecoder, WatchEvent, WatchMachine};
use k8s_api_core::{Collection, List, ListHead, Resource, StaticResource, TypeMeta, answer};

use crate::Failure;
use crate::pod::Pod;
use crate::send::{Server, read};

/// Follows all pods until so many were told of; how many, and how often there was a list.
pub(crate) fn follow(server: &Server, enough: usize) -> Result<(usize, usize), Failure> {
    let pods = Collection::all(Pod::api_resource());
    let mut machine = WatchMachine::new();
    let (mut told, mut lists) = (0, 0);
    while told < enough {
        match machine.poll_step(Instant::now()) {
            Step::List(params) => {
                lists += 1;
                let request = request::list::<Pod>(&pods, &params)?;
                told += list(server, &mut machine, request)?;
            }
            Step::Watch(params) => {
                lists += usize::from(params.initial_events);
                let request = request::watch::<Pod>(&pods, &params)?;
                told += watch(server, &mut machine, request, enough - told)?;
            }
            Step::Wait(until) => thread::sleep(until.saturating_duration_since(Instant::now())),
            _ => return Err("a step that this program does not know".into()),
        }
    }
    Ok((told, lists))
}

fn list(
    server: &Server,
    machine: &mut WatchMachine,
    request: Request<impl AsRef<[u8]>>,
) -> Result<usize, Failure> {
    let (code, body) = server.send(request)?;
    match answer::read::<List<Pod>>(code, &read(body)?) {
        Ok(list) => {
            let head = ListHead::new(TypeMeta::default(), list.metadata);
            machine.handle_page(Instant::now(), &head);
            Ok(list.items.len())
        }
        Err(error) => {
            let status = error.into_status()?;
            machine.handle_refused(Instant::now(), &status);
            Ok(0)
        }
    }
}

fn watch(
    server: &Server,
    machine: &mut WatchMachine,
    request: Request<impl AsRef<[u8]>>,
    enough: usize,
) -> Result<usize, Failure> {
    let (code, mut body) = server.send(request)?;
    if !code.is_success() {
        if let Err(error) = answer::check(code, &read(&mut body)?) {
            machine.handle_refused(Instant::now(), &error.into_status()?);
        }
        return Ok(0);
    }
    let mut decoder = WatchDecoder::new();
    let (mut piece, mut told) = ([0; 16 << 10], 0);
    loop {
        while let Some(event) = decoder.poll_event()? {
            let event = event.decode::<Pod>()?;
            if let WatchEvent::Added(pod) | WatchEvent::Modified(pod) = &event {
                println!(
                    "told of {}, {}",
                    pod.name().unwrap_or_default(),
                    pod.phase()
                );
                told += 1;
            }
            if machine.handle_event(Instant::now(), &event) == Told::Over || told == enough {
                return Ok(told);
            }
        }
        let length = body.read(&mut piece)?;
        if length == 0 {
            machine.handle_end(Instant::now());
            return Ok(told);
        }
        decoder.handle_bytes(&piece[..length]);
    }
}
