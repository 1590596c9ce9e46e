package dev.twine.libp2p.core;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.AttributeKey;
import java.time.Duration;

/**
 * A stream of a connection: an ordinary Netty channel on its connection's event loop.
 *
 * <p>Writing: {@code write} takes ownership of the buffer; its future completes when the bytes were
 * handed to the flush of the connection. The stream is writable while the peer's window has room
 * and the connection is writable. {@code shutdownOutput} sends the end after what is queued.
 *
 * <p>Reading: {@code channelRead} passes ownership of a {@link io.netty.buffer.ByteBuf} to the
 * handler. The peer gets new credit only for bytes that a handler was given by a read that it asked
 * for; without {@code autoRead} and without {@code read()} nothing is delivered and the peer has to
 * stop; switching {@code autoRead} off and shutting the input down fire {@link ReadingStopped}. The
 * end of the peer's half arrives as {@link io.netty.channel.socket.ChannelInputShutdownEvent}, and
 * the stream stays writable. A reset by the peer arrives as a {@link Libp2pException} with {@link
 * FailureReason#RESET_BY_PEER} in {@code exceptionCaught}, and the stream becomes inactive; unless
 * the peer had ended its half and not all of it is read: then writes fail for that reason, a {@link
 * io.netty.channel.socket.ChannelOutputShutdownEvent} tells of it, and the stream becomes inactive
 * behind the end. What is not read when the connection ends is lost.
 *
 * <p>{@code close} ends both halves in order: what is queued is sent, what still arrives is
 * dropped.
 */
public interface StreamChannel extends DuplexChannel {
  /**
   * How long the stream may have something to send and get rid of none of it before it is reset with
   * {@link FailureReason#TIMEOUT}; zero for ever. At first what {@link QueueLimits#stall} says.
   */
  ChannelOption<Duration> STALL_LIMIT = ChannelOption.valueOf(StreamChannel.class, "STALL_LIMIT");

  /**
   * Whether what is written is held elsewhere too, such as one message for many streams, and bounded
   * there: then what waits here counts for its peer ({@link MemoryLimits#perPeer}), and not once more for
   * each stream in the memory of all peers. False at first.
   */
  ChannelOption<Boolean> SHARED_WRITES =
      ChannelOption.valueOf(StreamChannel.class, "SHARED_WRITES");

  /** The name of the protocol that both sides agreed on; nothing before that. */
  AttributeKey<String> PROTOCOL = AttributeKey.valueOf(StreamChannel.class, "protocol");

  /** The largest weight. */
  int MAX_WEIGHT = 256;

  /** The number of the stream on its connection. */
  long streamId();

  /** The share of the connection that the stream gets while others want it too; 16 at first. */
  int weight();

  /**
   * Sets the weight; any thread.
   *
   * @throws IllegalArgumentException unless 1 to {@link #MAX_WEIGHT}
   */
  void weight(int weight);

  /** Gives the stream up in both directions: what is queued is dropped and the peer told. */
  ChannelFuture reset();

  /** The connection of the stream. */
  default Connection connection() {
    return Connection.of(this);
  }
}
