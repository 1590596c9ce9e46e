package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import org.junit.jupiter.api.Test;

class PeerTagsTest {
  private final PeerTags tags = new PeerTags();
  private final NodeId peer = NodeKey.generate(KeyType.ED25519).nodeId();

  @Test
  void theValueOfAPeerIsTheSumOfItsTags() {
    tags.tag(peer, "mesh", 10);
    tags.tag(peer, "table", 5);
    tags.tag(peer, "mesh", 20);
    assertThat(tags.value(peer)).isEqualTo(25);
    tags.untag(peer, "mesh");
    assertThat(tags.value(peer)).isEqualTo(5);
  }

  @Test
  void theSumStopsAtTheLargestValue() {
    tags.tag(peer, "a", Integer.MAX_VALUE);
    tags.tag(peer, "b", Integer.MAX_VALUE);
    assertThat(tags.value(peer)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aPeerIsProtectedUntilTheLastNameIsTakenBack() {
    tags.protect(peer, "mesh");
    tags.protect(peer, "relay");
    assertThat(tags.unprotect(peer, "mesh")).isTrue();
    assertThat(tags.isProtected(peer)).isTrue();
    assertThat(tags.unprotect(peer, "relay")).isFalse();
    assertThat(tags.isProtected(peer)).isFalse();
  }
}
