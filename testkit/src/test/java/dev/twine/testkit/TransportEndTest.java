package dev.twine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.Transport;
import dev.twine.gossip.TransportContext;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a transport still has to do on the loops when the node closes. */
class TransportEndTest {
  @Test
  void theLoopsOfANodeEndOnlyWhenItsTransportsHaveLetGoOfThem() {
    var transport = new LingeringTransport();
    var config = GossipConfig.of(NodeKey.generate(KeyType.ED25519), "test");
    GossipNode node = GossipEngine.create(config, List.of(transport));
    node.start();

    node.close();

    assertThat(transport.ended).isCompletedWithValue(null);
  }

  /** Is done in a later turn of a loop, as one that has farewells to say. */
  private static final class LingeringTransport implements Transport {
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable TransportContext context;

    @Override
    public TransportKind kind() {
      return TransportKind.WS;
    }

    @Override
    public List<Address> listen(TransportContext context) {
      this.context = context;
      return List.of();
    }

    @Override
    public boolean canDial(Address address) {
      return false;
    }

    @Override
    public CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
      throw new AssertionError(address);
    }

    @Override
    public void close() {
      Objects.requireNonNull(context)
          .loops()
          .group()
          .schedule(() -> ended.complete(null), 20, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<Void> closed() {
      return ended;
    }
  }
}
