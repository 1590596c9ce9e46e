//! One function per command.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, PeerId, StreamProtocol};
use serde_json::{json, Value};
use tokio::sync::oneshot;

use crate::client::{self, Stalls};
use crate::host::{self, number, text, Host, State};
use crate::load;
use crate::serve::{self, ECHO, PERF, RESET, SINK, STALL};
use crate::streams::Request;
use crate::Failure;

const DEFAULT_DEADLINE: Duration = Duration::from_secs(20);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

#[derive(Clone)]
pub struct Commands {
    host: Host,
    options: Value,
    stalls: Stalls,
    /// Kept: a host ends with its last handle.
    receivers: Arc<Mutex<Vec<Host>>>,
}

type Answer = Result<Value, Failure>;

impl Commands {
    pub fn new(host: Host, options: Value) -> Self {
        Commands { host, options, stalls: Stalls::default(), receivers: Arc::default() }
    }

    pub fn peer(&self) -> String {
        self.host.peer.to_string()
    }

    pub async fn execute(&self, command: &Value) -> Answer {
        let deadline = match command["millis"].as_u64() {
            Some(millis) if millis > 0 => Duration::from_millis(millis),
            _ => DEFAULT_DEADLINE,
        };
        match tokio::time::timeout(deadline, self.dispatch(command)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("deadline: {}", text(command, "do")).into()),
        }
    }

    async fn dispatch(&self, command: &Value) -> Answer {
        match text(command, "do") {
            "listen" => self.listen().await,
            "dial" => self.dial(text(command, "address")).await,
            "handle" => self.handle(text(command, "protocol")).await,
            "release" => {
                self.host.release.send_modify(|generation| *generation += 1);
                Ok(json!({}))
            }
            "stalled" => self.stalls.stalled(number(command, "handle")),
            "finish" => self.stalls.finish(number(command, "handle")).await,
            "receivers" => self.receivers(number(command, "count")).await,
            "received" => Ok(json!({"bytes": self.host.received.load(Ordering::Relaxed)})),
            "writes" => {
                let mut streams = Vec::new();
                for peer in texts(command, "peers") {
                    streams.push(self.open(peer.parse()?, SINK).await?);
                }
                load::writes(command, streams).await
            }
            "handshakes" => self.handshakes(command).await,
            _ => self.dispatch_with(text(command, "peer").parse()?, command).await,
        }
    }

    async fn dispatch_with(&self, peer: PeerId, command: &Value) -> Answer {
        let bytes = number(command, "bytes");
        match text(command, "do") {
            "connection" => self.connection(peer).await,
            "ping" => self.ping(peer, number(command, "count") as usize).await,
            "identify" => self.identify(peer).await,
            "awaitProtocol" => self.await_protocol(peer, text(command, "protocol")).await,
            "open" => {
                let id = StreamProtocol::try_from_owned(text(command, "protocol").into())?;
                self.open(peer, id).await.map(|_| json!({}))
            }
            "echo" => {
                let count = number(command, "count");
                client::echo(|| self.open(peer, ECHO), count, bytes).await
            }
            "stall" => Ok(self.stalls.start(self.open(peer, STALL).await?, bytes)),
            "reset" => client::reset(self.open(peer, RESET).await?).await,
            "requests" => load::requests(command, self.open(peer, ECHO).await?).await,
            "opens" => self.opens(peer, command).await,
            "perf" => {
                let started = Instant::now();
                let stream = self.open(peer, PERF).await?;
                client::perf(
                    stream,
                    started,
                    number(command, "upload"),
                    number(command, "download"),
                )
                .await
            }
            "close" => {
                let _ = self.host.run(move |state| state.swarm.disconnect_peer_id(peer)).await;
                Ok(json!({}))
            }
            "awaitClosed" => {
                self.poll(move |state| (!state.swarm.is_connected(&peer)).then_some(())).await;
                Ok(json!({}))
            }
            other => Err(format!("unknown command: {other:?}").into()),
        }
    }

    /// Asks until there is an answer; the command's deadline ends it.
    async fn poll<T: Send + 'static>(
        &self,
        ask: impl Fn(&mut State) -> Option<T> + Clone + Send + 'static,
    ) -> T {
        loop {
            if let Some(answer) = self.host.run(ask.clone()).await {
                return answer;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    async fn listen(&self) -> Answer {
        let suffix = match text(&self.options, "transport") {
            "ws" if self.options["wss"].is_object() => "/tls/ws",
            "ws" => "/ws",
            _ => "",
        };
        let wanted: Multiaddr = format!("/ip4/127.0.0.1/tcp/0{suffix}").parse()?;
        let known = self.host.run(|state| state.listening.len()).await;
        self.host.run(move |state| state.swarm.listen_on(wanted)).await?;
        let address = self.poll(move |state| state.listening.get(known).cloned()).await;
        Ok(json!({"address": address.with(Protocol::P2p(self.host.peer)).to_string()}))
    }

    /// More hosts in this process.
    async fn receivers(&self, count: u64) -> Answer {
        let mut addresses = Vec::new();
        for _ in 0..count {
            let host = host::start(&self.options, self.host.received.clone())?;
            self.receivers.lock().unwrap().push(host.clone());
            let listening = Commands::new(host, self.options.clone()).listen().await?;
            addresses.push(listening["address"].clone());
        }
        Ok(json!({"addresses": addresses}))
    }

    async fn opens(&self, peer: PeerId, command: &Value) -> Answer {
        let (this, size) = (self.clone(), number(command, "bytes"));
        load::rounds(command, number(command, "count") as usize, move |_, round| {
            let this = this.clone();
            async move { load::one_echo(this.open(peer, ECHO).await?, round * size, size).await }
        })
        .await
    }

    /// Dials, has a few bytes come back, and closes.
    async fn handshakes(&self, command: &Value) -> Answer {
        let addresses: Vec<String> = texts(command, "addresses").map(str::to_owned).collect();
        let (this, size) = (self.clone(), number(command, "bytes"));
        load::rounds(command, addresses.len(), move |row, round| {
            let (this, address) = (this.clone(), addresses[row].clone());
            async move {
                let peer = this.connect(&address).await?;
                load::one_echo(this.open(peer, ECHO).await?, round * size, size).await?;
                this.disconnect(peer).await;
                Ok(())
            }
        })
        .await
    }

    /// Closes all connections to the peer and waits for it.
    async fn disconnect(&self, peer: PeerId) {
        let (reply, closed) = oneshot::channel();
        let open = move |state: &mut State| {
            state.closes.insert(peer, reply);
            state.swarm.disconnect_peer_id(peer).is_ok()
        };
        if self.host.run(open).await {
            let _ = closed.await;
        }
    }

    async fn dial(&self, address: &str) -> Answer {
        let started = Instant::now();
        let peer = self.connect(address).await?;
        let mut answer = self.connection(peer).await?;
        answer["micros"] = (started.elapsed().as_micros() as u64).into();
        Ok(answer)
    }

    async fn connect(&self, address: &str) -> Result<PeerId, Failure> {
        let options = DialOpts::unknown_peer_id().address(address.parse()?).build();
        let (reply, result) = oneshot::channel();
        self.host
            .run(move |state| {
                state.dials.insert(options.connection_id(), reply);
                state.swarm.dial(options)
            })
            .await?;
        Ok(result.await??)
    }

    /// The library does not tell which protocols a connection uses; there is only one of each.
    async fn connection(&self, peer: PeerId) -> Answer {
        let inbound = self.poll(move |state| state.inbound.get(&peer).copied()).await;
        let tls = text(&self.options, "security") == "tls";
        Ok(json!({
            "peer": peer.to_string(),
            "security": if tls { "/tls/1.0.0" } else { "/noise" },
            "muxer": "/yamux/1.0.0",
            "earlyMuxer": false,
            "inbound": inbound,
        }))
    }

    /// The library pings by itself: waits for that many more results.
    async fn ping(&self, peer: PeerId, count: usize) -> Answer {
        let known = self.host.run(move |state| state.pings.entry(peer).or_default().len()).await;
        let results = self
            .poll(move |state| {
                let results = &state.pings[&peer];
                (results.len() >= known + count).then(|| results[known..known + count].to_vec())
            })
            .await;
        let mut micros = Vec::new();
        for result in results {
            micros.push(result?.as_micros() as u64);
        }
        Ok(json!({"micros": micros}))
    }

    async fn identify(&self, peer: PeerId) -> Answer {
        let info = self.poll(move |state| state.identified.get(&peer).cloned()).await;
        Ok(json!({
            "agent": info.agent_version,
            "protocolVersion": info.protocol_version,
            "protocols": info.protocols.iter().map(|id| id.to_string()).collect::<Vec<_>>(),
            "addresses": info.listen_addrs.iter().map(|a| a.to_string()).collect::<Vec<_>>(),
            "observed": info.observed_addr.to_string(),
            "signedRecord": info.signed_peer_record.is_some(),
        }))
    }

    async fn handle(&self, protocol: &str) -> Answer {
        let id = StreamProtocol::try_from_owned(protocol.to_owned())?;
        serve::serve_echo(&self.host.protocols, id);
        self.host.run(|state| state.swarm.behaviour_mut().streams.changed()).await;
        Ok(json!({}))
    }

    async fn await_protocol(&self, peer: PeerId, protocol: &str) -> Answer {
        let id = StreamProtocol::try_from_owned(protocol.to_owned())?;
        self.poll(move |state| {
            state.identified.get(&peer).filter(|info| info.protocols.contains(&id)).map(|_| ())
        })
        .await;
        Ok(json!({}))
    }

    async fn open(
        &self,
        peer: PeerId,
        id: StreamProtocol,
    ) -> Result<libp2p::swarm::Stream, Failure> {
        let (reply, result) = oneshot::channel();
        let request = Request { id, reply };
        self.host.run(move |state| state.swarm.behaviour_mut().streams.open(peer, request)).await;
        Ok(result.await??)
    }
}

fn texts<'a>(command: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    command[name].as_array().into_iter().flatten().filter_map(Value::as_str)
}
