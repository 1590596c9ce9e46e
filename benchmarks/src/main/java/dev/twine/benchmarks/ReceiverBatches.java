package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the frames that wait for one event loop, so that a receiver costs one write and one flush
 * per batch instead of per message.
 *
 * <p>All receivers go in step: one that is not writable holds up the rest. That is right for a
 * ceiling and wrong for a node. {@link #awaitRoom} and {@link #add} are for one thread that is not
 * the loop, {@link #receivers} and {@link #close} for any, the others for the loop.
 */
final class ReceiverBatches {
  /** Above it a copy costs more than a write of its own. */
  private static final int LARGEST_COPIED = 8 << 10;

  private final EventLoop loop;
  private final int batchBytes;
  private final List<Recipient> receivers = new ArrayList<>();
  // Never holds more than the window: every frame in it has taken its permits.
  private final Queue<Waiting> frames = new ConcurrentLinkedQueue<>();
  private final Semaphore window = new Semaphore(BroadcastServer.WINDOW);
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile int joined;
  private int written;
  private boolean stalled;
  private boolean closed;

  /**
   * For the receivers of that loop.
   *
   * @param batchBytes most bytes of a batch; a frame that is larger makes one alone
   */
  ReceiverBatches(EventLoop loop, int batchBytes) {
    this.loop = loop;
    this.batchBytes = batchBytes;
  }

  /** A frame, and what it gives back to the window once it is written. */
  private record Waiting(ByteBuf frame, int units) {}

  /** Takes the permits for one {@link #add}. */
  void awaitRoom(int payloadBytes) throws InterruptedException {
    if (!window.tryAcquire(
        BroadcastServer.units(payloadBytes), Patience.SECONDS, TimeUnit.SECONDS)) {
      throw Patience.exhausted();
    }
  }

  /** Takes over the frame, and drops it once the loop has ended. */
  void add(ByteBuf frame, int payloadBytes) {
    frames.add(new Waiting(frame, BroadcastServer.units(payloadBytes)));
    schedule();
  }

  int receivers() {
    return joined;
  }

  void join(Recipient receiver) {
    receivers.add(receiver);
    joined = receivers.size();
  }

  void leave(Recipient receiver) {
    if (receivers.remove(receiver)) {
      joined = receivers.size();
      resume();
    }
  }

  void resume() {
    if (stalled && allWritable()) {
      stalled = false;
      drain();
    }
  }

  /** Drops what waits, so that nothing leaks, and disconnects every receiver. */
  void close() {
    loop.execute(() -> {
      closed = true;
      for (Recipient receiver : List.copyOf(receivers)) {
        receiver.close();
      }
      stalled = false;
      drain();
    });
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        loop.execute(this::drain);
      } catch (RejectedExecutionException ended) {
        scheduled.set(false);
        dropWaiting();
      }
    }
  }

  private void dropWaiting() {
    Waiting waiting;
    while ((waiting = frames.poll()) != null) {
      waiting.frame().release();
    }
  }

  private void drain() {
    while (closed || allWritable()) {
      int taken = writeBatch();
      for (int i = 0; i < receivers.size(); i++) {
        receivers.get(i).flush();
      }
      release(taken);
      if (taken == 0) {
        scheduled.set(false);
        if (!frames.isEmpty()) {
          schedule();
        }
        return;
      }
    }
    stalled = true;
  }

  /** Half a window at a time, so that the sender is not woken for every batch. */
  private void release(int units) {
    written += units;
    if (written >= BroadcastServer.WINDOW / 2 || frames.isEmpty()) {
      window.release(written);
      written = 0;
    }
  }

  private boolean allWritable() {
    for (int i = 0; i < receivers.size(); i++) {
      if (!receivers.get(i).isWritable()) {
        return false;
      }
    }
    return true;
  }

  private int writeBatch() {
    ByteBuf small = null;
    int taken = 0;
    int bytes = 0;
    Waiting waiting;
    while ((waiting = frames.peek()) != null && fits(bytes, waiting.frame())) {
      ByteBuf frame = frames.remove().frame();
      taken += waiting.units();
      bytes += frame.readableBytes();
      if (frame.readableBytes() <= LARGEST_COPIED) {
        small = small == null ? PooledByteBufAllocator.DEFAULT.directBuffer(batchBytes) : small;
        small.writeBytes(frame);
        frame.release();
      } else {
        writeToAll(small);
        small = null;
        writeToAll(frame);
      }
    }
    writeToAll(small);
    return taken;
  }

  private boolean fits(int bytes, ByteBuf frame) {
    return bytes == 0 || bytes + frame.readableBytes() <= batchBytes;
  }

  private void writeToAll(@Nullable ByteBuf frames) {
    if (frames == null) {
      return;
    }
    for (int i = 0; i < receivers.size(); i++) {
      receivers.get(i).write(frames.retainedDuplicate());
    }
    frames.release();
  }
}
