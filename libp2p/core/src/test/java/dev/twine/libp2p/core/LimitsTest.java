package dev.twine.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Ranges at both ends and one past them, and what has to fit together. */
class LimitsTest {
  private static final int MIB = 1 << 20;

  @Test
  void aFrameMayFillTheLargestWindow() {
    assertThat(StreamLimits.defaults().frameBytes())
        .isEqualTo(WindowLimits.defaults().streamBytes());
  }

  @Test
  void opensThatWaitFillUpTheTotal() {
    var streams = StreamLimits.defaults();
    assertThat(streams.backlog().unacknowledged() + streams.backlog().waiting())
        .isEqualTo(streams.total());
  }

  @Test
  void withChangesOneThing() {
    changes(
        HandshakeLimits.defaults().withPending(7, 7),
        Limits::with,
        x -> x.host().handshakes());
    changes(
        ConnectionLimits.defaults().withTotals(7, 7),
        Limits::with,
        x -> x.host().connections());
    changes(
        DescriptorLimits.defaults().withReserved(7), Limits::with, x -> x.host().descriptors());
    changes(new MemoryLimits(MIB, MIB), Limits::with, x -> x.host().memory());
    changes(
        DialLimits.defaults().withConcurrency(7, 7),
        Limits::with,
        x -> x.dialling().dials());
    changes(
        NameLimits.defaults().withQueries(7), Limits::with, x -> x.dialling().names());
    changes(
        StreamLimits.defaults().withClosed(7), Limits::with, x -> x.connection().streams());
    changes(
        RateLimits.defaults().withPings(7, 7), Limits::with, x -> x.connection().rates());
    changes(
        WindowLimits.defaults().withStreamBytes(MIB),
        Limits::with,
        x -> x.connection().windows());
    changes(
        QueueLimits.defaults().withBytes(7, 7),
        Limits::with,
        x -> x.connection().queues());
    changes(
        KeepAlive.defaults().withFirstAnswer(Duration.ofSeconds(7)),
        Limits::with,
        x -> x.connection().keepAlive());
  }

  @Test
  void connectionsAreGivenUpBeforeNewcomersAreRefused() {
    ConnectionLimits all = ConnectionLimits.defaults();
    assertThat(all.water().high()).isLessThan(all.totals().inbound());
    for (int inbound : new int[] {2, 3, 10, 100, 5000}) {
      ConnectionLimits some = all.withTotals(inbound, 1);
      assertThat(some.water().high()).isLessThan(inbound);
      assertThat(some.water().low()).isLessThanOrEqualTo(some.water().high());
    }
    assertThat(all.withTotals(0, 5).water().high()).isEqualTo(4);
  }

  @Test
  void marksFollowTheTotalsDown() {
    ConnectionLimits few = ConnectionLimits.defaults().withTotals(3, 2);

    assertThat(few.totals()).isEqualTo(new ConnectionLimits.Totals(3, 2, 5, 5));
    assertThat(few.water()).isEqualTo(new ConnectionLimits.Water(2, 2, Duration.ofSeconds(60)));
    assertThat(few.sources()).isEqualTo(ConnectionLimits.defaults().sources());
  }

  @Test
  void connectionsHaveRanges() {
    ConnectionLimits ok = ConnectionLimits.defaults();
    range(value -> new ConnectionLimits.Totals(0, 0, value, 1), 1, 1_000_000);
    range(value -> new ConnectionLimits.Totals(value, 0, 7, 1), 0, 7);
    range(value -> new ConnectionLimits.Totals(0, value, 7, 1), 0, 7);
    range(value -> ok.withPerPeer(value), 1, 1100);
    range(value -> ok.withPerAddress(1, value), 1, 1_000_000);
    range(value -> ok.withPerAddress(value, 7), 1, 7);
    range(value -> ok.withAcceptRate(value, 1), 1, 1_000_000);
    range(value -> ok.withAcceptRate(1, value), 1, 1_000_000);
    range(value -> ok.withWater(0, value, Duration.ZERO), 1, 1100);
    range(value -> ok.withWater(value, 7, Duration.ZERO), 0, 7);
    range(value -> ok.withWater(1, 2, Duration.ofMillis(value)), 0, 86_400_000);
  }

  @Test
  void dialsHaveRanges() {
    DialLimits ok = DialLimits.defaults();
    range(value -> ok.withDeadline(Duration.ofMillis(value)), 1, 300_000);
    range(value -> ok.withStagger(Duration.ofMillis(value)), 0, 60_000);
    range(value -> ok.withConcurrency(1, value), 1, 100_000);
    range(value -> ok.withConcurrency(value, 7), 1, 7);
    range(value -> new DialLimits.Counts(1, 1, value, 1), 1, 1024);
    range(value -> ok.withPerTarget(value), 1, 10_000);
    range(value -> ok.withBackoff(Duration.ofMillis(value), Duration.ofDays(1)), 0, 86_400_000);
    range(value -> ok.withBackoff(Duration.ofMillis(7), Duration.ofMillis(value)), 7, 86_400_000);
  }

