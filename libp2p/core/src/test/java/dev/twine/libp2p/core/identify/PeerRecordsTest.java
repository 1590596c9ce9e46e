package dev.twine.libp2p.core.identify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.EmbeddedConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerRecordsTest {
  private final PeerRecords records = new PeerRecords(3);

  @Test
  void keepsTheNewestOfAPeer() {
    assertThat(records.wants(record(1, 5), 0)).isTrue();
    assertThat(records.keep(record(1, 5), 0)).isEqualTo(record(1, 5));
    assertThat(records.wants(record(1, 5), 0)).isFalse();
    assertThat(records.keep(record(1, 4), 0)).isEqualTo(record(1, 5));
    assertThat(records.keep(record(1, 6), 0)).isEqualTo(record(1, 6));
    assertThat(records.size()).isEqualTo(1);
  }

  @Test
  void holdsThreeAndLetsTheLongestUnusedGo() {
    for (int peer = 1; peer <= 3; peer++) {
      records.keep(record(peer, 1), 0);
    }
    records.of(id(1), 0);

    records.keep(record(4, 1), 0);

    assertThat(records.size()).isEqualTo(3);
    assertThat(records.of(id(2), 0)).isEmpty();
    assertThat(records.of(id(1), 0)).contains(record(1, 1));
  }

  @Test
  void forgetsAfterAnHour() {
    records.keep(record(1, 5), 7);

    assertThat(records.of(id(1), 7 + PeerRecords.MAX_AGE_NANOS)).isPresent();
    assertThat(records.of(id(1), 8 + PeerRecords.MAX_AGE_NANOS)).isEmpty();
    assertThat(records.size()).isZero();
  }

  private static NodeId id(int peer) {
    return EmbeddedConnection.keyOf(peer).nodeId();
  }

  private static PeerRecord record(int peer, long seq) {
    return new PeerRecord(id(peer), seq, List.of());
  }
}
