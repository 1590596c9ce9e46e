package dev.twine.broadcaster;

import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broadcaster whose worker, event loops and clock move only when the test says so. */
final class Rig implements AutoCloseable {
  static final int TAG = 0x5458;
  static final int OTHER_TAG = 0x4156;

  final MockTicker ticker = Ticker.newMockTicker();
  final LengthForm form = new LengthForm();
  final List<String> cuts = new ArrayList<>();
  final Broadcaster broadcaster;
  final ManualIoEventLoop loop = newLoop();

  private final List<ManualIoEventLoop> loops = new ArrayList<>(List.of(loop));
  private final List<Channel> channels = new ArrayList<>();

  Rig() {
    this(BroadcasterConfig.defaults());
  }

  Rig(BroadcasterConfig config) {
    broadcaster = new Broadcaster(config, ticker::nanoTime, ignored -> new Thread(() -> {}));
  }

  ManualIoEventLoop anotherLoop() {
    ManualIoEventLoop another = newLoop();
    loops.add(another);
    return another;
  }

  SocketDouble socket() {
    return socket(loop);
  }

  SocketDouble socket(ManualIoEventLoop on) {
    var socket = new SocketDouble();
    socket.unsafe().register(on, new DefaultChannelPromise(socket, on));
    on.runNow();
    channels.add(socket);
    return socket;
  }

  PeerWriter attach(Channel channel) {
    return attach(channel, TagSet.all());
  }

  PeerWriter attach(Channel channel, TagSet interest) {
    return broadcaster.attach(
        channel, form, interest, (peer, reason) -> cuts.add(reason.toString()));
  }

  OutboundMessage bulk(String text) {
    return message(Lane.BULK, text, text.length());
  }

  OutboundMessage bulk(String text, int size) {
    return message(Lane.BULK, text, size);
  }

  /** Bulk with the other tag. */
  OutboundMessage other(String text) {
    OutboundMessage message = bulk(text);
    return OutboundMessage.of(OTHER_TAG, message.body(), Lane.BULK, message.createdNanos());
  }

  OutboundMessage priority(String text) {
    return message(Lane.PRIORITY, text, text.length());
  }

  OutboundMessage message(Lane lane, String text, int size) {
    byte[] body = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), size);
    return OutboundMessage.of(TAG, body, lane, ticker.nanoTime());
  }

  Ticket offer(OutboundMessage message) {
    return broadcaster.offer(message);
  }

  /** It takes nothing more, and its channel is above a high mark of 100. */
  void stick(SocketDouble socket) {
    socket.take(0);
    offer(bulk("full", 200));
    run();
  }

  /** One look of the worker at the lanes. */
  Worker.Turn work() {
    return broadcaster.worker().turn();
  }

  /** Lets the loops do all they have to. */
  void runLoops() {
    loops.forEach(ManualIoEventLoop::runNow);
  }

  /** Until nothing moves any more. */
  void run() {
    do {
      runLoops();
    } while (work() == Worker.Turn.HANDED);
    runLoops();
  }

  void advance(Duration time) {
    ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Closes everything, so that only a leak leaves a buffer behind. */
  @Override
  public void close() {
    broadcaster.close();
    runLoops();
    channels.forEach(Channel::close);
    runLoops();
  }

  private ManualIoEventLoop newLoop() {
    return new ManualIoEventLoop(null, Thread.currentThread(), executor -> new NoIo(), ticker);
  }

  /** Sockets are doubles, so there is nothing to select. */
  private static final class NoIo implements IoHandler {
    @Override
    public int run(IoHandlerContext context) {
      return 0;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return true;
    }
  }
}
