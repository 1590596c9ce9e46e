package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Round trips over a path of 50 ms, counted by the relay on it: what a user of a slow line waits
 * for, whatever the machine does. Twine with itself and with each library at either end; go and rust
 * with themselves are the measure.
 */
@Tag("interop")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LongPathTest {
  private static final Duration ONE_WAY = Duration.ofMillis(25);
  private static final Duration POLL = Duration.ofMillis(2);
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** Sixteen initial windows: as many round trips if the window did not grow. */
  private static final long BULK_BYTES = 4L << 20;

  /** What growth by doubling needs, and some for a machine that is busy elsewhere. */
  private static final int BULK_TRIPS = 10;

  /** A thread that is held up just when a count ends sees one that came later. */
  private static final int TRIES = 3;

  /** Who dials, who listens; nothing stands for Twine. */
  record Ends(Optional<Language> dialler, Optional<Language> listener, String security) {
    boolean hasTwine() {
      return dialler.isEmpty() || listener.isEmpty();
    }

    /** What a dialler waits for, by how it negotiates; bulk transfers are only bounded. */
    Counts expected() {
      if (dialler.isEmpty()) {
        // rust agrees on the multiplexer after the handshake.
        int dial = listener.equals(Optional.of(Language.RUST)) ? 3 : 2;
        return new Counts(dial, 1, 2, BULK_TRIPS, BULK_TRIPS);
      }
      // go waits for an answer before it goes on when it connects, rust and js when they open a
      // stream.
      return switch (dialler.get()) {
        case GO -> new Counts(3, 1, 2, BULK_TRIPS, BULK_TRIPS);
        case RUST -> new Counts(1, 2, 3, BULK_TRIPS, BULK_TRIPS);
        case JS -> new Counts(3, 2, 3, BULK_TRIPS, BULK_TRIPS);
      };
    }

    @Override
    public String toString() {
      return title(dialler) + " -> " + title(listener) + ", " + security;
    }

    private static String title(Optional<Language> language) {
      return language.map(Language::title).orElse("twine");
    }
  }

  /** Round trips of each. */
  record Counts(int dial, int smallPerf, int smallEcho, int upload, int download) {
    boolean isWithin(Counts other) {
      return dial <= other.dial
          && smallPerf <= other.smallPerf
          && smallEcho <= other.smallEcho
          && upload <= other.upload
          && download <= other.download;
    }
  }

  static List<Ends> ends() {
    List<Ends> all = new ArrayList<>();
    for (String security : List.of("noise", "tls")) {
      all.add(new Ends(Optional.empty(), Optional.empty(), security));
      for (Language language : Language.chosen()) {
        Optional<Language> foreign = Optional.of(language);
        all.add(new Ends(Optional.empty(), foreign, security));
        all.add(new Ends(foreign, Optional.empty(), security));
      }
    }
    Language.chosen().stream()
        .filter(language -> language != Language.JS)
        .map(Optional::of)
        .forEach(one -> all.add(new Ends(one, one, "noise")));
    return all;
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("ends")
  void roundTripsAreAsFewAsTheProtocolsNeed(Ends ends) throws IOException {
    Counts counts = count(ends);
    for (int i = 1; i < TRIES && !counts.isWithin(ends.expected()); i++) {
      counts = count(ends);
    }
    System.out.println("round trips: " + ends + ": " + counts);
    assertThat(counts.upload()).isGreaterThan(1);
    if (ends.hasTwine()) {
      assertThat(counts).matches(seen -> seen.isWithin(ends.expected()), "" + ends.expected());
    }
  }

  private static Counts count(Ends ends) throws IOException {
    Setting setting = Setting.of("tcp", ends.security());
    try (Peer dialler = start(ends.dialler(), setting);
        Peer listener = start(ends.listener(), setting)) {
      return count(dialler, listener);
    }
  }

  /** A host of its own, so that nothing else is said meanwhile. */
  private static Peer start(Optional<Language> language, Setting setting) {
    return language
        .<Peer>map(one -> Peers.start(one, setting))
        .orElseGet(() -> TwinePeer.start(setting));
  }

  private static Counts count(Peer dialler, Peer listener) throws IOException {
    String[] address = listener.listen().split("/", -1);
    InetSocketAddress target =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address[4]));
    try (DelayRelay relay = DelayRelay.start(target, ONE_WAY)) {
      address[4] = Integer.toString(relay.port());
      dialler.dial(String.join("/", address));
      int dial = relay.roundTrips();
      String peer = listener.id();
      dialler.identify(peer);
      return new Counts(
          dial,
          trips(relay, () -> dialler.perf(peer, 1, 1)),
          trips(relay, () -> dialler.echo(peer, 1, 1)),
          trips(relay, () -> dialler.perf(peer, BULK_BYTES, 0)),
          trips(relay, () -> dialler.perf(peer, 0, BULK_BYTES)));
    }
  }

  private static int trips(DelayRelay relay, Runnable work) {
    await().pollInterval(POLL).atMost(DEADLINE).until(relay::isQuiet);
    int before = relay.roundTrips();
    work.run();
    return relay.roundTrips() - before;
  }
}
