package dev.twine.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BareHandshakesTest {
  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong cpu = new AtomicLong();

  @ParameterizedTest
  @ValueSource(strings = {"noise", "tls"})
  void bothEndsCompleteEachAndWhatTheyTookIsCountedApart(String security) {
    var bare = new BareHandshakes(Libp2pNetwork.security(security), cpu::incrementAndGet);

    BareHandshakes.Done done = bare.run(clock::incrementAndGet, 3);

    assertThat(done.count()).isEqualTo(3);
    assertThat(done.diallerNanos()).isPositive();
    assertThat(done.listenerNanos()).isPositive();
    assertThat(done.diallerPermille()).isBetween(1L, 999L);
  }

  @Test
  void aWrongPeerIsNoHandshake() {
    LongSupplier none = () -> 0;
    var bare = new BareHandshakes(new Stranger(), none);

    assertThatThrownBy(() -> bare.run(none, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("proved");
  }

  @Test
  void sharesAreOfAThousand() {
    assertThat(new BareHandshakes.Done(1, 0, 0).diallerPermille()).isZero();
    assertThat(new BareHandshakes.Done(1, 3, 1).diallerPermille()).isEqualTo(750);
  }

  /** Proves somebody else at once. */
  private static final class Stranger implements SecureProtocol {
    @Override
    public String id() {
      return "/stranger";
    }

    @Override
    public Future<SecuredPeer> secure(Channel channel, String after, SecureRequest request) {
      var key = NodeKey.generate(KeyType.ED25519).publicKey();
      var peer = new SecuredPeer(key, key.nodeId(), null, Optional.empty());
      return channel.eventLoop().newSucceededFuture(peer);
    }
  }
}
