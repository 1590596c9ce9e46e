package dev.twine.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of work between two networks, right and with one wrong bit on the way. */
@Timeout(60)
class NetworkTest {
  private static final int SECONDS = 20;

  /** The end of a piece of work, by a clock that moves when it is looked at. */
  private static final long END = 20;

  private final AtomicLong clock = new AtomicLong();

  static Stream<String> kinds() {
    return Stream.of("tcp noise", "tcp tls", "ws noise", "tcp none");
  }

  private static Network start(String kind) {
    String[] words = kind.split(" ", -1);
    return words[1].equals("none") ? new TcpNetwork() : new Libp2pNetwork(words[0], words[1]);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theServerHasReadWhatPerfHasSent(String kind) throws Exception {
    try (Network server = start(kind);
        Network client = start(kind)) {
      String peer = get(client.dial(server.address()));

      get(client.perf(peer, 3_000_000, 0));
      get(client.perf(peer, 0, 60_000_000));

      assertThat(server.received()).isEqualTo(3_000_000);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneBufferReachesAllReceiversEquallyOften(String kind) throws Exception {
    try (Network server = start(kind);
        Network client = start(kind)) {
      var peers = new ArrayList<String>();
      for (String address : server.receivers(3)) {
        peers.add(get(client.dial(address)));
      }
      var writes = new Writes(peers.size(), 1_000, clock::incrementAndGet, END);
      for (int i = 0; i < peers.size(); i++) {
        client.call(peers.get(i), Network.Service.SINK, writes.streams().get(i));
      }

      long messages = get(writes.result());

      assertThat(messages).isGreaterThan(Writes.WINDOW);
      assertThat(server.received()).isEqualTo(messages * 1_000 * peers.size());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void requestsAndShortStreamsAreCountedWhenTheirEchoIsBack(String kind) throws Exception {
    try (Network server = start(kind);
        Network client = start(kind)) {
      String peer = get(client.dial(server.address()));
      var requests = new Requests(128, 10, clock::incrementAndGet, END);
      var rounds = new Rounds(clock::incrementAndGet, 2 * END);

      assertThat(get(client.call(peer, Network.Service.ECHO, requests))).isGreaterThan(10);
      assertThat(get(rounds.run(
              4,
              (row, number) ->
                  client.call(peer, Network.Service.ECHO, new OneEcho(number * 32, 32)))))
          .isGreaterThanOrEqualTo(4);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneWrongBitOnTheWayFailsTheMeasurement(String kind) throws Exception {
    for (boolean towardsServer : List.of(true, false)) {
      try (Network server = start(kind);
          Network client = start(kind);
          var relay = new Corrupting(server.address(), 9_000, towardsServer)) {
        String peer = get(client.dial(relay.address(server.address())));
        var requests = new Requests(128, 100, clock::incrementAndGet, clock.get() + 1_000);
        assertThatThrownBy(() -> get(client.call(peer, Network.Service.ECHO, requests)))
            .isInstanceOf(ExecutionException.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aReceiverThatGotAnotherBitGivesNoCount(String kind) throws Exception {
    try (Network server = start(kind);
        Network client = start(kind);
        var relay = new Corrupting(server.address(), 20_000, true)) {
      String peer = get(client.dial(relay.address(server.address())));
      var writes = new Writes(1, 1_000, clock::incrementAndGet, END);
      client.call(peer, Network.Service.SINK, writes.streams().get(0));

      assertThatThrownBy(() -> get(writes.result())).isInstanceOf(ExecutionException.class);
    }
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(SECONDS, TimeUnit.SECONDS);
  }
}
