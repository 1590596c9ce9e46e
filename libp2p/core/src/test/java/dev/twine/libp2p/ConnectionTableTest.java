package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.Refusals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private final Refusals refusals = new Refusals();
  private final ConnectionTable table = new ConnectionTable(
      ConnectionLimits.defaults().withWater(2, 4, Duration.ZERO),
      new PeerTags(),
      refusals,
      () -> 0);

  @Test
  void aConnectionThatIsStillClosingIsNeitherTrimmedNorCountedAgain() {
    List<Connection> all = add(1, 5);
    table.trim();
    assertThat(refusals.of(ConnectionTable.TRIMMED)).isEqualTo(3);
    // Their channels have not closed: the table has all five.
    assertThat(table.size()).isEqualTo(5);

    table.trim();
    assertThat(refusals.of(ConnectionTable.TRIMMED)).isEqualTo(3);

    // Two are left, and two more are below the mark whatever is still closing.
    all.addAll(add(6, 2));
    table.trim();
    assertThat(refusals.of(ConnectionTable.TRIMMED)).isEqualTo(3);

    all.addAll(add(8, 1));
    table.trim();
    assertThat(refusals.of(ConnectionTable.TRIMMED)).isEqualTo(6);
    assertThat(all.stream().filter(Connection::isOpen)).hasSize(2);
  }

  @Test
  void whatHasClosedMakesRoomForWhatComes() {
    List<Connection> all = add(1, 5);
    table.trim();
    all.stream().filter(one -> !one.isOpen()).forEach(table::remove);
    assertThat(table.size()).isEqualTo(2);
    add(6, 2);
    table.trim();
    assertThat(table.size()).isEqualTo(4);
    assertThat(refusals.of(ConnectionTable.TRIMMED)).isEqualTo(3);
  }

  @Test
  void theConnectionsToAPeerAreItsAloneAndTheOldestComesFirst() {
    List<Connection> all = add(1, 2);
    all.addAll(add(1, 1));

    assertThat(table.connections(all.get(0).peer())).containsExactly(all.get(0), all.get(2));

    table.remove(all.get(0));
    assertThat(table.connections(all.get(0).peer())).containsExactly(all.get(2));
    assertThat(table.connections(EmbeddedConnection.toPeer(3).peer())).isEmpty();
  }

  private List<Connection> add(int from, int count) {
    List<Connection> added = new ArrayList<>();
    for (int seed = from; seed < from + count; seed++) {
      Connection connection = EmbeddedConnection.toPeer(seed);
      table.add(connection);
      added.add(connection);
    }
    return added;
  }
}
