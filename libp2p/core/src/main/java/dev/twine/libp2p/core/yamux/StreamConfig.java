package dev.twine.libp2p.core.yamux;

import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/** The options of a stream. It takes its allocator from its connection. */
final class StreamConfig extends DefaultChannelConfig {
  /** What a peer may commit of this side's memory on one stream: enough for one loop turn. */
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 128 << 10);

  private static final int UNUSED = 1024;

  private final Runnable autoReadCleared;

  /**
   * @param autoReadCleared what to do when reading is switched off
   */
  StreamConfig(Channel stream, Channel connection, Runnable autoReadCleared) {
    super(stream, new FixedRecvByteBufAllocator(UNUSED));
    this.autoReadCleared = autoReadCleared;
    setAllocator(connection.alloc());
    setWriteBufferWaterMark(MARKS);
  }

  @Override
  protected void autoReadCleared() {
    autoReadCleared.run();
  }
}
