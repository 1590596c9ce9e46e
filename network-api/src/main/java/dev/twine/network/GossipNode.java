package dev.twine.network;

import dev.twine.identity.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A node of a gossip network: WebSocket, libp2p or both.
 *
 * <h2>Life</h2>
 *
 * New, running, closed, in this order and only once. Handlers, validators and services may be
 * registered when new or running, so that no early message is missed. A closed node refuses.
 *
 * <h2>Threads</h2>
 *
 * Every method may be called from any thread. Only {@link #start}, {@link #close}, {@link #awaitBacklog}
 * and {@link Receipt#awaitQueued} wait; they throw IllegalStateException on an event loop. Handlers,
 * validators, services and observers run on threads of the node's own, never on an event loop.
 *
 * <h2>Order</h2>
 *
 * Messages of one lane that one thread broadcasts leave in that order and reach a neighbour, and its
 * handlers and taps, in that order, with gaps where they were dropped; but one whose validator returns
 * before its verdict is there is overtaken. Between lanes, between nodes and after a relay there is no
 * order.
 *
 * <h2>Back-pressure</h2>
 *
 * Nothing that sends waits and nothing grows without a bound. A full lane refuses at once. A peer
 * that lags has queues of its own and costs the others nothing: its bulk is dropped and counted, and
 * it is disconnected when its priority queue overflows or its socket makes no progress for 30 s. Who
 * would rather wait than lose anything calls {@link #awaitBacklog} before each message.
 *
 * <h2>Delivery</h2>
 *
 * Best effort: at most once per handler within the duplicate filter's time to live, and to every
 * reachable node while nothing is dropped. A {@link Receipt} tells how far a message got on this node.
 */
public interface GossipNode extends AutoCloseable {
  /** This node. */
  NodeId nodeId();

  /** The network it belongs to; nodes of other networks are refused. */
  String networkId();

  /**
   * Binds the listeners and starts to dial. Returns when they are bound.
   *
   * @throws TwineException of code CANNOT_LISTEN naming the address, with nothing left half-started
   * @throws IllegalStateException if it was started before
   */
  void start();

  /** Where peers can reach this node: the bound listen addresses. Empty for a client. */
  List<Address> addresses();

  /**
   * Sends to all neighbours that take the tag; relayed tags reach the whole network.
   *
   * @param payload copied before the call returns
   */
  Receipt broadcast(Tag tag, byte[] payload);

  /** As {@link #broadcast}, on behalf of another: to all neighbours but that one. */
  Receipt relay(Tag tag, byte[] payload, PeerRef except);

  /** Sends to one peer. The message does not travel on, whatever its tag. */
  Receipt send(PeerRef peer, Tag tag, byte[] payload);

  /**
   * Waits until no peer has more than that before it: what waits in the lane for all, and the queue of
   * the peer that is furthest behind. By default that queue holds 1024 messages and 4 MiB; as long as
   * the backlog and what is sent next are together below its limits, that peer loses nothing.
   *
   * <p>Peers that lag are waited for too, unlike in {@link Receipt#awaitQueued}. One that takes nothing
   * holds the caller up until the deadline, or until the node gives that peer up after 30 s. Nothing is
   * reserved: threads that wait for the same may all go on together. Messages to one peer count once
   * they are in its queue.
   *
   * @param deadline zero asks and does not wait
   * @return true if so; false at the deadline, or if the node is not running or closes
   * @throws IllegalStateException on an event loop or handler thread, where waiting would deadlock
   */
  boolean awaitBacklog(Lane lane, Backlog atMost, Duration deadline) throws InterruptedException;

  /**
   * Asks one peer.
   *
   * @param tag a request tag, such as {@code UE} or {@code tq}
   * @return the answer; fails with a {@link TwineException}: NO_SUCH_PEER, TIMEOUT, TOO_LARGE,
   *     REMOTE_ERROR or CLOSED. Cancelling forgets the request.
   */
  CompletableFuture<Topics> request(PeerRef peer, Tag tag, Topics request, Duration deadline);

  /**
   * Registers the one handler of a tag.
   *
   * @throws TwineException of code ALREADY_REGISTERED or BAD_VALUE (unknown tag)
   */
  Registration handle(Tag tag, MessageHandler handler);

  /** Registers the one validator of a tag. Without one, messages are accepted. */
  Registration validate(Tag tag, MessageValidator validator);

  /** Registers the one answerer of a request tag. */
  Registration answer(Tag tag, RequestHandler handler);

  /**
   * Shows every message that this node accepts from a peer, of whatever tag, without affecting its
   * handler. A tap that lags misses messages, which are counted.
   */
  Registration tap(MessageHandler tap);

  /**
   * Registers an HTTP service on every transport.
   *
   * @param path starts with a slash; a segment {@code {name}} stands for any one segment, in which an
   *     encoded slash ({@code %2F}) is no separator; a last segment {@code *} for the rest, without
   *     encoded slashes, since nobody could tell those from separators: such requests are answered 400
   * @throws TwineException of code ALREADY_REGISTERED if an equal path is taken
   */
  Registration serve(String path, HttpService service);

  /**
   * Opens a byte stream to the HTTP services of a peer.
   *
   * @return fails with a {@link TwineException}: NO_SUCH_PEER, NO_HTTP_ROUTE or UNREACHABLE
   */
  CompletableFuture<ServiceStream> openServiceStream(PeerRef peer, Duration deadline);

  /**
   * Tells the node that its application gets on: that votes are counted, or blocks made. Who has told
   * so once and then tells nothing for five minutes may have neighbours that only talk to each other,
   * so the node gives up one of those that it chose for another. Returns at once.
   */
  void progressed();

  /** The sessions of this node, and how to open and close them. */
  Peers peers();

  /** Reports what happens from now on, in order, on one thread. An observer that lags misses events. */
  Registration observe(Consumer<? super NodeEvent> observer);

  /** The counters and gauges of this node. */
  List<Metric> metrics();

  /** Closes every session and listener within 5 s, completes every receipt and fails every request. */
  @Override
  void close();
}
