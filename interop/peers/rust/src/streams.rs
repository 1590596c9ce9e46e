//! Raw streams of any protocol. libp2p-stream queues one inbound stream and drops the next, which a
//! test with a thousand of them cannot use; this one hands each to a task.

use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::future::{ready, Ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::{InboundUpgrade, OutboundUpgrade, UpgradeInfo};
use libp2p::core::Endpoint;
use libp2p::swarm::handler::{
    ConnectionEvent, ConnectionHandler, ConnectionHandlerEvent, DialUpgradeError,
    FullyNegotiatedInbound, FullyNegotiatedOutbound, StreamUpgradeError,
};
use libp2p::swarm::{
    ConnectionClosed, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler,
    Stream, StreamProtocol, SubstreamProtocol, THandler, THandlerInEvent, THandlerOutEvent,
    ToSwarm,
};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::oneshot;

type Serve = Arc<dyn Fn(Stream) + Send + Sync>;

/// What this host serves, shared by all connections.
#[derive(Clone, Default)]
pub struct Protocols(Arc<Mutex<HashMap<StreamProtocol, Serve>>>);

impl Protocols {
    pub fn serve(&self, id: StreamProtocol, serve: impl Fn(Stream) + Send + Sync + 'static) {
        self.0.lock().unwrap().insert(id, Arc::new(serve));
    }

    fn ids(&self) -> Vec<StreamProtocol> {
        self.0.lock().unwrap().keys().cloned().collect()
    }

    fn find(&self, id: &StreamProtocol) -> Option<Serve> {
        self.0.lock().unwrap().get(id).cloned()
    }
}

/// A stream that somebody waits for.
pub struct Request {
    pub id: StreamProtocol,
    pub reply: oneshot::Sender<Result<Stream, String>>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Request({})", self.id)
    }
}

/// Either opens a stream or says that the list of protocols has changed.
#[derive(Debug)]
pub enum ToHandler {
    Open(Request),
    Changed,
}

pub struct Behaviour {
    protocols: Protocols,
    connections: HashSet<(PeerId, ConnectionId)>,
    events: VecDeque<ToSwarm<Infallible, ToHandler>>,
    waker: Option<Waker>,
}

impl Behaviour {
    pub fn new(protocols: Protocols) -> Self {
        Behaviour { protocols, connections: HashSet::new(), events: VecDeque::new(), waker: None }
    }

    pub fn open(&mut self, peer: PeerId, request: Request) {
        if !self.connections.iter().any(|(known, _)| *known == peer) {
            let _ = request.reply.send(Err(format!("no connection to {peer}")));
            return;
        }
        self.notify(peer, NotifyHandler::Any, ToHandler::Open(request));
    }

    pub fn changed(&mut self) {
        for (peer, connection) in self.connections.clone() {
            self.notify(peer, NotifyHandler::One(connection), ToHandler::Changed);
        }
    }

    fn notify(&mut self, peer_id: PeerId, handler: NotifyHandler, event: ToHandler) {
        self.events.push_back(ToSwarm::NotifyHandler { peer_id, handler, event });
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _local: &Multiaddr,
        _remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.connections.insert((peer, connection));
        Ok(Handler::new(self.protocols.clone()))
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _address: &Multiaddr,
        _role: Endpoint,
        _port_use: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.connections.insert((peer, connection));
        Ok(Handler::new(self.protocols.clone()))
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        if let FromSwarm::ConnectionClosed(ConnectionClosed { peer_id, connection_id, .. }) = event
        {
            self.connections.remove(&(peer_id, connection_id));
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _peer: PeerId,
        _connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Infallible, THandlerInEvent<Self>>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(event);
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

pub struct Handler {
    protocols: Protocols,
    listened: Vec<StreamProtocol>,
    requests: VecDeque<Request>,
}

impl Handler {
    fn new(protocols: Protocols) -> Self {
        let listened = protocols.ids();
        Handler { protocols, listened, requests: VecDeque::new() }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = ToHandler;
    type ToBehaviour = Infallible;
    type InboundProtocol = Select;
    type OutboundProtocol = Select;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = oneshot::Sender<Result<Stream, String>>;

    fn listen_protocol(&self) -> SubstreamProtocol<Select, ()> {
        SubstreamProtocol::new(Select(self.listened.clone()), ())
    }

    /// Tests close what they open.
    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn poll(
        &mut self,
        _cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Select, Self::OutboundOpenInfo, Infallible>> {
        match self.requests.pop_front() {
            Some(Request { id, reply }) => {
                let protocol = SubstreamProtocol::new(Select(vec![id]), reply);
                Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
            }
            None => Poll::Pending,
        }
    }

    fn on_behaviour_event(&mut self, event: ToHandler) {
        match event {
            ToHandler::Open(request) => self.requests.push_back(request),
            ToHandler::Changed => self.listened = self.protocols.ids(),
        }
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<Select, Select, (), Self::OutboundOpenInfo>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol: (stream, id),
                ..
            }) => {
                if let Some(serve) = self.protocols.find(&id) {
                    serve(stream);
                }
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol: (stream, _),
                info,
            }) => {
                let _ = info.send(Ok(stream));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }) => {
                let _ = info.send(Err(describe(error)));
            }
            _ => {}
        }
    }
}

fn describe(error: StreamUpgradeError<Infallible>) -> String {
    match error {
        StreamUpgradeError::NegotiationFailed => "no protocol could be agreed upon".into(),
        StreamUpgradeError::Timeout => "negotiation timed out".into(),
        StreamUpgradeError::Io(error) => error.to_string(),
        StreamUpgradeError::Apply(never) => match never {},
    }
}

/// Negotiates one of several ids and passes the stream on.
pub struct Select(Vec<StreamProtocol>);

impl UpgradeInfo for Select {
    type Info = StreamProtocol;
    type InfoIter = std::vec::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.clone().into_iter()
    }
}

impl InboundUpgrade<Stream> for Select {
    type Output = (Stream, StreamProtocol);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, id: StreamProtocol) -> Self::Future {
        ready(Ok((stream, id)))
    }
}

impl OutboundUpgrade<Stream> for Select {
    type Output = (Stream, StreamProtocol);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_outbound(self, stream: Stream, id: StreamProtocol) -> Self::Future {
        ready(Ok((stream, id)))
    }
}
