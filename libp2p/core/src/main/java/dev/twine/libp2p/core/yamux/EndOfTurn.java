package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.yamux.SendSchedule.Turn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a connection does once per turn of its event loop: tells the streams that were read that this
 * is all for now, sends credit, lets the streams that have something to send take their turns, and
 * flushes. The work is in proportion to the streams that did something, not to those that exist.
 */
final class EndOfTurn implements Runnable {
  /** So that one connection leaves the others of its loop some time: a few milliseconds' worth. */
  private static final int MAX_BYTES = 2 << 20;

  /**
   * With others waiting: small enough for urgent messages to get between, and with its header one
   * whole TLS record.
   */
  private static final int FRAME_BYTES = (16 << 10) - FrameHeader.SIZE;

  /**
   * With nobody waiting: with its header four whole TLS records, because one that goes on from frame
   * to frame has to be put together by a copy. Noise packs its messages whatever the frames are.
   */
  private static final int LONE_FRAME_BYTES = (64 << 10) - FrameHeader.SIZE;

  private final YamuxSession session;
  private final SendSchedule<YamuxStream> schedule = new SendSchedule<>();
  private final ArrayDeque<YamuxStream> owing = new ArrayDeque<>();
  private final ArrayList<YamuxStream> readers = new ArrayList<>();
  private boolean inRead;
  private boolean scheduled;
  private boolean running;

  EndOfTurn(YamuxSession session) {
    this.session = session;
  }

  /** Something is to be sent; at the end of the read that goes on, or of this turn of the loop. */
  void soon() {
    if (!scheduled && !inRead && !session.isClosed()) {
      scheduled = true;
      session.loop().execute(this);
    }
  }

  /** The connection is being read. {@link #readCompleted} will follow. */
  void reading() {
    inRead = true;
  }

  /** A task that waits to go on stays: more of them would take the time of others. */
  void readCompleted() {
    inRead = false;
    turn();
  }

  /** The stream has flags or credit to send. */
  void owes(YamuxStream stream) {
    if (stream.markOwing(true)) {
      owing.add(stream);
      soon();
    }
  }

  /** The stream has data to send, and a window. */
  void wants(Turn<YamuxStream> turn) {
    schedule.add(turn);
    soon();
  }

  /** It has not, any more. */
  void wantsNothing(Turn<YamuxStream> turn) {
    schedule.remove(turn);
  }

  /** The stream was given data, and is to be told when that was all for now. */
  void wasRead(YamuxStream stream) {
    readers.add(stream);
    soon();
  }

  /** The stream has closed. */
  void forget(YamuxStream stream) {
    schedule.remove(stream.output().turn());
  }

  @Override
  public void run() {
    scheduled = false;
    turn();
  }

  private void turn() {
    if (running || session.isClosed()) {
      return;
    }
    try {
      running = true;
      work();
      running = false;
      finish();
    } catch (RuntimeException | OutOfMemoryError broken) {
      session.broken(broken);
    } finally {
      running = false;
    }
  }

  private void work() {
    completeReads();
    for (YamuxStream stream : owing) {
      stream.sendCredit();
    }
    sendData();
    for (YamuxStream stream = owing.poll(); stream != null; stream = owing.poll()) {
      stream.markOwing(false);
      stream.sendOwed();
    }
  }

  private void completeReads() {
    // More may be added meanwhile.
    for (int i = 0; i < readers.size(); i++) {
      readers.get(i).input().completeRead();
    }
    readers.clear();
  }

  private void sendData() {
    long left = MAX_BYTES;
    FrameWriter frames = session.frames();
    while (frames.isWritable()) {
      @Nullable Turn<YamuxStream> turn = schedule.current();
      if (turn == null) {
        return;
      }
      if (left <= 0) {
        continueAfterOthers();
        return;
      }
      int most = schedule.isContended() ? FRAME_BYTES : LONE_FRAME_BYTES;
      int sent = turn.sender().output().send(most);
      schedule.sent(turn, sent + FrameHeader.SIZE);
      left -= sent;
    }
  }

  /** A task of its own would run before the loop looks at its sockets; a timer runs after. */
  private void continueAfterOthers() {
    if (!scheduled) {
      scheduled = true;
      session.loop().schedule(this, 0, TimeUnit.NANOSECONDS);
    }
  }

  private void finish() {
    FrameWriter frames = session.frames();
    if (frames.isControlBacklogged()) {
      session.fail(new YamuxException(
          Offence.CONTROL_BACKLOG, "control frames that the peer does not read"));
    } else {
      frames.flush();
    }
    if (!owing.isEmpty() || !readers.isEmpty()) {
      soon();
    }
  }
}
