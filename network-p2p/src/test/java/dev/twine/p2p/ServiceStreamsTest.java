package dev.twine.p2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.ServiceRoute;
import dev.twine.http.ImmediateAnswer;
import dev.twine.http.PeerHttpException;
import dev.twine.http.ServiceContext;
import dev.twine.http.ServiceExecutor;
import dev.twine.http.ServiceLimits;
import dev.twine.http.ServiceRouter;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.network.ServiceStream;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams between two hosts, without gossip. */
@Timeout(60)
class ServiceStreamsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final ServiceRouter router = new ServiceRouter();
  private final ServiceExecutor threads = new ServiceExecutor("test-service", 4);
  private final ServiceContext context =
      new ServiceContext(router, threads, ServiceLimits.defaults(), System::nanoTime);
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final ServiceStreams calling = streams(HttpLimits.defaults());

  @AfterEach
  void close() {
    hosts.forEach(Host::close);
    threads.close();
  }

  @Test
  void aRequestAndItsAnswerTravelOnAStreamOfLessWeightAtBothEnds() throws Exception {
    router.serve(
        "/who",
        (request, response) -> response.send(
            request.caller().transport() + " " + request.caller().nodeId().orElseThrow()));
    Host server = serving(HttpLimits.defaults());
    Connection connection = connect(server);

    ServiceStream stream = open(connection);
    get(stream, "/who");
    String answer = readUntil(stream, "P2P " + hosts.get(1).id());

    assertThat(answer).startsWith("HTTP/1.1 200 ");
    assertThat(stream.remote()).endsWith("/p2p/" + server.id());
    assertThat(http(connection)).extracting(StreamChannel::weight).containsExactly(4);
    assertThat(http(server.connections().iterator().next()))
        .extracting(StreamChannel::weight)
        .containsExactly(4);
    stream.close();
    Eventually.until("gone", () -> context.counters().openConnections() == 0);
    assertThat(http(connection)).isEmpty();
  }

  @Test
  void aPeerThatHasToldOfNoServicesIsNotAsked() throws Exception {
    Connection connection =
        connect(start(Host.builder().listen("/ip4/127.0.0.1/tcp/0").start()));
    Host client = hosts.get(1);
    client.identify().identify(connection).get(10, TimeUnit.SECONDS);
    ServiceRoute route = calling.route(connection, () -> client.identify().known(connection));

    assertThatThrownBy(() -> route.open(DEADLINE).get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_HTTP_ROUTE));
  }

  @Test
  void aPeerWithoutServicesThatHasToldNothingShowsAtTheFirstRead() throws Exception {
    Connection connection =
        connect(start(Host.builder().listen("/ip4/127.0.0.1/tcp/0").start()));

    ServiceStream stream = open(connection);
    stream.readTimeout(DEADLINE);

    assertThatThrownBy(() -> stream.input().read())
        .isInstanceOfSatisfying(
            PeerHttpException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_HTTP_ROUTE));
    stream.close();
  }

  @Test
  void anOpeningThatIsCancelledLeavesNoStream() throws Exception {
    Host server = serving(HttpLimits.defaults());
    Connection connection = connect(server);

    for (int i = 0; i < 20; i++) {
      CompletableFuture<ServiceStream> opening = route(connection).open(DEADLINE);
      if (!opening.cancel(false)) {
        opening.get(10, TimeUnit.SECONDS).close();
      }
    }

    Eventually.until("gone", () -> http(connection).isEmpty());
    Eventually.until("gone there", () -> context.counters().openConnections() == 0);
  }

  @Test
  void afterTheConnectionHasEndedThereIsNoWay() throws Exception {
    Connection connection = connect(serving(HttpLimits.defaults()));
    connection.close().get(10, TimeUnit.SECONDS);

    assertThatThrownBy(() -> route(connection).open(DEADLINE).get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class, e -> assertThat(e.code()).isEqualTo(Code.UNREACHABLE));
  }

  @Test
  void atTheLimitOfAllPeersAStreamIsServedAndOneMoreIsReset() throws Exception {
    Host server = serving(new HttpLimits(3, 2));
    Connection one = connect(server);
    Connection other = connect(server);
    List<ServiceStream> open = List.of(answered(one), answered(one), answered(other));

    assertReset(other);
    assertThat(refused).containsExactly("http-streams");

    open.get(0).close();
    Eventually.until("a place", () -> context.counters().openConnections() == 2);
    answered(other).close();
    assertThat(refused).hasSize(1);
  }

  @Test
  void atTheLimitOfAConnectionAStreamIsServedAndOneMoreIsRefused() throws Exception {
    Host server = serving(new HttpLimits(10, 2));
    Connection one = connect(server);
    answered(one);
    answered(one);

    assertReset(one);

    assertThat(server.stats().refusals()).containsEntry("streams.perProtocol", 1L);
    assertThat(refused).isEmpty();
    answered(connect(server)).close();
  }

  private ServiceStreams streams(HttpLimits limits) {
    return new ServiceStreams(context, limits, (address, reason) -> refused.add(reason));
  }

  private Host serving(HttpLimits limits) {
    router.serveImmediate("/health", () -> ImmediateAnswer.text(200, "well"));
    return start(
        Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(streams(limits)).start());
  }

  private Host start(Host host) {
    hosts.add(host);
    return host;
  }

  private Connection connect(Host server) throws Exception {
    return start(Host.builder().start())
        .connect(server.id(), server.addresses())
        .get(10, TimeUnit.SECONDS);
  }

  private ServiceRoute route(Connection connection) {
    return calling.route(connection, Optional::empty);
  }

  private ServiceStream open(Connection connection) throws Exception {
    return route(connection).open(DEADLINE).get(10, TimeUnit.SECONDS);
  }

  /** A stream that has been used once and is kept. */
  private ServiceStream answered(Connection connection) throws Exception {
    ServiceStream stream = open(connection);
    get(stream, "/health");
    assertThat(readUntil(stream, "well")).startsWith("HTTP/1.1 200 ");
    return stream;
  }

  private void assertReset(Connection connection) throws Exception {
    ServiceStream stream = open(connection);
    stream.readTimeout(DEADLINE);
    assertThatThrownBy(() -> stream.input().read()).isInstanceOf(IOException.class);
    stream.close();
  }

  private static void get(ServiceStream stream, String path) throws IOException {
    stream.readTimeout(DEADLINE);
    stream.output().write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(US_ASCII));
  }

  private static String readUntil(ServiceStream stream, String end) throws IOException {
    var all = new StringBuilder();
    while (!all.toString().endsWith(end)) {
      int next = stream.input().read();
      assertThat(next).as("the end came behind %s", all).isNotNegative();
      all.append((char) next);
    }
    return all.toString();
  }

  private static Collection<StreamChannel> http(Connection connection) {
    return connection.streams().stream()
        .filter(stream ->
            ServiceStreams.ID.equals(stream.attr(StreamChannel.PROTOCOL).get()))
        .toList();
  }
}
