package dev.twine.broadcaster;

import io.netty.channel.Channel;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/**
 * Sends messages to all attached peers: shared lanes, one worker thread, batches for event loops.
 *
 * <p>Every method may be called by any thread, and none waits.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Broadcaster implements AutoCloseable {
  /**
   * Starts the worker.
   *
   * @param nanoClock {@code System::nanoTime} outside tests; messages are made with the same clock
   * @param threads asked for one thread
   */
  public Broadcaster(BroadcasterConfig config, LongSupplier nanoClock, ThreadFactory threads) {}

  /** Puts a message into its lane, or refuses it. */
  public Ticket offer(OutboundMessage message) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lets a peer take part from the next batch on. Sets the write marks of the channel and adds a
   * handler at the end of its pipeline; frames are written there, so every outbound handler of the
   * pipeline sees them as plain {@code ByteBuf}. A channel that closes is detached by itself.
   *
   * @throws IllegalStateException if the broadcaster is closed
   */
  public PeerWriter attach(
      Channel channel, WireForm form, TagSet interest, PeerWriter.Listener listener) {
    throw new UnsupportedOperationException();
  }

  /** What it has done and what waits. */
  public BroadcasterStats stats() {
    throw new UnsupportedOperationException();
  }

  /**
   * Refuses new messages, drops those that wait and completes every ticket. Channels stay open;
   * their event loops finish the rest, so they are shut down after this.
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
