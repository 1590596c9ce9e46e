package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Transport;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DialPlanTest {
  private static final long STAGGER = Duration.ofMillis(250).toNanos();

  @Test
  void theNextAddressWaitsForTheHeadStartOfTheOneBefore() {
    DialPlan plan = plan(8, "192.0.2.1", "192.0.2.2", "192.0.2.3");
    assertThat(ip(plan.start(0))).isEqualTo("192.0.2.1");
    assertThat(plan.start(STAGGER - 1)).isNull();
    assertThat(plan.waitNanos(STAGGER - 1)).isEqualTo(1);
    assertThat(ip(plan.start(STAGGER))).isEqualTo("192.0.2.2");
    assertThat(plan.start(STAGGER)).isNull();
  }

  @Test
  void aFailureLetsTheNextAddressStartAtOnce() {
    DialPlan plan = plan(8, "192.0.2.1", "192.0.2.2");
    plan.start(0);
    plan.failed();
    assertThat(ip(plan.start(1))).isEqualTo("192.0.2.2");
    assertThat(plan.exhausted()).isFalse();
    plan.failed();
    assertThat(plan.exhausted()).isTrue();
  }

  @Test
  void noMoreThanTheLimitAreTriedAtATime() {
    DialPlan plan = plan(2, "192.0.2.1", "192.0.2.2", "192.0.2.3");
    plan.start(0);
    plan.start(STAGGER);
    assertThat(plan.start(9 * STAGGER)).isNull();
    plan.failed();
    assertThat(ip(plan.start(9 * STAGGER))).isEqualTo("192.0.2.3");
  }

  @Test
  void nearAddressesComeBeforeFarOnesAndTheFamiliesTakeTurns() {
    List<DialTarget> ranked = DialTarget.rank(Stream.of(
            "/ip4/203.0.113.1/tcp/1/ws",
            "/ip4/203.0.113.1/tcp/1",
            "/ip4/203.0.113.2/tcp/1",
            "/ip6/2001:db8::1/tcp/1",
            "/ip4/127.0.0.1/tcp/1",
            "/ip4/192.168.0.1/tcp/1/ws")
        .map(DialPlanTest::target)
        .toList());
    assertThat(ranked.stream().map(one -> one.address().toString()))
        .containsExactly(
            "/ip4/127.0.0.1/tcp/1",
            "/ip4/192.168.0.1/tcp/1/ws",
            "/ip6/2001:db8::1/tcp/1",
            "/ip4/203.0.113.1/tcp/1",
            "/ip4/203.0.113.2/tcp/1",
            "/ip4/203.0.113.1/tcp/1/ws");
  }

  @Test
  void addressesThatComeLaterAreRankedAmongTheUntried() {
    DialPlan plan = plan(8, "203.0.113.1", "203.0.113.2");
    plan.start(0);
    plan.add(List.of(target("/ip4/203.0.113.3/tcp/1"), target("/ip4/127.0.0.1/tcp/1")));
    assertThat(ip(plan.start(STAGGER))).isEqualTo("127.0.0.1");
    assertThat(ip(plan.start(2 * STAGGER))).isEqualTo("203.0.113.2");
    assertThat(ip(plan.start(3 * STAGGER))).isEqualTo("203.0.113.3");
    assertThat(plan.hasNext()).isFalse();
  }

  @Test
  void whatHasNoIpIsNear() {
    List<DialTarget> ranked = DialTarget.rank(Stream.of("/ip4/203.0.113.1/tcp/1", "/memory/a")
        .map(DialPlanTest::target)
        .toList());
    assertThat(ranked.get(0).address().toString()).isEqualTo("/memory/a");
  }

  private static DialPlan plan(int parallel, String... ips) {
    DialPlan plan = new DialPlan(Duration.ofMillis(250), parallel);
    plan.add(Stream.of(ips).map(ip -> target("/ip4/" + ip + "/tcp/1")).toList());
    return plan;
  }

  private static DialTarget target(String text) {
    Multiaddr address = Multiaddr.parse(text);
    boolean ws = address.has("ws");
    Transport transport = ws ? StandardProtocols.webSocket() : StandardProtocols.tcp();
    return new DialTarget(address, address, transport, ws ? 1 : 0);
  }

  private static String ip(DialTarget target) {
    assertThat(target).isNotNull();
    return target.resolved().ip().orElseThrow().getHostAddress();
  }
}
