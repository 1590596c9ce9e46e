//! The swarm in a task of its own, and what it learned.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::Arc;
use std::time::Duration;

use futures::{AsyncRead, AsyncWrite, StreamExt};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::upgrade::Version;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{ConnectionId, DialError, NetworkBehaviour, SwarmEvent};
use libp2p::{identify, identity, noise, ping, swarm, tcp, tls, yamux};
use libp2p::{Multiaddr, PeerId, Swarm, Transport};
use libp2p_websocket as websocket;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use crate::streams::Protocols;
use crate::{serve, streams, Failure};

/// A test opens a thousand streams at once; the defaults are 512, and 128 in negotiation.
const MAX_STREAMS: usize = 2048;
const PING_INTERVAL: Duration = Duration::from_millis(100);
const RSA_BITS_REASON: &str = "rust-libp2p cannot make RSA keys";

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    pub identify: identify::Behaviour,
    pub ping: Toggle<ping::Behaviour>,
    pub streams: streams::Behaviour,
}

/// Everything that runs in the swarm's task.
pub struct State {
    pub swarm: Swarm<Behaviour>,
    pub dials: HashMap<ConnectionId, oneshot::Sender<Result<PeerId, String>>>,
    pub inbound: HashMap<PeerId, bool>,
    pub identified: HashMap<PeerId, identify::Info>,
    pub pings: HashMap<PeerId, Vec<Result<Duration, String>>>,
    pub listening: Vec<Multiaddr>,
    pub closes: HashMap<PeerId, oneshot::Sender<()>>,
}

pub type Task = Box<dyn FnOnce(&mut State) + Send>;

#[derive(Clone)]
pub struct Host {
    pub peer: PeerId,
    pub protocols: Protocols,
    pub release: watch::Sender<u64>,
    /// What sinks and uploads of perf have read, on all hosts of this process.
    pub received: Arc<AtomicU64>,
    tasks: mpsc::UnboundedSender<Task>,
}

impl Host {
    /// Runs in the swarm's task and brings back the result.
    pub async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> T {
        let (reply, result) = oneshot::channel();
        let boxed: Task = Box::new(move |state| drop(reply.send(task(state))));
        let _ = self.tasks.send(boxed);
        result.await.expect("the swarm's task runs until the process ends")
    }
}

pub fn library() -> &'static str {
    concat!("rust-libp2p ", env!("LIBP2P_VERSION"))
}

pub fn start(options: &Value, received: Arc<AtomicU64>) -> Result<Host, Failure> {
    let key = new_key(text(options, "key"))?;
    let transport = transport(options, &key)?;
    let protocols = Protocols::default();
    let (release, released) = watch::channel(0);
    serve::serve_all(&protocols, released, &received);
    let identify = identify::Config::new_with_signed_peer_record("twine/interop".into(), &key)
        .with_agent_version("twine-interop-rust".into());
    let pings = options["ping"].as_bool().unwrap_or(true);
    let pinging = ping::Config::new().with_interval(PING_INTERVAL);
    let behaviour = Behaviour {
        identify: identify::Behaviour::new(identify),
        ping: pings.then(|| ping::Behaviour::new(pinging)).into(),
        streams: streams::Behaviour::new(protocols.clone()),
    };
    let config =
        swarm::Config::with_tokio_executor().with_max_negotiating_inbound_streams(MAX_STREAMS);
    let peer = key.public().to_peer_id();
    let state = State {
        swarm: Swarm::new(transport, behaviour, peer, config),
        dials: HashMap::new(),
        inbound: HashMap::new(),
        identified: HashMap::new(),
        pings: HashMap::new(),
        listening: Vec::new(),
        closes: HashMap::new(),
    };
    let (tasks, queue) = mpsc::unbounded_channel();
    tokio::spawn(drive(state, queue));
    Ok(Host { peer, protocols, release, received, tasks })
}

pub fn number(command: &Value, name: &str) -> u64 {
    command[name].as_u64().unwrap_or(0)
}

pub fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or("")
}

