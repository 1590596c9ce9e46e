package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.broadcaster.Broadcaster;
import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.broadcaster.OutboundMessage;
import dev.twine.broadcaster.QueueLimit;
import dev.twine.network.Lane;
import dev.twine.network.PeerInfo.Direction;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that find their lane full, in a node whose lane nobody empties. */
class RelayQueueTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int BYTES = 10;

  private final SimulatedNetwork network = new SimulatedNetwork(0, false, 1);
  private final Session from;
  private final Core core;
  private final Broadcaster stuck;
  private final RelayQueue queue;

  RelayQueueTest() {
    network.start(2, 0);
    SimulatedNode node = network.node(0);
    from = node.open(network.node(1), Direction.IN);
    var one = new QueueLimit(1, BroadcasterConfig.defaults().lanes().bulk().bytes());
    stuck = new Broadcaster(
        BroadcasterConfig.defaults().withLanes(one, one),
        network.clock::nanoTime,
        worker -> new Thread(() -> {}));
    core = node.coreWith(stuck);
    queue = new RelayQueue(core, Lane.BULK);
  }

  @AfterEach
  void close() {
    stuck.close();
    network.close();
  }

  @Test
  void whatFitsNeitherWaitsNorIsCounted() {
    forward();
    assertThat(core.inflow().messages()).isZero();
    assertThat(givenUp()).isZero();
  }

  @Test
  void whatWaitsIsUnderWayForTwoSecondsAndThenGivenUpAndCounted() {
    forward();
    forward();
    forward();
    assertThat(core.inflow().messages()).isEqualTo(2);
    assertThat(core.inflow().bytes()).isEqualTo(2 * BYTES);

    network.clock.pass(PATIENCE.minusMillis(1));
    assertThat(core.inflow().messages()).isEqualTo(2);
    assertThat(givenUp()).isZero();

    network.clock.pass(Duration.ofMillis(1));
    assertThat(core.inflow().messages()).isZero();
    assertThat(core.inflow().bytes()).isZero();
    assertThat(givenUp()).isEqualTo(2);
  }

  @Test
  void whatComesLaterWaitsItsOwnTime() {
    forward();
    forward();
    network.clock.pass(PATIENCE.dividedBy(2));
    forward();
    network.clock.pass(PATIENCE.dividedBy(2));
    assertThat(givenUp()).isOne();
    network.clock.pass(PATIENCE.dividedBy(2));
    assertThat(givenUp()).isEqualTo(2);
  }

  @Test
  void aClosedBroadcasterTakesNothingAndKeepsNothingWaiting() {
    forward();
    forward();
    stuck.close();
    network.clock.pass(Duration.ofMillis(5));
    assertThat(core.inflow().messages()).isZero();
    assertThat(givenUp()).isOne();
  }

  private void forward() {
    queue.forward(
        OutboundMessage.of(
            TagTable.MI.code(),
            new byte[BYTES],
            dev.twine.broadcaster.Lane.BULK,
            network.clock.nanoTime()),
        from);
  }

  private double givenUp() {
    return core.counters().of(Counters.REFUSED, "reason", "lane.bulk").sum();
  }
}
