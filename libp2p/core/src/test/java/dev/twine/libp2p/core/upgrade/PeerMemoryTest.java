package dev.twine.libp2p.core.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.MemoryBudget;
import dev.twine.libp2p.core.MemoryLimits;
import dev.twine.libp2p.core.Refusals;
import org.junit.jupiter.api.Test;

class PeerMemoryTest {
  private static final int MIB = 1 << 20;

  private final Refusals refusals = new Refusals();
  private final PeerMemory memory = new PeerMemory(new MemoryLimits(2 * MIB, 3 * MIB), refusals);
  private final NodeId alice = NodeKey.generate(KeyType.ED25519).nodeId();
  private final NodeId bob = NodeKey.generate(KeyType.ED25519).nodeId();

  @Test
  void connectionsOfOnePeerShareItsBudget() {
    MemoryBudget first = memory.open(alice);
    MemoryBudget second = memory.open(alice);

    assertThat(first.reserve(MIB)).isTrue();
    assertThat(second.reserve(MIB)).isTrue();
    assertThat(first.reserve(1)).isFalse();
    assertThat(refusals.of(PeerMemory.PER_PEER)).isOne();
    assertThat(memory.used()).isEqualTo(2 * MIB);
  }

  @Test
  void allPeersShareTheHosts() {
    assertThat(memory.open(alice).reserve(2 * MIB)).isTrue();
    MemoryBudget other = memory.open(bob);
    assertThat(other.reserve(MIB)).isTrue();
    assertThat(other.reserve(1)).isFalse();
    assertThat(refusals.of(PeerMemory.TOTAL)).isOne();
    assertThat(other.used()).isEqualTo(MIB);
  }

  @Test
  void aPeerIsForgottenWithItsLastConnection() {
    memory.open(alice);
    memory.open(alice);
    memory.close(alice);
    assertThat(memory.peers()).isOne();
    memory.close(alice);
    assertThat(memory.peers()).isZero();
    memory.close(alice);
    assertThat(memory.peers()).isZero();
  }
}
