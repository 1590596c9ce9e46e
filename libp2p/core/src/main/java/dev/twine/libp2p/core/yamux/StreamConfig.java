package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.StreamChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.Map;

/** The options of a stream. It takes its allocator from its connection. */
final class StreamConfig extends DefaultChannelConfig {
  /** What a peer may commit of this side's memory on one stream: enough for one loop turn. */
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 128 << 10);

  private static final int UNUSED = 1024;

  private final Runnable autoReadCleared;
  private volatile Duration stallLimit;
  private volatile boolean writesShared;

  /**
   * @param session gives the allocator and the limit to begin with
   * @param autoReadCleared what to do when reading is switched off
   */
  StreamConfig(Channel stream, YamuxSession session, Runnable autoReadCleared) {
    super(stream, new FixedRecvByteBufAllocator(UNUSED));
    this.autoReadCleared = autoReadCleared;
    this.stallLimit = session.limits().queues().stall();
    setAllocator(session.ctx().alloc());
    setWriteBufferWaterMark(MARKS);
  }

  /** How long nothing may move; zero is for ever. */
  Duration stallLimit() {
    return stallLimit;
  }

  /** Whether others hold what is written as well. */
  boolean areWritesShared() {
    return writesShared;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(super.getOptions(), StreamChannel.STALL_LIMIT, StreamChannel.SHARED_WRITES);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T getOption(ChannelOption<T> option) {
    if (StreamChannel.STALL_LIMIT.equals(option)) {
      return (T) stallLimit;
    }
    return StreamChannel.SHARED_WRITES.equals(option)
        ? (T) Boolean.valueOf(writesShared)
        : super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (StreamChannel.STALL_LIMIT.equals(option)) {
      stallLimit((Duration) value);
    } else if (StreamChannel.SHARED_WRITES.equals(option)) {
      writesShared = (Boolean) value;
    } else {
      return super.setOption(option, value);
    }
    return true;
  }

  private void stallLimit(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("stall limit out of range: " + limit + ": 0 or more");
    }
    stallLimit = limit;
  }

  @Override
  protected void autoReadCleared() {
    autoReadCleared.run();
  }
}
