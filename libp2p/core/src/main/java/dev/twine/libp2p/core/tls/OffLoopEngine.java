package dev.twine.libp2p.core.tls;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client's engine that answers the server's last message in a task. The JDK answers it at once,
 * with a signature, if it comes in a record of its own when all others were worked off. So from the
 * server's certificate on this one takes each record of the handshake whole, and hands it to the JDK
 * in a task like the JDK's own. Confined to one thread at a time, as any engine.
 */
final class OffLoopEngine extends ForwardingEngine {
  private static final int HEADER = 5;
  private static final int LENGTH_AT = 3;
  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

  private final SSLEngine jdk;
  private final BooleanSupplier certified;

  /** A record is taken and not worked off. */
  private volatile boolean working;

  /** What does that, until somebody has taken it. */
  private volatile @Nullable Runnable task;

  /** Of a task, for whoever unwraps next. */
  private volatile @Nullable Exception failure;

  /** The handshake is, and data needs no second look. */
  private boolean over;

  /**
   * @param certified whether the server's certificate is known
   */
  OffLoopEngine(SSLEngine jdk, BooleanSupplier certified) {
    super(jdk);
    this.jdk = jdk;
    this.certified = certified;
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length)
      throws SSLException {
    if (working) {
      return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_TASK, 0, 0);
    }
    rethrow();
    if (over || !isLate() || !isWholeRecord(from)) {
      return jdk.unwrap(from, to, offset, length);
    }
    ByteBuffer record = take(from);
    working = true;
    task = () -> work(record);
    return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_TASK, record.capacity(), 0);
  }

  @Override
  public @Nullable Runnable getDelegatedTask() {
    Runnable next = task;
    if (next == null) {
      return jdk.getDelegatedTask();
    }
    task = null;
    return next;
  }

  @Override
  public HandshakeStatus getHandshakeStatus() {
    if (working) {
      return HandshakeStatus.NEED_TASK;
    }
    return failure == null ? jdk.getHandshakeStatus() : HandshakeStatus.NEED_UNWRAP;
  }

  private boolean isLate() {
    if (!certified.getAsBoolean()) {
      return false;
    }
    HandshakeStatus status = jdk.getHandshakeStatus();
    over = status == HandshakeStatus.NOT_HANDSHAKING;
    return status == HandshakeStatus.NEED_UNWRAP;
  }

  private static boolean isWholeRecord(ByteBuffer from) {
    return from.remaining() >= HEADER && from.remaining() >= recordLength(from);
  }

  private static int recordLength(ByteBuffer from) {
    return HEADER + Short.toUnsignedInt(from.getShort(from.position() + LENGTH_AT));
  }

  private static ByteBuffer take(ByteBuffer from) {
    byte[] record = new byte[recordLength(from)];
    from.get(record);
    return ByteBuffer.wrap(record);
  }

  /** In a task. */
  private void work(ByteBuffer record) {
    try {
      SSLEngineResult result = jdk.unwrap(record, NOTHING, 0, 1);
      if (record.hasRemaining()) {
        failure = new SSLException("a record of the handshake was not taken: " + result);
      }
    } catch (SSLException | RuntimeException broken) {
      failure = broken;
    } finally {
      working = false;
    }
  }

  private void rethrow() throws SSLException {
    Exception cause = failure;
    failure = null;
    if (cause instanceof SSLException ssl) {
      throw ssl;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
  }
}
