package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Address;
import dev.twine.network.TwineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fifty nodes that were in two parts for so long that the meshes of both are full. */
class MeshFeelerTest {
  private static final int SIZE = 50;
  private static final int FANOUT = 4;

  /** The default, with its jitter: every node has had its turn by then. */
  private static final Duration TURN = Duration.ofMillis(37_500);

  private static final Duration HOUR = Duration.ofHours(1);

  @ParameterizedTest
  @CsvSource({
    "25, 4, 1, false",
    "25, 4, 2, true",
    "5, 2, 3, true",
    "5, 2, 5, false",
    "20, 3, 4, true",
  })
  void whatWasSplitForAnHourIsOneAgainAfterATurn(
      int first, int fanout, long seed, boolean restarted) {
    try (var network = new SimulatedNetwork(fanout, true, seed)) {
      splitForAnHour(network, first, restarted);
      assertThat(network.join(TURN)).isLessThan(TURN);
    }
  }

  @Test
  void withoutFeelersItWouldStaySplit() {
    try (var network = new SimulatedNetwork(FANOUT, false, 1)) {
      splitForAnHour(network, SIZE / 2, false);
      network.mend();
      network.clock.pass(HOUR);
      assertThat(network.reached()).isEqualTo(SIZE / 2);
    }
  }

  @Test
  void whatIsFoundTakesThePlacesOfOthersAndTheNetworkStaysOne() {
    try (var network = new SimulatedNetwork(FANOUT, true, 6)) {
      splitForAnHour(network, SIZE / 2, false);
      network.join(TURN);
      for (int i = 0; i < 60; i++) {
        network.clock.pass(Duration.ofMinutes(1));
        assertThat(network.all()).allMatch(node -> node.dialled() <= FANOUT + 2);
        assertThat(network.reached()).isEqualTo(SIZE);
      }
      assertThat(network.all()).allMatch(node -> node.dialled() <= FANOUT);
      assertThat(network.all().stream().mapToDouble(this::found).sum()).isPositive();
    }
  }

  @Test
  void nobodyIsDialledWhereNobodyIsLost() {
    try (var network = new SimulatedNetwork(FANOUT, true, 7)) {
      network.start(SIZE, SIZE);
      int before = dials(network);
      network.clock.pass(HOUR);
      assertThat(dials(network)).isEqualTo(before);
      assertThat(network.all()).allMatch(node -> node.mesh.lost() == 0);
    }
  }

  @Test
  void aNodeDialsOnceATurnHoweverManyAreLost() {
    try (var network = new SimulatedNetwork(FANOUT, true, 8)) {
      network.start(SIZE, SIZE);
      SimulatedNode node = network.node(0);
      for (int number = SIZE - 1; number > 10; number--) {
        network.kill(number);
        network.clock.pass(Duration.ofMinutes(1));
      }
      network.clock.pass(HOUR);
      int lost = node.mesh.lost();
      assertThat(lost).isPositive();
      node.dials.clear();

      network.clock.pass(HOUR);

      assertThat(node.dialled()).isEqualTo(FANOUT);
      assertThat(node.dials.size()).isBetween(90, 160);
      assertThat(node.dials.subList(0, lost)).doesNotHaveDuplicates();
    }
  }

  @Test
  void addressesThatNobodyWasEverReachedAtAreNotDialled() {
    try (var network = new SimulatedNetwork(FANOUT, true, 9)) {
      network.start(SIZE, SIZE);
      SimulatedNode node = network.node(0);
      var invented = new ArrayList<Address>();
      for (int i = 0; i < 200; i++) {
        invented.add(Address.ws("127.0.0.1", 1_000 + i));
      }
      node.dials.clear();
      node.mesh.learn(invented, Source.bootstrap("liar"));
      network.clock.pass(HOUR);
      assertThat(node.dials).isEmpty();
    }
  }

  @Test
  void aNodeThatRefusesIsLeftAloneForTwoMinutes() {
    try (var network = new SimulatedNetwork(FANOUT, true, 10)) {
      splitForAnHour(network, SIZE / 2, false);
      network.all().forEach(node -> node.full = true);
      SimulatedNode node =
          network.all().stream().filter(one -> one.mesh.lost() == 1).findFirst().orElseThrow();
      node.dials.clear();
      network.mend();
      network.clock.pass(HOUR);
      assertThat(node.dials.size()).isBetween(20, 30);
    }
  }

  @Test
  void aClosedNodeDialsNobody() {
    try (var network = new SimulatedNetwork(FANOUT, true, 11)) {
      splitForAnHour(network, SIZE / 2, false);
      SimulatedNode node = network.node(0);
      assertThat(node.mesh.lost()).isPositive();
      network.kill(0);
      List<Integer> before = List.copyOf(node.dials);
      network.clock.pass(HOUR);
      assertThat(node.dials).isEqualTo(before);
    }
  }

  @Test
  void theIntervalIsOneSecondToAnHour() {
    MeshConfig config = MeshConfig.defaults();
    assertThat(config.withFeelerInterval(Duration.ofSeconds(1)).feelerInterval())
        .hasSeconds(1);
    assertThat(config.withFeelerInterval(HOUR).feelerInterval()).isEqualTo(HOUR);
    for (Duration wrong : new Duration[] {Duration.ofMillis(999), HOUR.plusMillis(1)}) {
      assertThatThrownBy(() -> config.withFeelerInterval(wrong))
          .isInstanceOf(TwineException.class)
          .hasMessageContaining("mesh.feeler-interval");
    }
  }

  private double found(SimulatedNode node) {
    return node.counted(Counters.FEELERS, "result", "found");
  }

  private static int dials(SimulatedNetwork network) {
    return network.all().stream().mapToInt(node -> node.dials.size()).sum();
  }

  private static void splitForAnHour(SimulatedNetwork network, int first, boolean restarted) {
    network.start(SIZE, 40);
    assertThat(network.reached()).isEqualTo(SIZE);
    network.split(first);
    network.clock.pass(HOUR.dividedBy(2));
    if (restarted) {
      network.restart();
    }
    network.clock.pass(HOUR.dividedBy(2));
    assertThat(network.reached()).isEqualTo(first);
  }
}
