package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.transport.Loops;
import dev.twine.libp2p.core.transport.TcpTransport;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DialPlanTest {
  private static final MultiThreadIoEventLoopGroup GROUP =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private static final TcpTransport TCP = new TcpTransport(Loops.of(GROUP));
  private static final long STAGGER = Duration.ofMillis(250).toNanos();

  @AfterAll
  static void stop() {
    GROUP.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
  }

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

  private static DialPlan plan(int parallel, String... ips) {
    List<DialTarget> targets =
        Stream.of(ips).map(ip -> target("/ip4/" + ip + "/tcp/1")).toList();
    return new DialPlan(targets, Duration.ofMillis(250), parallel);
  }

  private static DialTarget target(String text) {
    Multiaddr address = Multiaddr.parse(text);
    return new DialTarget(
        address,
        new InetSocketAddress(
            NetUtil.createInetAddressFromIpAddressString(
                address.components().get(0).value()),
            1),
        TCP);
  }

  private static String ip(DialTarget target) {
    assertThat(target).isNotNull();
    return target.socket().getAddress().getHostAddress();
  }
}
