package dev.twine.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * A TCP relay on loopback that holds every byte back for a while, as a long path does, and counts
 * round trips. It does not limit the rate. Any thread.
 *
 * <p>What is counted is chains, not time: bytes that an end sends come one step after the deepest
 * ones that had reached it, so how long the ends take to answer does not matter. TCP's own handshake
 * is not held back and not counted.
 */
public final class DelayRelay implements AutoCloseable {
  /** At a time: enough for tests and benchmarks; whoever comes then is closed at once. */
  static final int MAX_CONNECTIONS = 32;

  private static final int CHUNK_BYTES = 64 * 1024;

  /** Held back in one direction of a connection: a gigabyte a second for 64 ms. */
  private static final int MAX_HELD_BYTES = 64 * 1024 * 1024;

  private final InetSocketAddress target;
  private final Duration oneWay;
  private final ServerSocket server;
  private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger deepest = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

  private DelayRelay(InetSocketAddress target, Duration oneWay) throws IOException {
    this.target = target;
    this.oneWay = oneWay;
    this.server = new ServerSocket(0, MAX_CONNECTIONS, InetAddress.getLoopbackAddress());
  }

  /** Relays to the target, each byte that long after it came: half the round trip. */
  public static DelayRelay start(InetSocketAddress target, Duration oneWay) throws IOException {
    DelayRelay relay = new DelayRelay(target, oneWay);
    relay.run("accept", relay::accept);
    return relay;
  }

  /** The port on loopback that takes the place of the target's. */
  public int port() {
    return server.getLocalPort();
  }

  /**
   * The longest chain of steps that has reached a dialler, two steps a round trip. For counts of one
   * connection use one relay.
   */
  public int roundTrips() {
    return (deepest.get() + 1) / 2;
  }

  /** Whether nothing is on the way, and nothing has come for a round trip. */
  public boolean isQuiet() {
    return held.get() == 0 && System.nanoTime() - lastNanos.get() > 2 * oneWay.toNanos();
  }

  private void run(String name, Runnable work) {
    Thread thread = new Thread(work, "relay " + port() + " " + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket dialler = server.accept();
        if (open.get() >= MAX_CONNECTIONS) {
          dialler.close();
        } else {
          open.incrementAndGet();
          connect(dialler);
        }
      }
    } catch (IOException closed) {
      // The relay has ended.
    }
  }

  private void connect(Socket dialler) throws IOException {
    Socket listener = new Socket();
    sockets.add(dialler);
    sockets.add(listener);
    try {
      listener.connect(target);
    } catch (IOException refused) {
      forget(dialler, listener);
      return;
    }
    dialler.setTcpNoDelay(true);
    listener.setTcpNoDelay(true);
    AtomicInteger reachedListener = new AtomicInteger();
    AtomicInteger reachedDialler = new AtomicInteger();
    AtomicInteger paths = new AtomicInteger(2);
    Runnable ended = () -> {
      if (paths.decrementAndGet() == 0) {
        forget(dialler, listener);
      }
    };
    new Path(dialler, listener, reachedDialler, depth -> raise(reachedListener, depth))
        .start("to the listener", ended);
    new Path(listener, dialler, reachedListener, depth -> {
          raise(reachedDialler, depth);
          raise(deepest, depth);
        })
        .start("to the dialler", ended);
  }

  /** Makes room for another connection. */
  private void forget(Socket dialler, Socket listener) {
    closeQuietly(dialler);
    closeQuietly(listener);
    sockets.remove(dialler);
    sockets.remove(listener);
    open.decrementAndGet();
  }

  private static void raise(AtomicInteger depth, int to) {
    depth.accumulateAndGet(to, Math::max);
  }

  /** Ends all connections and listens no more. */
  @Override
  public void close() {
    closeQuietly(server);
    sockets.forEach(DelayRelay::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception ignored) {
      // It is of no use any more.
    }
  }

  /** Bytes on the way; none at the end of the stream. */
  private record Chunk(byte[] bytes, int depth, long dueNanos) {}

  /** One direction of a connection, with a thread at each end. */
  private final class Path {
    private final Socket from;
    private final Socket to;
    private final AtomicInteger reachedSender;
    private final IntConsumer arrived;
    private final BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();

    /** Bounds the queue. */
    private final Semaphore room = new Semaphore(MAX_HELD_BYTES);

    Path(Socket from, Socket to, AtomicInteger reachedSender, IntConsumer arrived) {
      this.from = from;
      this.to = to;
      this.reachedSender = reachedSender;
      this.arrived = arrived;
    }

    /** The path has ended when nothing is written any more: the reader's last chunk says so. */
    void start(String name, Runnable ended) {
      run("reads, " + name, this::read);
      run("writes, " + name, () -> {
        write();
        ended.run();
      });
    }

    private void read() {
      byte[] buffer = new byte[CHUNK_BYTES];
      try {
        InputStream in = from.getInputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
          while (!room.tryAcquire(length, 1, TimeUnit.SECONDS)) {
            if (to.isClosed()) {
              return;
            }
          }
          hold(Arrays.copyOf(buffer, length));
        }
      } catch (IOException reset) {
        // The other end is told of an end.
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      hold(new byte[0]);
    }

    private void hold(byte[] bytes) {
      long now = System.nanoTime();
      held.incrementAndGet();
      lastNanos.set(now);
      chunks.add(new Chunk(bytes, reachedSender.get() + 1, now + oneWay.toNanos()));
    }

    private void write() {
      try {
        OutputStream out = to.getOutputStream();
        Chunk chunk = take();
        while (chunk.bytes().length > 0) {
          // Before the bytes: the answer may be read before this thread runs again.
          arrived.accept(chunk.depth());
          out.write(chunk.bytes());
          room.release(chunk.bytes().length);
          chunk = take();
        }
        to.shutdownOutput();
      } catch (IOException reset) {
        closeQuietly(from);
        closeQuietly(to);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private Chunk take() throws InterruptedException {
      Chunk chunk = chunks.take();
      TimeUnit.NANOSECONDS.sleep(chunk.dueNanos() - System.nanoTime());
      held.decrementAndGet();
      return chunk;
    }
  }
}