  @Test
  void streamsHaveRanges() {
    StreamLimits ok = StreamLimits.defaults();
    range(value -> ok.withStreams(value, MIB), 0, MIB);
    range(value -> ok.withStreams(10, value), 10, MIB);
    range(value -> ok.withUnacknowledged(value), 1, MIB);
    range(value -> ok.withWaiting(value, Duration.ofSeconds(1)), 0, MIB);
    range(value -> ok.withWaiting(1, Duration.ofMillis(value)), 1, 3_600_000);
    range(value -> ok.withClosed(value), 1, MIB);
    range(value -> ok.withNegotiation(Duration.ofMillis(value)), 1, 300_000);
  }

  @Test
  void ratesHaveRanges() {
    RateLimits ok = RateLimits.defaults();
    range(value -> ok.withOpens(value, 1), 1, 1_000_000);
    range(value -> ok.withOpens(1, value), 1, 1_000_000);
    range(value -> ok.withEndings(value, 1), 1, 10_000_000);
    range(value -> ok.withEndings(1, value), 1, 10_000_000);
    range(value -> ok.withPings(value, 1), 1, 1_000_000);
    range(value -> ok.withPings(1, value), 1, 1_000_000);
  }

  @Test
  void namesHaveRanges() {
    NameLimits ok = NameLimits.defaults();
    range(value -> ok.withAddresses(value), 1, 1024);
    range(value -> ok.withQueries(value), 1, 1024);
    range(value -> ok.withRecords(value, 1, 1), 1, 16);
    range(value -> ok.withRecords(1, value, 1), 1, 10_000);
    range(value -> ok.withRecords(1, 1, value), 1, MIB);
    range(value -> ok.withDeadline(Duration.ofMillis(value)), 1, 300_000);
  }

  @Test
  void queuesHaveRanges() {
    QueueLimits ok = QueueLimits.defaults();
    range(value -> ok.withBytes(value, 1 << 30), 1, 1 << 30);
    range(value -> ok.withBytes(7, value), 7, 1 << 30);
    range(value -> ok.withControlBytes(value), 1 << 10, 1 << 24);
    range(value -> ok.withStalls(Duration.ofMillis(value), ok.closing()), 10, 86_400_000);
    range(value -> ok.withStalls(ok.stall(), Duration.ofMillis(value)), 10, 86_400_000);
  }

  @Test
  void silenceHasRanges() {
    KeepAlive ok = KeepAlive.defaults();
    range(value -> ok.withInterval(Duration.ofMillis(value), Duration.ofHours(4)), 10, 3_600_000);
    range(
        value -> ok.withInterval(Duration.ofSeconds(1), Duration.ofMillis(value)),
        1_000,
        14_400_000);
    range(value -> ok.withFirstAnswer(Duration.ofMillis(value)), 10, 14_400_000);
  }

  @Test
  void handshakesHaveRanges() {
    HandshakeLimits ok = HandshakeLimits.defaults();
    range(value -> ok.withDeadline(Duration.ofMillis(value)), 1, 300_000);
    range(value -> ok.withPending(value, 1), 1, 100_000);
    range(value -> ok.withPending(7, value), 1, 7);
    range(value -> ok.withGrace(Duration.ofMillis(value)), 0, 300_000);
  }

  @Test
  void memoryAndDescriptorsHaveRanges() {
    range(value -> new MemoryLimits(value, 1 << 30), MIB, 1 << 30);
    assertThatThrownBy(() -> new MemoryLimits(2 * MIB, 2 * MIB - 1))
        .isInstanceOf(IllegalArgumentException.class);
    DescriptorLimits ok = DescriptorLimits.defaults();
    range(value -> ok.withReserved(value), 0, MIB);
    range(value -> ok.withPauses(Duration.ofMillis(value), Duration.ofMinutes(1)), 1, 60_000);
    range(value -> ok.withPauses(Duration.ofMillis(9), Duration.ofMillis(value)), 9, 60_000);
  }

  @Test
  void onePeersMemoryLetsOneConnectionGrowItsWindows() {
    assertThat(MemoryLimits.defaults().perPeer() / 2)
        .isGreaterThanOrEqualTo(WindowLimits.defaults().connectionBytes());
    assertThat(MemoryLimits.defaults().total())
        .isGreaterThanOrEqualTo(2 * MemoryLimits.defaults().perPeer());
  }

  private static <T> void changes(
      T value, BiFunction<Limits, T, Limits> with, Function<Limits, T> get) {
    Limits changed = with.apply(Limits.defaults(), value);

    assertThat(get.apply(changed)).isEqualTo(value).isNotEqualTo(get.apply(Limits.defaults()));
    assertThat(with.apply(changed, get.apply(Limits.defaults()))).isEqualTo(Limits.defaults());
  }

  private static void range(IntFunction<Object> make, int least, int most) {
    assertThatCode(() -> make.apply(least)).doesNotThrowAnyException();
    assertThatCode(() -> make.apply(most)).doesNotThrowAnyException();
    assertThatThrownBy(() -> make.apply(least - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of range");
    assertThatThrownBy(() -> make.apply(most + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("choose");
  }
}
