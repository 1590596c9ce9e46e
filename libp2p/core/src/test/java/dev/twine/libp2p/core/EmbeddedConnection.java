package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A connection in memory, for tests of protocols: streams without negotiation. */
public final class EmbeddedConnection implements Connection {
  private final NodePublicKey key;

  /** Streams that were opened and not taken by a test. */
  public final Queue<EmbeddedStream> opened = new ArrayDeque<>();

  /** What was asked for, in order. */
  public final List<StreamRequest> requests = new ArrayList<>();

  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

  public EmbeddedConnection(NodePublicKey key) {
    this.key = key;
  }

  /** With a peer whose key comes from a seed of that byte. */
  public static EmbeddedConnection toPeer(int seed) {
    return new EmbeddedConnection(keyOf(seed).publicKey());
  }

  public static NodeKey keyOf(int seed) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) seed);
    return NodeKey.ed25519FromSeed(bytes);
  }

  /** An accepted stream of that protocol. */
  public EmbeddedStream accept(StreamProtocol protocol) {
    EmbeddedStream stream = new EmbeddedStream();
    stream.attr(ATTRIBUTE).set(this);
    protocol.accept(stream, protocol.ids().get(0), this);
    return stream;
  }

  @Override
  public CompletableFuture<StreamChannel> open(StreamRequest request) {
    requests.add(request);
    if (closed.isDone()) {
      return CompletableFuture.failedFuture(
          new Libp2pException(FailureReason.CLOSED, "connection closed", "test", "dial again"));
    }
    EmbeddedStream stream = new EmbeddedStream(request.initializer());
    stream.attr(ATTRIBUTE).set(this);
    opened.add(stream);
    return CompletableFuture.completedFuture(stream);
  }

  @Override
  public NodeId peer() {
    return key.nodeId();
  }

  @Override
  public NodePublicKey key() {
    return key;
  }

  @Override
  public Multiaddr remoteAddress() {
    return Multiaddr.parse("/ip4/198.51.100.7/tcp/4001");
  }

  @Override
  public Multiaddr localAddress() {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/4002");
  }

  @Override
  public Direction direction() {
    return Direction.OUTBOUND;
  }

  @Override
  public String security() {
    return "/noise";
  }

  @Override
  public String muxer() {
    return "/yamux/1.0.0";
  }

  @Override
  public Optional<byte[]> channelBinding() {
    return Optional.of(new byte[32]);
  }

  @Override
  public long rttNanos() {
    return 0;
  }

  @Override
  public List<StreamChannel> streams() {
    return List.copyOf(opened);
  }

  @Override
  public CompletableFuture<Void> close() {
    closed.complete(new CloseReason(FailureReason.CLOSED, false, "closed"));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<CloseReason> closed() {
    return closed;
  }

  @Override
  public void goAway() {}

  @Override
  public boolean isGoingAway() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return !closed.isDone();
  }
}
