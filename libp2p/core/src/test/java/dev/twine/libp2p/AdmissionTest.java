package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.DescriptorLimits;
import dev.twine.libp2p.core.HandshakeLimits;
import dev.twine.libp2p.core.Refusals;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long SECOND = 1_000_000_000L;

  private final Refusals refusals = new Refusals();
  private ConnectionLimits connections = ConnectionLimits.defaults().withAcceptRate(1000, 1000);
  private HandshakeLimits handshakes = HandshakeLimits.defaults();
  private int sockets = 1_000_000;
  private final AtomicInteger freed = new AtomicInteger();

  @Test
  void thePendingHandshakeAfterTheLimitIsRefusedUntilOneEnds() {
    handshakes = handshakes.withPending(3, 3);
    Admission admission = admission();
    List<Admission.Ticket> tickets = fill(admission, 3);
    assertThat(admission.pending()).isEqualTo(3);
    assertThat(admission.accept(address(4), 0)).isNull();
    assertThat(refusals.of(Admission.PENDING)).isEqualTo(1);

    tickets.get(0).shaken();
    tickets.get(0).shaken();
    assertThat(admission.accept(address(4), 0)).isNotNull();
    assertThat(admission.accept(address(5), 0)).isNull();
  }

  @Test
  void oneAddressHasNoMorePendingHandshakesThanItsShare() {
    handshakes = handshakes.withPending(64, 2);
    Admission admission = admission();
    assertThat(admission.accept(address(1), 0)).isNotNull();
    assertThat(admission.accept(address(1), 0)).isNotNull();
    assertThat(admission.accept(address(1), 0)).isNull();
    assertThat(refusals.of(Admission.PENDING_PER_ADDRESS)).isEqualTo(1);
    assertThat(admission.accept(address(2), 0)).isNotNull();
  }

  @Test
  void theInboundConnectionAfterTheLimitIsRefusedUntilOneCloses() {
    connections = connections.withTotals(2, 5);
    Admission admission = admission();
    List<Admission.Ticket> tickets = fill(admission, 2);
    assertThat(admission.accept(address(3), 0)).isNull();
    assertThat(refusals.of(Admission.INBOUND)).isEqualTo(1);

    tickets.get(1).close();
    tickets.get(1).close();
    assertThat(admission.inbound()).isEqualTo(1);
    assertThat(admission.accept(address(3), 0)).isNotNull();
  }

  @Test
  void theOutboundConnectionAfterTheLimitIsRefusedUntilOneCloses() {
    connections = connections.withTotals(5, 2);
    Admission admission = admission();
    Admission.Ticket first = admission.dial();
    assertThat(admission.dial()).isNotNull();
    assertThat(admission.dial()).isNull();
    assertThat(refusals.of(Admission.OUTBOUND)).isEqualTo(1);
    assertThat(first).isNotNull();
    first.close();
    assertThat(admission.dial()).isNotNull();
  }

  @Test
  void bothDirectionsShareTheTotal() {
    connections = connections.with(new ConnectionLimits.Totals(2, 2, 3, 1));
    Admission admission = admission();
    fill(admission, 2);
    assertThat(admission.dial()).isNotNull();
    assertThat(admission.dial()).isNull();
    assertThat(refusals.of(Admission.TOTAL)).isEqualTo(1);
  }

  @Test
  void oneAddressAndOneNetworkHaveNoMoreThanTheirShare() {
    connections = connections.withPerAddress(2, 3);
    Admission admission = admission();
    assertThat(admission.accept(address(1), 0)).isNotNull();
    assertThat(admission.accept(address(1), 0)).isNotNull();
    assertThat(admission.accept(address(1), 0)).isNull();
    assertThat(refusals.of(Admission.PER_ADDRESS)).isEqualTo(1);

    assertThat(admission.accept(address(2), 0)).isNotNull();
    assertThat(admission.accept(address(3), 0)).isNull();
    assertThat(refusals.of(Admission.PER_NETWORK)).isEqualTo(1);
    assertThat(admission.accept(NetUtil.createInetAddressFromIpAddressString("192.0.3.1"), 0))
        .isNotNull();
  }

  @Test
  void anAddressThatConnectsTooOftenHasToWait() {
    connections = connections.withAcceptRate(1, 3);
    Admission admission = admission();
    for (int i = 0; i < 3; i++) {
      Admission.Ticket ticket = admission.accept(address(1), 0);
      assertThat(ticket).isNotNull();
      ticket.close();
    }
    assertThat(admission.accept(address(1), SECOND - 1)).isNull();
    assertThat(refusals.of(Admission.RATE)).isEqualTo(1);
    assertThat(admission.accept(address(1), SECOND)).isNotNull();
  }

  @Test
  void loopbackIsOnlyHeldToTheTotals() {
    handshakes = handshakes.withPending(64, 1);
    connections = connections.withPerAddress(1, 1).withAcceptRate(1, 1);
    Admission admission = admission();
    InetAddress loopback = NetUtil.createInetAddressFromIpAddressString("127.0.0.1");
    for (int i = 0; i < 64; i++) {
      assertThat(admission.accept(loopback, 0)).isNotNull();
    }
    assertThat(admission.accept(loopback, 0)).isNull();
  }

  private List<Admission.Ticket> fill(Admission admission, int count) {
    List<Admission.Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Admission.Ticket ticket = admission.accept(address(1), 0);
      assertThat(ticket).isNotNull();
      tickets.add(ticket);
    }
    return tickets;
  }

  @Test
  void theOldestOfTheMostCrowdedRegionMakesRoom() {
    handshakes = handshakes.withPending(4, 4);
    Admission admission = admission();
    accept(admission, "192.0.2.1", 0);
    Admission.Ticket crowded = accept(admission, "198.51.100.1", 1);
    accept(admission, "198.51.7.2", 2);
    accept(admission, "198.51.100.3", 3);
    List<String> gone = new ArrayList<>();
    crowded.whenDisplaced(() -> gone.add("crowded"));

    assertThat(accept(admission, "203.0.113.1", 4)).isNotNull();

    assertThat(gone).containsExactly("crowded");
    assertThat(crowded.isDisplaced()).isTrue();
    assertThat(admission.pending()).isEqualTo(4);
    assertThat(refusals.of(Admission.DISPLACED)).isOne();
    crowded.shaken();
    crowded.close();
    assertThat(admission.pending()).isEqualTo(4);
    assertThat(admission.inbound()).isEqualTo(4);
  }

  @Test
  void oneOfManyDoesNotPushOutOneOfFew() {
    handshakes = handshakes.withPending(3, 3);
    Admission admission = admission();
    accept(admission, "192.0.2.1", 0);
    accept(admission, "198.51.100.1", 0);
    accept(admission, "198.51.100.2", 0);

    assertThat(accept(admission, "198.51.100.3", SECOND - 1)).isNull();
    assertThat(refusals.of(Admission.PENDING)).isOne();
    // Its own kind gives way when the grace is over.
    Admission.Ticket third = accept(admission, "198.51.100.3", SECOND);
    assertThat(third).isNotNull();
    assertThat(accept(admission, "203.0.113.1", SECOND)).isNotNull();
    assertThat(refusals.of(Admission.DISPLACED)).isEqualTo(2);
  }

  @Test
  void amongEqualsTheOldestMakesRoomAfterTheGrace() {
    handshakes = handshakes.withPending(2, 2).withGrace(Duration.ofSeconds(2));
    Admission admission = admission();
    Admission.Ticket oldest = accept(admission, "192.0.2.1", 0);
    Admission.Ticket other = accept(admission, "198.51.100.1", SECOND);

    assertThat(accept(admission, "203.0.113.1", 2 * SECOND - 1)).isNull();
    assertThat(accept(admission, "203.0.113.1", 2 * SECOND)).isNotNull();
    assertThat(oldest.isDisplaced()).isTrue();
    assertThat(other.isDisplaced()).isFalse();
    // Whoever learns of it late is told at once.
    List<String> gone = new ArrayList<>();
    oldest.whenDisplaced(() -> gone.add("oldest"));
    assertThat(gone).hasSize(1);
  }

  @Test
  void whoIsRefusedForOtherReasonsPushesNobodyOut() {
    handshakes = handshakes.withPending(2, 2).withGrace(Duration.ZERO);
    connections = connections.withAcceptRate(1, 1);
    Admission admission = admission();
    accept(admission, "192.0.2.1", 0);
    accept(admission, "198.51.100.1", 0);

    assertThat(accept(admission, "192.0.2.1", 0)).isNull();
    assertThat(refusals.of(Admission.RATE)).isOne();
    assertThat(refusals.of(Admission.DISPLACED)).isZero();
  }

  @Test
  void sixtyFourFromOneNetworkDoNotKeepAnybodyElseOut() {
    connections = connections.withPerAddress(100, 100);
    handshakes = handshakes.withPending(64, 64);
    Admission admission = admission();
    for (int i = 0; i < 64; i++) {
      accept(admission, "198.51.100." + i, 0);
    }
    for (int i = 0; i < 32; i++) {
      assertThat(accept(admission, "10." + i + ".0.1", 0)).isNotNull();
    }
    assertThat(admission.pending()).isEqualTo(64);
  }

  @Test
  void socketsStayBelowTheDescriptorsAndAClosedOneIsTold() {
    sockets = 2;
    Admission admission = admission();
    Admission.Ticket first = accept(admission, "192.0.2.1", 0);
    assertThat(admission.isFull()).isFalse();
    assertThat(admission.dial()).isNotNull();
    assertThat(admission.isFull()).isTrue();

    assertThat(admission.dial()).isNull();
    assertThat(accept(admission, "192.0.2.2", 0)).isNull();
    assertThat(refusals.of(Admission.DESCRIPTORS)).isEqualTo(2);
    first.close();
    first.close();
    assertThat(freed).hasValue(1);
    assertThat(admission.isFull()).isFalse();
  }

  private Admission admission() {
    return new Admission(
        new Admission.Bounds(connections, handshakes, descriptors()),
        refusals,
        freed::incrementAndGet);
  }

  private Descriptors descriptors() {
    return new Descriptors(
        DescriptorLimits.defaults().withReserved(0),
        new Descriptors.Kernel(sockets, () -> 0, Runnable::run, () -> 0));
  }

  private static Admission.Ticket accept(Admission admission, String address, long nowNanos) {
    return admission.accept(NetUtil.createInetAddressFromIpAddressString(address), nowNanos);
  }

  private static InetAddress address(int last) {
    return NetUtil.createInetAddressFromIpAddressString("192.0.2." + last);
  }
}
