package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamAcceptor;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamLimits;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/** How streams begin, and when none does any more. Confined to the event loop. */
final class StreamOpener {
  private final YamuxSession session;
  private final StreamAcceptor acceptor;
  private final Admission admission;
  private final WaitingOpens waiting;
  private boolean startScheduled;
  private boolean goingAway;

  /** Why no stream of this side begins any more; null while some do. */
  private volatile @Nullable String over;

  /** Made by the session at the end of its own making. */
  StreamOpener(YamuxSession session, StreamAcceptor acceptor) {
    this.session = session;
    this.acceptor = acceptor;
    this.admission = new Admission(session.limits(), session.refusals(), session.nowNanos());
    this.waiting = new WaitingOpens(session);
  }

  /**
   * Completes {@code opened} with a new stream of this side, or fails it; not before the peer has
   * acknowledged enough of those before it.
   */
  void open(ChannelHandler initializer, Promise<StreamChannel> opened) {
    Libp2pException refusal = refusal();
    if (refusal != null) {
      opened.tryFailure(refusal);
      return;
    }
    if (waiting.size() > 0 || isBacklogged()) {
      waiting.add(initializer, opened);
    } else {
      start(initializer, opened);
    }
  }

  /** A stream of this side was acknowledged, or has ended before it was. */
  void acknowledged() {
    session.streams().acknowledged();
    if (waiting.size() > 0 && !startScheduled && !session.isClosed()) {
      startScheduled = true;
      // Later, as the frame of another stream is being handled.
      session.loop().execute(this::startWaiting);
    }
  }

  /** Whether either side goes away, or no number is left. Any thread. */
  boolean isOver() {
    return over != null;
  }

  /** The connection is gone. */
  void ended() {
    waiting.fail(Failures.noConnection());
  }

  /** The peer opens a stream; null if it may not, and then it has been told. */
  @Nullable
  YamuxStream accept(FrameHeader header) {
    int id = header.streamId();
    if (session.streams().isOwn(id) || session.streams().isUsed(id)) {
      throw new YamuxException(
          Offence.BAD_STREAM_ID, "stream " + Integer.toUnsignedString(id) + " opened by the peer");
    }
    if (!mayAccept(header)) {
      session.frames().control(FrameType.WINDOW_UPDATE, FrameHeader.RST, id, 0);
      session.endOfTurn().soon();
      return null;
    }
    var stream = new YamuxStream(session, id, StreamLife.accepted());
    session.counters().accepted();
    register(stream);
    session.endOfTurn().owes(stream);
    acceptor.accepted(stream);
    return stream;
  }

  /** No new streams in either direction; those that are open go on. */
  void goAway() {
    if (!goingAway && !session.isClosed()) {
      goingAway = true;
      end("the local side goes away");
      session.frames().control(FrameType.GO_AWAY, 0, 0, GoAwayCode.NORMAL.wire());
      session.endOfTurn().soon();
    }
  }

  /** The peer accepts no more streams. */
  void peerGoesAway() {
    end("the remote side goes away");
  }

  /** The peer reset a stream that it had opened. */
  void resetByPeer() {
    admission.reset(session.nowNanos());
  }

  private void end(String why) {
    if (over == null) {
      over = why;
    }
    waiting.fail(Failures.noMoreStreams(why));
  }

  private void start(ChannelHandler initializer, Promise<StreamChannel> opened) {
    var stream = new YamuxStream(session, session.streams().nextId(), StreamLife.opened());
    if (!session.streams().hasNextId()) {
      end("all numbers of streams were used");
    }
    stream.pipeline().addLast(initializer);
    session.counters().opened();
    register(stream);
    session.endOfTurn().owes(stream);
    if (!stream.isOpen()) {
      opened.tryFailure(Failures.resetLocally(stream.streamId()));
    } else if (!opened.trySuccess(stream)) {
      stream.reset();
    }
  }

  private void startWaiting() {
    startScheduled = false;
    while (!isBacklogged()) {
      var next = waiting.poll();
      if (next == null) {
        return;
      }
      Libp2pException refusal = refusal();
      if (refusal == null) {
        start(next.initializer(), next.opened());
      } else {
        next.opened().tryFailure(refusal);
      }
    }
  }

  private boolean isBacklogged() {
    return session.streams().unacknowledged()
        >= session.limits().streams().backlog().unacknowledged();
  }

  private void register(YamuxStream stream) {
    session.streams().add(stream);
    stream.unsafe().register(session.loop(), stream.newPromise());
    session.counters().windows(session.windows().granted());
  }

  private boolean mayAccept(FrameHeader header) {
    if (goingAway || header.has(FrameHeader.RST)) {
      admission.refuse(session.nowNanos());
      return false;
    }
    return admission.admits(
        session.streams().inbound(), session.streams().size(), session.nowNanos());
  }

  private @Nullable Libp2pException refusal() {
    StreamLimits limits = session.limits().streams();
    if (session.isClosed() || !session.ctx().channel().isActive()) {
      return Failures.noConnection();
    }
    String ended = over;
    if (ended != null) {
      return Failures.noMoreStreams(ended);
    }
    if (session.streams().size() + waiting.size() >= limits.total()) {
      session.refusals().count("streams.total");
      return Failures.limit("too many streams", limits.total(), "close some or raise the limit");
    }
    return null;
  }
}