fn new_key(kind: &str) -> Result<identity::Keypair, Failure> {
    match kind {
        "ed25519" => Ok(identity::Keypair::generate_ed25519()),
        "secp256k1" => Ok(identity::Keypair::generate_secp256k1()),
        "ecdsa" => Ok(identity::Keypair::generate_ecdsa()),
        "rsa" => Err(RSA_BITS_REASON.into()),
        _ => Err(format!("unknown key type: {kind:?}").into()),
    }
}

fn transport(
    options: &Value,
    key: &identity::Keypair,
) -> Result<Boxed<(PeerId, StreamMuxerBox)>, Failure> {
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true));
    let security = text(options, "security");
    match text(options, "transport") {
        "tcp" => secured(tcp, security, key),
        "ws" => {
            let mut ws = websocket::Config::new(tcp);
            if options["wss"].is_object() {
                ws.set_tls_config(wss(&options["wss"])?);
            }
            secured(ws, security, key)
        }
        other => Err(format!("unknown transport: {other:?}").into()),
    }
}

/// TLS below the WebSocket.
fn wss(options: &Value) -> Result<websocket::tls::Config, Failure> {
    let mut config = websocket::tls::Config::builder();
    let key = websocket::tls::PrivateKey::new(hex(text(options, "key"))?);
    let shown = websocket::tls::Certificate::new(hex(text(options, "certificate"))?);
    let root = websocket::tls::Certificate::new(hex(text(options, "root"))?);
    config.server(key, [shown])?;
    config.add_trust(&root)?;
    Ok(config.finish())
}

fn hex(digits: &str) -> Result<Vec<u8>, Failure> {
    let pairs = digits.as_bytes().chunks(2);
    Ok(pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or(""), 16))
        .collect::<Result<_, _>>()?)
}

/// rust-libp2p has no early muxer negotiation.
fn secured<T>(
    transport: T,
    security: &str,
    key: &identity::Keypair,
) -> Result<Boxed<(PeerId, StreamMuxerBox)>, Failure>
where
    T: Transport + Send + Unpin + 'static,
    T::Output: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T::Error: Send + Sync + 'static,
    T::Dial: Send,
    T::ListenerUpgrade: Send,
{
    let mut muxer = yamux::Config::default();
    muxer.set_max_num_streams(MAX_STREAMS);
    let upgrade = transport.upgrade(Version::V1Lazy);
    match security {
        "noise" => Ok(upgrade.authenticate(noise::Config::new(key)?).multiplex(muxer).boxed()),
        "tls" => Ok(upgrade.authenticate(tls::Config::new(key)?).multiplex(muxer).boxed()),
        other => Err(format!("unknown security: {other:?}").into()),
    }
}

async fn drive(mut state: State, mut tasks: mpsc::UnboundedReceiver<Task>) {
    loop {
        tokio::select! {
            event = state.swarm.select_next_some() => state.on_event(event),
            task = tasks.recv() => match task {
                Some(task) => task(&mut state),
                None => return,
            },
        }
    }
}

impl State {
    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => self.listening.push(address),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.inbound.insert(peer_id, endpoint.is_listener());
                self.dialed(connection_id, Ok(peer_id));
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                self.inbound.remove(&peer_id);
                self.identified.remove(&peer_id);
                if let Some(waiting) = self.closes.remove(&peer_id) {
                    let _ = waiting.send(());
                }
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                self.dialed(connection_id, Err(describe(&error)));
            }
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received {
                peer_id,
                info,
                ..
            })) => {
                self.identified.insert(peer_id, info);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { peer, result, .. })) => {
                let results = self.pings.entry(peer).or_default();
                results.push(result.map_err(|error| error.to_string()));
            }
            _ => {}
        }
    }

    fn dialed(&mut self, connection: ConnectionId, result: Result<PeerId, String>) {
        if let Some(waiting) = self.dials.remove(&connection) {
            let _ = waiting.send(result);
        }
    }
}

/// Display leaves the causes out.
fn describe(error: &DialError) -> String {
    format!("{error} ({error:?})")
}
