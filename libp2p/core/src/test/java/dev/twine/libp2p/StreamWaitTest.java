package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamLimits;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection does while its peer takes no stream, or no data. */
class StreamWaitTest {
  private static final int WINDOW = 256 << 10;

  private final List<Host> hosts = new ArrayList<>();

  @AfterEach
  void close() {
    hosts.forEach(Host::close);
  }

  @Test
  void cancellingAnOpenThatWaitsMakesRoomForAnother() throws Exception {
    // The peer acknowledges nothing. Its identify takes one of the three.
    var streams =
        StreamLimits.defaults().withUnacknowledged(3).withWaiting(1, Duration.ofMinutes(1));
    Host server = start(Host.builder().listen("/ip4/127.0.0.1/tcp/0").muxers(new RawMuxer()));
    Host client = start(Host.builder().limits(Limits.defaults().with(streams)));
    Connection connection = client.connect(server.id(), server.addresses()).get(20, SECONDS);
    await().until(() -> connection.streams().size() == 1);
    open(connection).get(10, SECONDS);
    open(connection).get(10, SECONDS);

    CompletableFuture<StreamChannel> waiting = open(connection);
    assertThat(Failure.of(open(connection))).isEqualTo(FailureReason.LIMIT);
    assertThat(waiting.isDone()).isFalse();
    assertThat(waiting.cancel(false)).isTrue();
    CompletableFuture<StreamChannel> next = open(connection);
    CompletableFuture<StreamChannel> refused = open(connection);

    assertThat(Failure.of(refused)).isEqualTo(FailureReason.LIMIT);
    assertThat(next.isDone()).isFalse();
    assertThat(client.stats().refusals()).containsEntry("streams.unacknowledged", 2L);
    connection.close().get(10, SECONDS);
    assertThat(Failure.of(next)).isIn(FailureReason.CLOSED, FailureReason.GO_AWAY);
  }

  @Test
  void anOpenThatIsGivenUpByATimeoutOfTheCallersLeavesNoStream() throws Exception {
    Host server = start(Host.builder().listen("/ip4/127.0.0.1/tcp/0").muxers(new RawMuxer()));
    Host client = start(Host.builder());
    Connection connection = client.connect(server.id(), server.addresses()).get(20, SECONDS);
    await().until(() -> connection.streams().size() == 1);
    var request =
        new StreamRequest(List.of("/one", "/other"), new Collector(), Duration.ofMinutes(1));
    CompletableFuture<StreamChannel> opening = connection.open(request);
    await().until(() -> connection.streams().size() == 2);

    opening.completeExceptionally(new TimeoutException("as orTimeout does"));

    await().until(() -> connection.streams().size() == 1);
  }

  @Test
  void whatBothSidesHoldIsChargedAndGivenBackWithTheConnection() throws Exception {
    Host server = start(Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(new Deaf()));
    Host client = start(Host.builder());
    Connection connection = client.connect(server.id(), server.addresses()).get(20, SECONDS);
    StreamChannel stream =
        connection.open(StreamRequest.of("/deaf", new Collector())).get(10, SECONDS);
    stream.writeAndFlush(Unpooled.buffer(3 * WINDOW).writeZero(3 * WINDOW));

    await().until(() -> server.stats().memoryBytes() >= WINDOW - 1_000);
    assertThat(client.stats().memoryBytes()).isGreaterThanOrEqualTo(2 * WINDOW);
    connection.close().get(10, SECONDS);

    await().until(() -> server.stats().memoryBytes() == 0);
    assertThat(client.stats().memoryBytes()).isZero();
  }

  private static CompletableFuture<StreamChannel> open(Connection connection) {
    return connection.open(StreamRequest.of("/any", new Collector()));
  }

  private Host start(HostBuilder builder) {
    Host host = builder.start();
    hosts.add(host);
    return host;
  }

  /** Reads nothing. */
  private static final class Deaf implements StreamProtocol {
    @Override
    public List<String> ids() {
      return List.of("/deaf");
    }

    @Override
    public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
      stream.config().setAutoRead(false);
    }
  }
}
