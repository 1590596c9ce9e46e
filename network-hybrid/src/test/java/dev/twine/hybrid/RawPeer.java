package dev.twine.hybrid;

import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.TransportKind;
import dev.twine.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The other end of one session, which speaks the gossip protocol by hand, well or badly. It offers no
 * features, so nodes take it for a foreign one. Messages are text, a tag first, each character a byte.
 */
abstract class RawPeer implements AutoCloseable {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /** What it calls itself, by which it is found among the peers of a node. */
  private final String name = "raw-" + NUMBERS.incrementAndGet();

  private final List<String> received = new ArrayList<>();
  private volatile boolean ended;

  /** Dials a node, greets, and says these things as soon as it may. */
  static RawPeer dial(Way way, GossipNode node, String... early) throws Exception {
    RawPeer peer = way.transport() == TransportKind.WS ? new RawWs() : new RawP2p();
    try {
      peer.dial(node, early);
      Eventually.until("a session", () -> peer.session(node).isPresent());
    } catch (Exception | AssertionError e) {
      peer.close();
      throw e;
    }
    return peer;
  }

  /** Waits for a node to dial {@link #address}, then greets and says these things in one write. */
  static RawPeer listen(Way way, String... early) throws Exception {
    RawPeer peer = way.transport() == TransportKind.WS ? new RawWs() : new RawP2p();
    peer.listen(early);
    return peer;
  }

  abstract void dial(GossipNode node, String... early) throws Exception;

  abstract void listen(String... early) throws Exception;

  abstract Address address();

  /** In one write. */
  abstract void send(String... messages) throws Exception;

  /** Takes nothing more off its socket or stream, until {@link #resume}. */
  abstract void stall();

  abstract void resume();

  /** Answers no ping any more. */
  abstract void fallSilent();

  String name() {
    return name;
  }

  /** What the node knows of it. */
  Optional<PeerInfo> session(GossipNode node) {
    return node.peers().list().stream()
        .filter(info -> info.agent().equals(name))
        .findFirst();
  }

  /** The bodies that came under a tag, in order. */
  List<String> received(String tag) {
    synchronized (received) {
      return received.stream()
          .filter(message -> message.startsWith(tag))
          .map(message -> message.substring(tag.length()))
          .toList();
    }
  }

  void awaitReceived(String tag, String body) {
    Eventually.until(
        () -> tag + body + " among " + received(tag), () -> received(tag).contains(body));
  }

  boolean hasEnded() {
    return ended;
  }

  void awaitEnd() {
    Eventually.until("the node ends it", this::hasEnded);
  }

  /** A message of interest. */
  static String interest(String tags) {
    return "MI\1\4tags" + (char) tags.length() + tags;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  final void took(byte[] message) {
    synchronized (received) {
      received.add(new String(message, StandardCharsets.ISO_8859_1));
    }
  }

  final void ended() {
    ended = true;
  }

  @Override
  public abstract void close();
}
