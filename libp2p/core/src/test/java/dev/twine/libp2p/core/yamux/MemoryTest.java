package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MemoryBudget;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What streams hold is charged to their peer and to all peers, once, and given back. */
class MemoryTest {
  private static final int STEP = MemoryCharge.STEP;
  private static final int WINDOW = 256 << 10;

  private final Refusals refusals = new Refusals();
  private final MemoryBudget total = MemoryBudget.of(16 * STEP, "memory.total", refusals);
  private final MemoryBudget peer = total.part(8 * STEP, "memory.perPeer");
  private final MemoryCharge charge = new MemoryCharge(peer);
  private final Link link = new Link(
      new MuxerConfig(Limits.defaults().connection(), peer, refusals),
      new MuxerConfig(Limits.defaults().connection(), peer, refusals));
  private final Collector near = new Collector();

  @AfterEach
  void close() {
    link.close();
    charge.close();
    assertThat(total.used()).isZero();
    assertThat(peer.used()).isZero();
  }

  @Test
  void aPeerHasItsLimitAndNoByteMore() {
    assertThat(charge.queue(8 * STEP)).isTrue();
    assertThat(charge.queue(1)).isFalse();
    assertThat(refusals.of("memory.perPeer")).isOne();
    assertThat(charge.queue(-1)).isTrue();
    assertThat(charge.queue(1)).isTrue();
  }

  @Test
  void allPeersTogetherHaveTheirs() {
    var others = total.part(100 * STEP, "memory.perPeer");
    assertThat(others.reserve(9 * STEP)).isTrue();
    assertThat(charge.hold(7 * STEP)).isTrue();
    assertThat(charge.hold(1)).isFalse();
    assertThat(refusals.snapshot()).containsOnlyKeys("memory.total");
    assertThat(peer.used()).isEqualTo(7 * STEP);
    others.release(9 * STEP);
  }

  @Test
  void windowsGrowWithinHalfOfIt() {
    assertThat(charge.grow(4 * STEP)).isTrue();
    assertThat(charge.grow(1)).isFalse();
    assertThat(charge.queue(4 * STEP)).isTrue();
    assertThat(charge.grow(-STEP)).isTrue();
    assertThat(charge.queue(STEP)).isTrue();
  }

  @Test
  void whatIsHeldWithinAGrownWindowIsChargedOnce() {
    assertThat(charge.grow(4 * STEP)).isTrue();
    assertThat(charge.hold(4 * STEP)).isTrue();
    assertThat(charge.reserved()).isEqualTo(4 * STEP);
    assertThat(charge.hold(STEP)).isTrue();
    assertThat(charge.reserved()).isEqualTo(5 * STEP);
  }

  @Test
  void smallChangesLeaveTheBudgetAlone() {
    charge.queue(STEP);
    for (int i = 0; i < 1_000; i++) {
      charge.queue(-STEP);
      assertThat(peer.used()).isEqualTo(STEP);
      charge.queue(STEP);
      assertThat(peer.used()).isEqualTo(STEP);
    }
    charge.queue(-STEP);
    charge.settle();
    assertThat(peer.used()).isZero();
  }

  @Test
  void muchThatIsFreedIsGivenBackAtOnce() {
    charge.queue(8 * STEP);
    charge.queue(-8 * STEP);
    assertThat(peer.used()).isEqualTo(STEP);
  }

  @Test
  void afterTheEndNothingIsCharged() {
    charge.queue(STEP);
    charge.close();
    assertThat(peer.used()).isZero();
    assertThat(charge.queue(8 * STEP)).isFalse();
    assertThat(charge.queue(-STEP)).isTrue();
    assertThat(peer.used()).isZero();
  }

  @Test
  void aWriteBeyondTheMemoryFailsItsStreamOnly() {
    YamuxStream other = link.dialler.open(new Collector());
    YamuxStream stream = link.dialler.open(near);
    write(stream, WINDOW + 100_000);
    assertThat(stream.isOpen()).isTrue();
    ChannelFuture refused = write(stream, 1 << 20);

    assertThat(refused.cause()).isInstanceOf(Libp2pException.class);
    assertThat(refusals.of("memory.perPeer")).isOne();
    assertThat(stream.isOpen()).isFalse();
    assertThat(((Libp2pException) near.failures.get(0)).reason()).isEqualTo(FailureReason.LIMIT);
    assertThat(other.isOpen()).isTrue();
    assertThat(write(other, 1_000).isSuccess()).isTrue();
  }

  @Test
  void whatIsHeldElsewhereTooCountsForThePeerAndNotForAllPeers() {
    YamuxStream stream = link.dialler.open(near);
    write(stream, 100);
    stream.config().setOption(StreamChannel.SHARED_WRITES, true);
    assertThat(stream.config().getOption(StreamChannel.SHARED_WRITES)).isTrue();

    write(stream, WINDOW + 2 * STEP);
    assertThat(peer.used()).isGreaterThanOrEqualTo(2 * STEP);
    assertThat(total.used()).isLessThanOrEqualTo(STEP);

    write(stream, 8 * STEP);
    assertThat(stream.isOpen()).as("beyond the limit of the peer").isFalse();
    assertThat(refusals.snapshot()).containsOnlyKeys("memory.perPeer");
  }

  @Test
  void dataThatNobodyReadsIsChargedAndBeyondTheMemoryItsStreamFails() {
    link.listener.acceptor = stream -> stream.config().setAutoRead(false);
    YamuxStream first = link.dialler.open(near);
    write(first, WINDOW);
    link.pump();
    assertThat(peer.used()).isBetween(4L * STEP, 6L * STEP);

    assertThat(charge.queue(2 * STEP)).isTrue();
    YamuxStream second = link.dialler.open(new Collector());
    write(second, WINDOW);
    link.pump();

    assertThat(second.isOpen()).isFalse();
    assertThat(first.isOpen()).isTrue();
    assertThat(refusals.of("memory.perPeer")).isPositive();
  }

  @Test
  void aConnectionGivesBackWhatItDoesNotNeed() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    write(stream, WINDOW);
    assertThat(peer.used()).isPositive();
    link.pump();
    for (int i = 0; i < 5; i++) {
      link.dialler.pass(1);
      link.listener.pass(1);
      link.pump();
    }

    assertThat(peer.used()).isZero();
  }

  private ChannelFuture write(YamuxStream stream, int bytes) {
    ChannelFuture written = stream.writeAndFlush(Unpooled.buffer(bytes).writeZero(bytes));
    link.dialler.channel.runPendingTasks();
    return written;
  }
}
