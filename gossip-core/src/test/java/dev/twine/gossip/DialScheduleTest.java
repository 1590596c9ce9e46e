package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.Contact.State;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DialScheduleTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Duration MIN = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofSeconds(60);
  private static final Address STATIC = address(1);
  private static final List<TransportKind> BOTH = List.of(TransportKind.WS, TransportKind.P2P);
  private static final List<TransportKind> P2P_FIRST = List.of(TransportKind.P2P, TransportKind.WS);

  private final Peerstore peers = new Peerstore(PeerstoreTest.limits(100));
  private final DialSchedule schedule = schedule(4, 1);
  private long now = Long.MAX_VALUE - SECOND;

  @Test
  void dialsStaticAddressesWhateverTheFanoutAndEachOnlyOnce() {
    for (int i = 0; i < 6; i++) {
      peers.addStatic(address(i), at(now));
    }
    var decision = schedule.next(now);
    assertThat(decision.dial()).hasSize(6).doesNotHaveDuplicates();
    assertThat(schedule.next(now).dial()).isEmpty();
    assertThat(schedule.next(now).waitNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void dialsLearnedAddressesUpToTheFanoutStaticOnesIncluded() {
    peers.addStatic(STATIC, at(now));
    for (int i = 10; i < 20; i++) {
      learn(peers, address(i));
    }
    List<Address> dial = schedule.next(now).dial();
    assertThat(dial).hasSize(4).contains(STATIC);

    dial.forEach(address -> schedule.connected(address, true, at(now)));
    assertThat(schedule.next(now + SECOND).dial()).isEmpty();

    now += 60 * SECOND;
    schedule.disconnected(dial.get(1), false, now);
    assertThat(schedule.next(now).dial()).hasSize(1).doesNotContainAnyElementsOf(dial);
  }

  @Test
  void neverGivesUpAStaticAddressAndKeepsItsBackOffBetweenOneAndSixtySeconds() {
    peers.addStatic(STATIC, at(now));
    long previous = 0;
    for (int failure = 1; failure <= 500; failure++) {
      assertThat(schedule.next(now).dial()).as("failure %d", failure).containsExactly(STATIC);
      long wait = schedule.failed(STATIC, now);
      assertThat(wait).isBetween(SECOND, 60 * SECOND);
      assertThat(schedule.next(now + wait - 1).dial()).isEmpty();
      assertThat(schedule.next(now + wait - 1).waitNanos()).isEqualTo(1);
      assertThat(wait).isGreaterThanOrEqualTo((long) (0.8 * Math.min(previous, 60 * SECOND)));
      previous = wait;
      now += wait;
    }
    assertThat(previous).isGreaterThan(47 * SECOND);
  }

  @Test
  void findsANodeAgainSoonerThanItWasAway() {
    for (int seed = 0; seed < 1_000; seed++) {
      for (int away : new int[] {2, 5, 10, 20}) {
        var backoff = backoff(seed);
        double time = 0;
        for (int failure = 1; time < away; failure++) {
          time += backoff.nanosAfter(failure) / (double) SECOND;
        }
        assertThat(time - away).as("seed %d, away %d s", seed, away).isLessThan(0.9 * away + 1.2);
      }
    }
  }

  @Test
  void nodesThatFailTogetherComeBackApart() {
    var waits = new HashSet<Long>();
    for (int seed = 0; seed < 100; seed++) {
      waits.add(backoff(seed).nanosAfter(5) / (SECOND / 100));
    }
    assertThat(waits.size()).isGreaterThan(50);
  }

  @Test
  void forgetsALearnedAddressThatNeverLedAnywhereAndKeepsFailing() {
    Address learned = address(5);
    peers.add(learned, Source.bootstrap("names.example"), at(now));
    fail(learned, DialSchedule.MAX_UNREACHED_FAILURES - 1);
    assertThat(peers.find(learned)).isNotNull();

    fail(learned, 1);

    assertThat(peers.find(learned)).isNull();
    assertThat(schedule.next(now + 100 * SECOND).dial()).isEmpty();
    assertThat(schedule.failed(learned, now)).isZero();
  }

  @Test
  void findsItsPeersAgainAfterHoursInWhichItReachedNobody() {
    Address reached = address(5);
    peers.add(reached, Source.bootstrap("names.example"), at(now));
    schedule.next(now);
    schedule.connected(reached, true, at(now));
    schedule.disconnected(reached, false, now);
    fail(reached, DialSchedule.MAX_FAILURES - 2); // The short session counts as one.
    assertThat(schedule.next(now + 61 * SECOND).dial()).containsExactly(reached);

    schedule.failed(reached, now);

    assertThat(peers.find(reached)).isNull();
  }

  @Test
  void findsAPhonebookAgainThatNeverLedAnywhere() {
    learn(peers, STATIC);

    fail(STATIC, DialSchedule.MAX_FAILURES - 1);

    assertThat(schedule.next(now + 61 * SECOND).dial()).containsExactly(STATIC);
  }

  @Test
  void leavesAloneWhatNoTransportDialsUnlessTheOperatorNamedIt() {
    Address told = Address.parse("/ip4/127.0.0.1/tcp/1");
    Address named = Address.parse("/ip4/127.0.0.1/tcp/2");
    peers.add(told, Source.bootstrap("names.example"), at(now));
    var wsOnly = new DialSchedule(peers, 4, List.of(TransportKind.WS), backoff(1), new Random(1));
    assertThat(wsOnly.hasSpare(now)).isFalse();
    assertThat(wsOnly.next(now)).isEqualTo(new DialSchedule.Decision(List.of(), Long.MAX_VALUE));

    learn(peers, named);

    assertThat(wsOnly.next(now).dial()).containsExactly(named);
  }

  private void fail(Address only, int times) {
    for (int i = 0; i < times; i++) {
      now += 61 * SECOND;
      assertThat(schedule.next(now).dial()).containsExactly(only);
      schedule.failed(only, now);
    }
  }

  @Test
  void onlyWhoWasReachedOrNamedAndThenFailedIsLost() {
    peers.add(address(1), source("a"), at(now));
    learn(peers, address(2));
    peers.addStatic(address(3), at(now));
    schedule.next(now).dial().forEach(address -> schedule.failed(address, now));
    assertThat(schedule.lost()).isOne();

    schedule.connected(address(1), true, at(now));
    schedule.disconnected(address(1), false, now + 60 * SECOND);
    assertThat(schedule.lost()).isOne();
    schedule.connected(address(1), true, at(now));
    schedule.disconnected(address(1), true, now + 60 * SECOND);
    assertThat(schedule.lost()).isEqualTo(2);

    schedule.connected(address(1), true, at(now));
    schedule.connected(address(2), false, at(now));
    assertThat(schedule.lost()).isZero();
  }

  @Test
  void whoIsLostByManyAddressesDoesNotCrowdOutOthers() {
    for (int i = 0; i < 90; i++) {
      lose(Address.ws("7.7.0." + i, 1));
    }
    lose(Address.ws("8.8.0.1", 1));
    lose(Address.ws("9.9.0.1", 1));
    var tried = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      now += 61 * SECOND;
      Address next = schedule.nextLost(new Random(i), now).orElseThrow();
      schedule.failed(next, now);
      tried.add(next.host().substring(0, 3));
    }
    assertThat(tried.subList(0, 3)).containsExactlyInAnyOrder("7.7", "8.8", "9.9");
    assertThat(tried.subList(3, 6)).isEqualTo(tried.subList(0, 3));
  }

  @Test
  void everyLostNodeHasItsTurnBeforeAnotherHasTwoAndNoneBeforeItsBackOffIsOver() {
    for (int i = 0; i < 5; i++) {
      lose(address(i));
    }
    assertThat(schedule.nextLost(new Random(1), now)).isEmpty();
    var tried = new ArrayList<Address>();
    for (int i = 0; i < 10; i++) {
      now += 61 * SECOND;
      Address next = schedule.nextLost(new Random(i), now).orElseThrow();
      schedule.failed(next, now);
      tried.add(next);
    }
    assertThat(tried.subList(0, 5)).doesNotHaveDuplicates();
    assertThat(tried.subList(5, 10)).isEqualTo(tried.subList(0, 5));
  }

  private void lose(Address address) {
    learn(peers, address);
    schedule.connected(address, true, at(now - 60 * SECOND));
    schedule.disconnected(address, true, now);
  }

  @Test
  void waitsAsLongAsThePeerAsksButNotForEver() {
    peers.addStatic(STATIC, at(now));
    schedule.next(now);
    assertThat(schedule.failed(STATIC, Duration.ofSeconds(90), now)).isEqualTo(90 * SECOND);
    assertThat(schedule.failed(STATIC, Duration.ofSeconds(Long.MAX_VALUE), now))
        .isEqualTo(DialSchedule.MAX_RETRY_AFTER.toNanos());
    assertThat(schedule.failed(STATIC, Duration.ofSeconds(-5), now)).isBetween(SECOND, 60 * SECOND);
  }

  @Test
  void aShortSessionCountsAsAFailureAndALongOneClearsThemAll() {
    peers.addStatic(STATIC, at(now));
    for (int i = 0; i < 20; i++) {
      assertThat(schedule.next(now).dial()).containsExactly(STATIC);
      schedule.connected(STATIC, true, at(now));
      now += SECOND;
      now += schedule.disconnected(STATIC, false, now);
    }
    var contact = peers.find(STATIC);
    assertThat(contact).isNotNull();
    assertThat(contact.failures()).isEqualTo(20);

    schedule.next(now);
    schedule.connected(STATIC, true, at(now));
    now += DialSchedule.STABLE.toNanos();
    assertThat(schedule.disconnected(STATIC, false, now)).isLessThan(2 * SECOND);
    assertThat(contact.failures()).isZero();
  }

  @Test
  void doesNotDialAnAddressThatIsConnectedFromTheOtherSide() {
    peers.addStatic(STATIC, at(now));
    schedule.connected(STATIC, true, at(now));
    assertThat(schedule.next(now).dial()).isEmpty();
    assertThat(schedule.disconnected(address(9), false, now)).isZero();
  }

  @Test
  void prefersAddressesThatFailedLeast() {
    for (int i = 0; i < 10; i++) {
      learn(peers, address(i));
    }
    List<Address> first = schedule.next(now).dial();
    first.forEach(address -> schedule.failed(address, now));
    now += 61 * SECOND;
    assertThat(schedule.next(now).dial()).hasSize(4).doesNotContainAnyElementsOf(first);
  }

  @Test
  void choosesAmongEqualAddressesAtRandom() {
    var firsts = new HashSet<Address>();
    for (int seed = 0; seed < 50; seed++) {
      var book = new Peerstore(PeerstoreTest.limits(10));
      for (int i = 0; i < 5; i++) {
        learn(book, address(i));
      }
      firsts.addAll(new DialSchedule(book, 1, BOTH, backoff(seed), new Random(seed))
          .next(now)
          .dial());
    }
    assertThat(firsts).hasSize(5);
  }

  @Test
  void opensAtMostSixteenDialsAtOnce() {
    for (int i = 0; i < 40; i++) {
      peers.addStatic(address(i), at(now));
    }
    var open = new ArrayList<>(schedule.next(now).dial());
    assertThat(open).hasSize(DialSchedule.MAX_PENDING);
    schedule.connected(open.get(0), true, at(now));
    assertThat(schedule.next(now).dial()).hasSize(1);
  }

  @Test
  void sessionsThatOthersOpenTakeNoPlaceOfTheFanout() {
    for (int i = 0; i < 4; i++) {
      learn(peers, address(i));
      schedule.connected(address(i), false, at(now));
    }
    learn(peers, address(10));

    assertThat(schedule.isLacking()).isTrue();
    assertThat(schedule.next(now).dial()).containsExactly(address(10));
  }

  @Test
  void dialsOneAddressOfANodeAtATime() {
    NodeId node = NodeKey.ed25519FromSeed(new byte[32]).nodeId();
    for (int i = 0; i < 3; i++) {
      learn(peers, Address.parse("ws://" + node + "@10.0.0." + i + ":1"));
    }
    Address first = schedule.next(now).dial().get(0);
    assertThat(schedule.next(now).dial()).isEmpty();

    schedule.failed(first, now);
    List<Address> second = schedule.next(now).dial();
    assertThat(second).hasSize(1).doesNotContain(first);

    schedule.connected(second.get(0), true, at(now));
    now += 61 * SECOND;
    assertThat(schedule.next(now).dial()).isEmpty();
    assertThat(schedule.isLacking()).isTrue();
  }

  @Test
  void anAddressThatProvesToBeOfAConnectedNodeIsLeftAlone() {
    NodeId node = NodeKey.ed25519FromSeed(new byte[32]).nodeId();
    peers.addStatic(STATIC, at(now));
    learn(peers, Address.parse("ws://" + node + "@10.0.0.1:1"));
    schedule.connected(STATIC, true, at(now));
    peers.identified(STATIC, node);

    assertThat(schedule.next(now).dial()).isEmpty();
  }

  @Test
  void aSourceOfManyAddressesGetsNoMoreTurnsThanOneOfFew() {
    for (int i = 0; i < 90; i++) {
      peers.add(Address.ws("9." + i + ".0.1", 1), source("many"), at(now));
      peers.add(Address.ws("7.7.0." + i, 1), source("many"), at(now));
    }
    Address alone = Address.ws("8.8.0.1", 1);
    Address beside = Address.ws("7.7.0.100", 1);
    peers.add(alone, source("one"), at(now));
    peers.add(beside, source("another"), at(now));

    assertThat(schedule.next(now).dial()).hasSize(4).contains(alone, beside);
  }

  @Test
  void spreadsItsSessionsOverNetworks() {
    for (int i = 0; i < 60; i++) {
      peers.add(Address.ws("9.9.0." + i, 1), source("one"), at(now));
    }
    Address other = Address.ws("8.8.0.1", 1);
    peers.add(other, source("one"), at(now));

    List<Address> dial = schedule.next(now).dial();
    assertThat(dial).hasSize(4).contains(other);

    dial.forEach(address -> schedule.connected(address, true, at(now)));
    schedule.disconnected(dial.get(3), false, now);
    peers.add(Address.ws("7.7.0.1", 1), source("one"), at(now));
    assertThat(schedule.next(now).dial()).containsExactly(Address.ws("7.7.0.1", 1));
  }

  @Test
  void aHostThatOthersTellManyAddressesOfIsDialledEightTimesAMinute() {
    for (int i = 0; i < 90; i++) {
      peers.add(Address.ws("192.0.2.1", 1 + i), source("liar"), at(now));
    }
    int dials = 0;
    for (int second = 0; second < 60; second++) {
      for (Address address : schedule.next(now).dial()) {
        dials++;
        schedule.failed(address, now);
      }
      now += SECOND;
    }
    assertThat(dials).isEqualTo(DialPace.BURST + 7);
    assertThat(schedule.next(now).waitNanos()).isLessThanOrEqualTo(DialPace.STEP_NANOS);
  }

  @Test
  void fillsWithThePreferredTransportAndThenWithTheOther() {
    Address p2p = Address.parse("/ip4/10.0.0.9/tcp/1");
    learn(peers, p2p);
    for (int i = 0; i < 3; i++) {
      learn(peers, address(i));
    }
    assertThat(new DialSchedule(peers, 1, P2P_FIRST, backoff(1), new Random(1))
            .next(now)
            .dial())
        .containsExactly(p2p);
    schedule.failed(p2p, now - 61 * SECOND);
    List<Address> dial = schedule.next(now).dial();
    assertThat(dial).hasSize(4).endsWith(p2p);
  }

  @Test
  void aNodeThatGaveItsPlaceIsLeftAloneByAllItsAddresses() {
    NodeId node = NodeKey.ed25519FromSeed(new byte[32]).nodeId();
    Address first = Address.parse("ws://" + node + "@10.0.0.1:1");
    learn(peers, first);
    learn(peers, Address.parse("ws://" + node + "@10.0.0.2:1"));
    schedule.connected(first, true, at(now));
    assertThat(schedule.hasSpare(now)).isFalse();
    schedule.disconnected(first, false, now);
    assertThat(schedule.next(now + SECOND - 1).dial()).isEmpty();
    schedule.rest(first, Duration.ofMinutes(1), now);
    assertThat(schedule.next(now + 59 * SECOND).dial()).isEmpty();
    assertThat(schedule.next(now + 60 * SECOND).dial()).hasSize(1);
    learn(peers, address(1));
    assertThat(schedule.hasSpare(now)).isTrue();
  }

  @Test
  void comesBackToWhatItReachedBefore() {
    for (int i = 0; i < 20; i++) {
      learn(peers, address(i));
    }
    var reached = peers.find(address(7));
    assertThat(reached).isNotNull();
    reached.reached(1);
    assertThat(schedule(1, 2).next(now).dial()).containsExactly(address(7));
  }

  @Test
  void aLearnedAddressThatBecomesStaticKeepsItsHistory() {
    learn(peers, STATIC);
    schedule.next(now);
    peers.addStatic(STATIC, at(now));
    peers.addStatic(STATIC, at(now));
    var contact = peers.find(STATIC);
    assertThat(contact).isNotNull();
    assertThat(contact.state()).isEqualTo(State.PENDING);
    assertThat(contact.isStatic()).isTrue();
    peers.forget(STATIC);
    assertThat(peers.find(STATIC)).isNotNull();
  }

  @Test
  void refusesABackOffThatDoesNotGrow() {
    assertThatThrownBy(
            () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), new Random(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private DialSchedule schedule(int fanout, long seed) {
    return new DialSchedule(peers, fanout, BOTH, backoff(seed), new Random(seed));
  }

  private static Backoff backoff(long seed) {
    // Small seeds of java.util.Random begin alike.
    return new Backoff(MIN, MAX, new Random(seed * 0x9e3779b97f4a7c15L));
  }

  private void learn(Peerstore store, Address address) {
    store.add(address, Source.PHONEBOOK, at(now));
  }

  private static Source source(String group) {
    return new Source(Source.Kind.EXCHANGED, "x", group);
  }

  private static Moment at(long nanos) {
    return new Moment(nanos, 1);
  }

  private static Address address(int number) {
    return Address.ws("127.0.0.1", 1_000 + number);
  }
}
