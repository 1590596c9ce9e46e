package dev.twine.node;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.Backlog;
import dev.twine.network.GossipNode;
import dev.twine.network.HttpService;
import dev.twine.network.Lane;
import dev.twine.network.Message;
import dev.twine.network.MessageHandler;
import dev.twine.network.MessageValidator;
import dev.twine.network.Metric;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Peers;
import dev.twine.network.Receipt;
import dev.twine.network.Registration;
import dev.twine.network.RequestHandler;
import dev.twine.network.ServiceStream;
import dev.twine.network.Tag;
import dev.twine.network.Topics;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A node without a network: records what it is told and answers what the test says. */
public final class FakeNode implements GossipNode, Peers {
  /** One handed-over message. */
  public record Sent(Tag tag, byte[] payload, Optional<PeerRef> to) {}

  public final NodeKey key = NodeKey.generate(KeyType.ED25519);
  public final NodeId peerId = NodeKey.generate(KeyType.ED25519).nodeId();
  public final List<Sent> sent = new CopyOnWriteArrayList<>();
  public final List<MessageHandler> taps = new CopyOnWriteArrayList<>();
  public volatile List<PeerInfo> peers;
  public volatile Optional<Receipt.Refusal> refusal = Optional.empty();

  public FakeNode() {
    peers = List.of(new PeerInfo(
        new PeerRef.Session(1),
        peerId,
        TransportKind.WS,
        PeerInfo.Direction.OUT,
        "127.0.0.1:4160",
        "agent",
        PeerInfo.State.ACTIVE,
        Double.NaN,
        1,
        2,
        3,
        4,
        5,
        6));
  }

  /** Shows a message to every tap. */
  public void receive(Message message) throws Exception {
    for (MessageHandler tap : taps) {
      tap.handle(message);
    }
  }

  @Override
  public NodeId nodeId() {
    return key.nodeId();
  }

  @Override
  public String networkId() {
    return "test";
  }

  @Override
  public void start() {}

  @Override
  public List<Address> addresses() {
    return List.of(Address.ws("127.0.0.1", 4160));
  }

  @Override
  public Receipt broadcast(Tag tag, byte[] payload) {
    sent.add(new Sent(tag, payload, Optional.empty()));
    return new FakeReceipt(refusal);
  }

  @Override
  public Receipt relay(Tag tag, byte[] payload, PeerRef except) {
    throw new AssertionError("nobody relays here");
  }

  @Override
  public Receipt send(PeerRef peer, Tag tag, byte[] payload) {
    sent.add(new Sent(tag, payload, Optional.of(peer)));
    return new FakeReceipt(refusal);
  }

  @Override
  public boolean awaitBacklog(Lane lane, Backlog atMost, Duration deadline) {
    return true;
  }

  @Override
  public CompletableFuture<Topics> request(
      PeerRef peer, Tag tag, Topics request, Duration deadline) {
    throw new AssertionError("nobody requests here");
  }

  @Override
  public Registration handle(Tag tag, MessageHandler handler) {
    return () -> {};
  }

  @Override
  public Registration validate(Tag tag, MessageValidator validator) {
    return () -> {};
  }

  @Override
  public Registration answer(Tag tag, RequestHandler handler) {
    return () -> {};
  }

  @Override
  public Registration tap(MessageHandler tap) {
    taps.add(tap);
    return () -> taps.remove(tap);
  }

  @Override
  public Registration serve(String path, HttpService service) {
    return () -> {};
  }

  @Override
  public CompletableFuture<ServiceStream> openServiceStream(PeerRef peer, Duration deadline) {
    return CompletableFuture.failedFuture(
        new TwineException(Code.NO_HTTP_ROUTE, "no HTTP route", peer.toString(), "use another"));
  }

  @Override
  public void progressed() {}

  @Override
  public Peers peers() {
    return this;
  }

  @Override
  public Registration observe(Consumer<? super NodeEvent> observer) {
    return () -> {};
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        new Metric("twine_peers", Metric.Kind.GAUGE, Map.of("transport", "w\"s\n"), peers.size()));
  }

  @Override
  public void close() {}

  @Override
  public List<PeerInfo> list() {
    return peers;
  }

  @Override
  public CompletableFuture<PeerInfo> connect(Address address, Duration deadline) {
    return address.port() == 1
        ? CompletableFuture.failedFuture(
            new TwineException(Code.UNREACHABLE, "connect failed", address.toString(), "start it"))
        : CompletableFuture.completedFuture(peers.get(0));
  }

  @Override
  public boolean disconnect(PeerRef peer) {
    return peer.equals(PeerRef.of(peerId)) || peer.equals(new PeerRef.Session(1));
  }

  @Override
  public CompletableFuture<Duration> ping(PeerRef peer, Duration deadline) {
    return disconnect(peer)
        ? CompletableFuture.completedFuture(Duration.ofNanos(1_234_567))
        : CompletableFuture.failedFuture(
            new TwineException(Code.NO_SUCH_PEER, "no session", peer.toString(), "see peers"));
  }

  private record FakeReceipt(Optional<Refusal> refusal) implements Receipt {
    @Override
    public CompletableFuture<Outcome> outcome() {
      return CompletableFuture.completedFuture(new Outcome(1, Map.of()));
    }

    @Override
    public boolean awaitQueued(Duration deadline) {
      return refusal.isEmpty();
    }
  }
}
