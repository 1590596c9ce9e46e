package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes in what peers say unasked, once in five seconds.
 *
 * <p>A push that comes sooner is not read. What it would have said is asked for when the time is
 * over, so an honest peer in a hurry is not left with old news.
 */
final class PushReceiver implements StreamProtocol {
  /** One, and one that comes before the first has ended. */
  static final int MAX_INBOUND = 2;

  private final PeerBook book;
  private final IdentifyEnvironment environment;
  private final Consumer<Connection> ask;

  PushReceiver(PeerBook book, IdentifyEnvironment environment, Consumer<Connection> ask) {
    this.book = book;
    this.environment = environment;
    this.ask = ask;
  }

  @Override
  public List<String> ids() {
    return List.of(Identify.PUSH_ID);
  }

  @Override
  public int maxInboundPerConnection() {
    return MAX_INBOUND;
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    PeerState state = book.of(connection);
    long now = environment.nanoClock().getAsLong();
    PeerState.Push push = state.admitPush(now);
    if (push == PeerState.Push.ADMITTED) {
      read(stream, connection);
      return;
    }
    environment.refusals().count(Identify.PUSHES);
    stream.reset();
    if (push == PeerState.Push.REFUSED_ASK_LATER) {
      stream
          .eventLoop()
          .schedule(
              () -> askAgain(state, connection), state.nanosToNextPush(now), TimeUnit.NANOSECONDS);
    }
  }

  private void read(StreamChannel stream, Connection connection) {
    var reader = new IdentifyReader(
        book.draft(connection),
        Identify.DEADLINE,
        () -> environment.refusals().count(IdentifyReader.DEADLINE));
    stream.pipeline().addLast(reader);
    reader.done().thenCompose(draft -> book.settle(connection, draft, stream.eventLoop()));
  }

  private void askAgain(PeerState state, Connection connection) {
    state.refreshed();
    if (connection.isOpen()) {
      ask.accept(connection);
    }
  }
}
