package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Multiaddr;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DialLiteralsTest {
  @ParameterizedTest
  @ValueSource(strings = {"/ip4/0.0.0.0", "/ip4/224.0.0.1", "/ip6/::", "/ip6/ff02::1"})
  void anAddressOfNoSingleHostIsNotDialled(String address) {
    try (Host host = Host.builder().start()) {
      var peer = NodeKey.generate(KeyType.ED25519).nodeId();
      var dial = host.connect(peer, List.of(Multiaddr.parse(address + "/tcp/4001")));
      assertThat(Failure.exception(dial).reason()).isEqualTo(FailureReason.BAD_ADDRESS);
    }
  }
}
