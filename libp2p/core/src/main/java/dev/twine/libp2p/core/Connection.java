package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodePublicKey;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A secured connection to a peer, with its streams. Any thread may call any method. */
public interface Connection {
  /** Set on the connection's channel and on each of its streams. */
  AttributeKey<Connection> ATTRIBUTE = AttributeKey.valueOf(Connection.class, "connection");

  /**
   * The connection that a channel or stream belongs to.
   *
   * @throws IllegalStateException if the channel is not part of a connection
   */
  static Connection of(Channel channel) {
    @Nullable Connection found = channel.attr(ATTRIBUTE).get();
    if (found == null && channel.parent() != null) {
      found = channel.parent().attr(ATTRIBUTE).get();
    }
    if (found == null) {
      throw new IllegalStateException("not a channel of a libp2p connection: " + channel);
    }
    return found;
  }

  /** The proven ID of the peer. */
  NodeId peer();

  NodePublicKey key();

  /** Where the peer is, without its ID; of an inbound connection this cannot be dialled. */
  Multiaddr remoteAddress();

  Multiaddr localAddress();

  Direction direction();

  /** Whether this side dialled. */
  default boolean initiator() {
    return direction() == Direction.OUTBOUND;
  }

  /** The security protocol, such as {@code /noise}. */
  String security();

  /** The multiplexer, such as {@code /yamux/1.0.0}. */
  String muxer();

  /**
   * Bytes that both sides know and that no other connection has, a fresh copy; absent where the
   * security protocol has none, as TLS on a JDK before 25. Who binds something to the connection must
   * refuse to do so without.
   */
  Optional<byte[]> channelBinding();

  /** The round trip time in nanoseconds; 0 if unknown. */
  long rttNanos();

  /**
   * Opens a stream. With one protocol the future completes as soon as the stream can be written to,
   * whatever becomes of it afterwards, and a refusal arrives later as an exception in the stream's pipeline and the stream's close;
   * with several it completes when the peer has agreed to one. Cancelling the future resets the
   * stream.
   *
   * @return fails with a {@link Libp2pException}
   */
  CompletableFuture<StreamChannel> open(StreamRequest request);

  /** The streams that are open now, a snapshot without a fixed order. */
  List<StreamChannel> streams();

  /** Tells the peer that no further stream will be opened or accepted; open ones go on. */
  void goAway();

  /**
   * Whether no further stream can be opened, since either side goes away or no number is left for
   * one. Open streams go on; {@code connect} of the host makes another connection.
   */
  boolean isGoingAway();

  /** Tells the peer, ends the streams and closes; completes when the channel is closed. */
  CompletableFuture<Void> close();

  /** Completes when the connection has ended. */
  CompletableFuture<CloseReason> closed();

  boolean isOpen();
}
