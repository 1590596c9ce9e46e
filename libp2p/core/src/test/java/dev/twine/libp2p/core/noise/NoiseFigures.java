package dev.twine.libp2p.core.noise;

import dev.twine.libp2p.core.SecurePair;
import dev.twine.libp2p.core.SecureRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Prints what Noise costs: handshakes of one side and bytes of one direction, per second of
 * processor time of one thread. A program, not a test: figures decide nothing here.
 */
final class NoiseFigures {
  private static final int WINDOWS = 7;
  private static final int HANDSHAKES = 400;
  private static final int WRITES = 4_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private NoiseFigures() {}

  public static void main(String[] arguments) {
    System.out.printf(
        "JDK %s, cipher %s%n", Runtime.version().feature(), Ciphers.chosen().name());
    for (boolean initiator : new boolean[] {true, false}) {
      print(
          (initiator ? "initiator" : "responder") + ", handshakes/s", () -> handshakes(initiator));
    }
    for (int length : new int[] {100, 1_024, 16_384, 65_519, 262_144}) {
      print("sealing " + length + " B writes, 32 a flush, MB/s", () -> bulk(length, true));
      print("opening " + length + " B writes, 32 a flush, MB/s", () -> bulk(length, false));
    }
  }

  private interface Window {
    double run();
  }

  private static void print(String what, Window window) {
    window.run();
    window.run();
    double[] figures = new double[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      figures[i] = window.run();
    }
    Arrays.sort(figures);
    System.out.printf(
        "%-45s min %.0f, median %.0f, max %.0f%n",
        what, figures[0], figures[WINDOWS / 2], figures[WINDOWS - 1]);
  }

  /** Handshakes per second of processor time of that side. */
  private static double handshakes(boolean initiator) {
    var random = new SecureRandom();
    NoiseIdentity out = NoiseIdentity.create(SecurePair.INITIATOR, random);
    NoiseIdentity in = NoiseIdentity.create(SecurePair.RESPONDER, random);
    long spent = 0;
    for (int i = 0; i < HANDSHAKES; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      NoiseHandshake dialler = side(true, out, random);
      byte[] first = dialler.start().reply();
      long afterFirst = THREADS.getCurrentThreadCpuTime();
      NoiseHandshake listener = side(false, in, random);
      byte[] second = listener.next(first).reply();
      long afterSecond = THREADS.getCurrentThreadCpuTime();
      byte[] third = dialler.next(second).reply();
      long afterThird = THREADS.getCurrentThreadCpuTime();
      listener.next(third);
      long end = THREADS.getCurrentThreadCpuTime();
      spent += initiator
          ? afterFirst - start + (afterThird - afterSecond)
          : afterSecond - afterFirst + (end - afterThird);
    }
    return HANDSHAKES * 1e9 / spent;
  }

  private static NoiseHandshake side(
      boolean initiator, NoiseIdentity identity, SecureRandom random) {
    var request =
        new SecureRequest(initiator, SecurePair.INITIATOR, null, List.of(), Runnable::run, null);
    return new NoiseHandshake(request, identity, X25519Key.generate(random), new byte[0]);
  }

  /** Plaintext megabytes per second of processor time, sealed or opened. */
  private static double bulk(int length, boolean sealing) {
    Transports transports = Transports.fresh();
    var near = new EmbeddedChannel(new NoiseCodec(transports.initiator()));
    var far = new EmbeddedChannel(new NoiseCodec(transports.responder()));
    near.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    far.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    ByteBuf text = PooledByteBufAllocator.DEFAULT.directBuffer(length).writeZero(length);
    int writes = Math.max(64, Math.min(WRITES, 64_000_000 / length));
    long spent = 0;
    for (int i = 0; i < writes; i += 32) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int j = 0; j < 32; j++) {
        near.write(text.retainedDuplicate(), near.voidPromise());
      }
      near.flush();
      long sealed = THREADS.getCurrentThreadCpuTime();
      for (ByteBuf one = near.readOutbound(); one != null; one = near.readOutbound()) {
        far.writeInbound(one);
        for (ByteBuf got = far.readInbound(); got != null; got = far.readInbound()) {
          got.release();
        }
      }
      spent += sealing ? sealed - start : THREADS.getCurrentThreadCpuTime() - sealed;
    }
    text.release();
    near.finishAndReleaseAll();
    far.finishAndReleaseAll();
    return (double) writes * length * 1e3 / spent;
  }
}
