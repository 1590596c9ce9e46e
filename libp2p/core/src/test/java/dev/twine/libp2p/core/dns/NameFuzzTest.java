package dev.twine.libp2p.core.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameLimits;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.Refusals;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What DNS may say of a name that a peer has named. */
class NameFuzzTest {
  private static final NodeId PEER = EmbeddedConnection.keyOf(1).nodeId();
  private static final NameLimits LIMITS = NameLimits.defaults();
  private static final Multiaddr NAME = Multiaddr.parse("/dnsaddr/a.test");

  @FuzzTest(maxDuration = "150s")
  void anyRecordsLeadToAddressesWithinTheBudget(FuzzedDataProvider data) {
    var names = new Names(ips(data), texts(data));
    var failures = new ArrayList<Libp2pException>();
    var budget = new LookupBudget(LIMITS, new Refusals());
    var lookup =
        new AddressLookup(PEER, names, budget, new EmbeddedChannel().eventLoop(), failures::add);

    List<ResolvedAddress> found = lookup.resolve(NAME).join();

    assertThat(names.asked).isLessThanOrEqualTo(LIMITS.queries());
    assertThat(found).allSatisfy(one -> {
      assertThat(AddressLookup.hasName(one.resolved())).isFalse();
      assertThat(one.address().peerId().orElse(PEER)).isEqualTo(PEER);
    });
    assertThat(found.isEmpty() && failures.isEmpty()).isFalse();
    assertThat(failures).allMatch(failure -> failure.getMessage() != null);
    named(names.texts);
  }

  private static void named(List<String> texts) {
    try {
      assertThat(PeersUnderName.read("a.test", texts, new LookupBudget(LIMITS, new Refusals())))
          .isNotEmpty()
          .allMatch(address -> address.peerId().isPresent());
    } catch (Libp2pException none) {
      assertThat(none.reason()).isEqualTo(FailureReason.NAME_NOT_FOUND);
    }
  }

  private static List<InetAddress> ips(FuzzedDataProvider data) {
    try {
      return List.of(
          InetAddress.getByAddress(padded(data.consumeBytes(4), 4)),
          InetAddress.getByAddress(padded(data.consumeBytes(16), 16)));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] padded(byte[] bytes, int length) {
    return java.util.Arrays.copyOf(bytes, length);
  }

  /** Contents of TXT records: any bytes, and such as chance does not get to. */
  private static List<String> texts(FuzzedDataProvider data) {
    List<String> texts = new ArrayList<>();
    for (int left = data.consumeInt(1, 4); left > 0; left--) {
      boolean sound = data.consumeBoolean();
      byte[] bytes = data.consumeBytes(data.consumeInt(0, 200));
      texts.add(
          sound
              ? AddressLookup.RECORD + new String(bytes, StandardCharsets.UTF_8) + "/p2p/" + PEER
              : DnsResolver.text(Unpooled.wrappedBuffer(bytes)));
    }
    return texts;
  }

  /** Says the same of every name. */
  private static final class Names implements NameResolver {
    private final List<InetAddress> ips;
    private final List<String> texts;
    private int asked;

    Names(List<InetAddress> ips, List<String> texts) {
      this.ips = ips;
      this.texts = texts;
    }

    @Override
    public CompletableFuture<List<InetAddress>> resolve(String host) {
      asked++;
      return CompletableFuture.completedFuture(ips);
    }

    @Override
    public CompletableFuture<List<String>> texts(String name) {
      asked++;
      return CompletableFuture.completedFuture(texts);
    }
  }
}
