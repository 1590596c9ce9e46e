package dev.twine.libp2p.core.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameLimits;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.Refusals;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressLookupTest {
  private static final NodeId PEER = EmbeddedConnection.keyOf(1).nodeId();
  private static final NodeId OTHER = EmbeddedConnection.keyOf(2).nodeId();

  private final Names names = new Names();
  private final Refusals refusals = new Refusals();
  private final EmbeddedChannel timer = new EmbeddedChannel();
  private final List<Libp2pException> failures = new ArrayList<>();
  private NameLimits limits = NameLimits.defaults();

  @Test
  void aHostNameStandsForItsIpsOfTheAskedKind() {
    names.hosts("a.test", "192.0.2.1", "2001:db8::1", "192.0.2.2");
    assertThat(resolved("/dns4/a.test/tcp/1"))
        .containsExactly("/ip4/192.0.2.1/tcp/1", "/ip4/192.0.2.2/tcp/1");
    assertThat(resolved("/dns6/a.test/tcp/1/ws")).containsExactly("/ip6/2001:db8::1/tcp/1/ws");
    assertThat(resolved("/dns/a.test/udp/1")).hasSize(3);
    assertThat(failures).isEmpty();
  }

  @Test
  void theNameStaysKnownBesideTheIp() {
    names.hosts("a.test", "192.0.2.1");
    ResolvedAddress found = resolve("/dns4/a.test/tcp/443/tls/ws").join().get(0);
    assertThat(found.address().toString()).isEqualTo("/dns4/a.test/tcp/443/tls/ws");
    assertThat(found.resolved().toString()).isEqualTo("/ip4/192.0.2.1/tcp/443/tls/ws");
  }

  @Test
  void aDnsaddrStandsForThePeersAddressesAmongItsRecords() {
    names.records(
        "_dnsaddr.a.test",
        "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" + PEER,
        "dnsaddr=/ip4/192.0.2.2/tcp/1/p2p/" + OTHER,
        "dnsaddr=/ip4/192.0.2.3/tcp/1",
        "v=spf1 -all",
        "dnsaddr=/ip4/192.0.2.4/nonsense/p2p/" + PEER,
        "dnsaddr=/ip6/2001:db8::1/tcp/2/p2p/" + PEER);
    assertThat(resolved("/dnsaddr/a.test"))
        .containsExactly("/ip4/192.0.2.1/tcp/1", "/ip6/2001:db8::1/tcp/2");
    assertThat(refusals.of(LookupBudget.UNREADABLE)).isEqualTo(1);
  }

  @Test
  void whatFollowsTheNameMustEndTheRecord() {
    names.records(
        "_dnsaddr.a.test",
        "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" + PEER,
        "dnsaddr=/ip4/192.0.2.1/tcp/1/ws/p2p/" + PEER);
    assertThat(resolved("/dnsaddr/a.test/ws")).containsExactly("/ip4/192.0.2.1/tcp/1/ws");
  }

  @Test
  void oneDnsaddrLeadsToAnotherAndToHosts() {
    names.records("_dnsaddr.a.test", "dnsaddr=/dnsaddr/b.test/p2p/" + PEER);
    names.records("_dnsaddr.b.test", "dnsaddr=/dns4/c.test/tcp/1/p2p/" + PEER);
    names.hosts("c.test", "192.0.2.1");
    assertThat(resolved("/dnsaddr/a.test")).containsExactly("/ip4/192.0.2.1/tcp/1");
  }

  @Test
  void theStepAfterTheDeepestIsNotTaken() {
    limits = limits.withRecords(2, 100, 1000);
    names.records("_dnsaddr.a.test", "dnsaddr=/dnsaddr/b.test/p2p/" + PEER);
    names.records("_dnsaddr.b.test", "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" + PEER);
    assertThat(resolved("/dnsaddr/a.test")).hasSize(1);

    names.records("_dnsaddr.b.test", "dnsaddr=/dnsaddr/c.test/p2p/" + PEER);
    names.records("_dnsaddr.c.test", "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" + PEER);
    assertThat(resolved("/dnsaddr/a.test")).isEmpty();
    assertThat(refusals.of(LookupBudget.DEPTH)).isEqualTo(1);
    assertThat(failures.get(0).reason()).isEqualTo(FailureReason.LIMIT);
  }

  @Test
  void aNameThatLeadsToItselfEnds() {
    names.records(
        "_dnsaddr.a.test",
        "dnsaddr=/dnsaddr/a.test/p2p/" + PEER,
        "dnsaddr=/dnsaddr/a.test/p2p/" + PEER,
        "dnsaddr=/dnsaddr/a.test/p2p/" + PEER);
    assertThat(resolved("/dnsaddr/a.test")).isEmpty();
    assertThat(names.asked).hasSizeLessThanOrEqualTo(limits.queries());
    assertThat(refusals.of(LookupBudget.QUERIES)).isPositive();
  }

  @Test
  void theQueryAfterTheLimitIsNotAsked() {
    limits = limits.withQueries(2);
    AddressLookup lookup = lookup();
    for (int i = 0; i < 2; i++) {
      lookup.resolve(Multiaddr.parse("/dns4/a" + i + ".test/tcp/1")).join();
    }
    assertThat(refusals.of(LookupBudget.QUERIES)).isZero();
    lookup.resolve(Multiaddr.parse("/dns4/b.test/tcp/1")).join();
    assertThat(refusals.of(LookupBudget.QUERIES)).isEqualTo(1);
    assertThat(names.asked).containsExactly("a0.test", "a1.test");
  }

  @Test
  void theRecordAndTheByteAfterTheLimitAreNotLookedAt() {
    String[] three = IntStream.range(0, 3)
        .mapToObj(i -> "dnsaddr=/ip4/192.0.2." + i + "/tcp/1/p2p/" + PEER)
        .toArray(String[]::new);
    names.records("_dnsaddr.a.test", three);
    limits = limits.withRecords(4, 3, 10_000);
    assertThat(resolved("/dnsaddr/a.test")).hasSize(3);
    limits = limits.withRecords(4, 2, 10_000);
    assertThat(resolved("/dnsaddr/a.test")).hasSize(2);
    assertThat(refusals.of(LookupBudget.RECORDS)).isEqualTo(1);

    limits = limits.withRecords(4, 3, 3 * three[0].length());
    assertThat(resolved("/dnsaddr/a.test")).hasSize(3);
    limits = limits.withRecords(4, 3, 3 * three[0].length() - 1);
    assertThat(resolved("/dnsaddr/a.test")).hasSize(2);
    assertThat(refusals.of(LookupBudget.BYTES)).isEqualTo(1);
  }

  @Test
  void theIpAfterTheLimitIsNotTaken() {
    limits = limits.withAddresses(2);
    names.hosts("a.test", "192.0.2.1", "192.0.2.2");
    assertThat(resolved("/dns4/a.test/tcp/1")).hasSize(2);
    assertThat(refusals.of(LookupBudget.ADDRESSES)).isZero();
    names.hosts("a.test", "192.0.2.1", "192.0.2.2", "192.0.2.3");
    assertThat(resolved("/dns4/a.test/tcp/1")).hasSize(2);
    assertThat(refusals.of(LookupBudget.ADDRESSES)).isEqualTo(1);
  }

  @Test
  void oneDeadlineHoldsForAllStepsAndWhatWasFoundCounts() {
    limits = limits.withDeadline(Duration.ofSeconds(3));
    timer.freezeTime();
    names.records(
        "_dnsaddr.a.test",
        "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" + PEER,
        "dnsaddr=/dns4/silent.test/tcp/1/p2p/" + PEER);
    names.silent("silent.test");
    CompletableFuture<List<ResolvedAddress>> found = resolve("/dnsaddr/a.test");
    advance(2_999);
    assertThat(found).isNotDone();
    advance(1);
    assertThat(found.join()).hasSize(1);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).hasMessageContaining("silent.test").hasMessageContaining("in time");
  }

  @Test
  void theErrorNamesTheNameAndThePeer() {
    resolved("/dns4/a.test/tcp/1");
    assertThat(failures.get(0).reason()).isEqualTo(FailureReason.NAME_NOT_FOUND);
    assertThat(failures.get(0)).hasMessageContaining("/dns4/a.test/tcp/1");
    names.records("_dnsaddr.a.test", "dnsaddr=/ip4/192.0.2.2/tcp/1/p2p/" + OTHER);
    resolved("/dnsaddr/a.test");
    assertThat(failures.get(1)).hasMessageContaining("/dnsaddr/a.test/p2p/" + PEER);
  }

  @Test
  void aResolverWithoutTextsSaysWhatToDo() {
    NameResolver hostsOnly = name -> CompletableFuture.completedFuture(List.of());
    var lookup = new AddressLookup(
        PEER, hostsOnly, new LookupBudget(limits, refusals), timer.eventLoop(), this::failed);
    assertThat(lookup.resolve(Multiaddr.parse("/dnsaddr/a.test")).join()).isEmpty();
    assertThat(failures.get(0)).hasMessageContaining("NameResolver.texts");
  }

  @Test
  void aResolverThatThrowsIsLikeOneThatFails() {
    NameResolver broken = name -> {
      throw new IllegalStateException("broken");
    };
    var lookup = new AddressLookup(
        PEER, broken, new LookupBudget(limits, refusals), timer.eventLoop(), this::failed);
    assertThat(lookup.resolve(Multiaddr.parse("/dns4/a.test/tcp/1")).join()).isEmpty();
    assertThat(failures.get(0)).hasMessageContaining("broken");
  }

  private AddressLookup lookup() {
    return new AddressLookup(
        PEER, names, new LookupBudget(limits, refusals), timer.eventLoop(), this::failed);
  }

  private CompletableFuture<List<ResolvedAddress>> resolve(String address) {
    return lookup().resolve(Multiaddr.parse(address));
  }

  private List<String> resolved(String address) {
    return resolve(address).join().stream()
        .map(one -> one.resolved().toString())
        .toList();
  }

  private void failed(Libp2pException cause) {
    failures.add(cause);
  }

  private void advance(long millis) {
    timer.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    timer.runScheduledPendingTasks();
  }

  /** Answers at once, or never. */
  private static final class Names implements NameResolver {
    private final Map<String, List<InetAddress>> hosts = new HashMap<>();
    private final Map<String, List<String>> records = new HashMap<>();
    private final List<String> silent = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    void hosts(String name, String... ips) {
      hosts.put(
          name,
          Stream.of(ips).map(NetUtil::createInetAddressFromIpAddressString).toList());
    }

    void records(String name, String... texts) {
      records.put(name, List.of(texts));
    }

    void silent(String name) {
      silent.add(name);
    }

    @Override
    public CompletableFuture<List<InetAddress>> resolve(String host) {
      return answer(host, hosts.get(host));
    }

    @Override
    public CompletableFuture<List<String>> texts(String name) {
      return answer(name, records.get(name));
    }

    private <T> CompletableFuture<T> answer(String name, T known) {
      asked.add(name);
      if (silent.contains(name)) {
        return new CompletableFuture<>();
      }
      return known == null
          ? CompletableFuture.failedFuture(new UnknownHostException(name))
          : CompletableFuture.completedFuture(known);
    }
  }
}
