package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The shapes in which other implementations have waited for each other for ever. */
class YamuxDeadlockTest {
  private static final int MIB = 1 << 20;

  @AutoClose
  private final Link link = new Link();

  private final Collector near = new Collector();
  private final Collector far = new Collector();

  @Test
  void bothWriteMoreThanAWindowBeforeEitherReads() {
    var answer = new Pump(2, 5 * MIB, 70_000);
    link.listener.acceptor = stream -> {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(far, answer);
    };
    var request = new Pump(1, 5 * MIB, 70_000);
    YamuxStream stream = link.dialler.open(both(request));
    stream.config().setAutoRead(false);
    link.pump();
    assertThat(near.bytes + far.bytes).isZero();
    assertThat(request.left).isPositive();
    assertThat(answer.left).isPositive();

    stream.config().setAutoRead(true);
    link.listener.accepted.get(0).config().setAutoRead(true);
    link.pump();

    assertThat(near.checksum.getValue()).isEqualTo(answer.checksum.getValue());
    assertThat(far.checksum.getValue()).isEqualTo(request.checksum.getValue());
    assertThat(near.inactive && far.inactive).isTrue();
  }

  @Test
  void bothConnectionsAreFullAndCreditStillPasses() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(far, new Pump(2, 3 * MIB, 70_000));
    link.dialler.open(both(new Pump(1, 3 * MIB, 70_000)));
    for (int i = 0; i < 400 && !(near.ended && far.ended); i++) {
      // Each end takes in while its own way out is full, then one frame or two fit again.
      link.dialler.writable(false);
      link.listener.writable(false);
      link.pump();
      link.dialler.writable(true);
      link.listener.writable(true);
    }

    assertThat(near.bytes).isEqualTo(3L * MIB);
    assertThat(far.bytes).isEqualTo(3L * MIB);
  }

  @Test
  void theEndArrivesAlthoughTheWindowIsUsedUpToTheLastByte() {
    link.listener.acceptor = stream -> {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(far);
    };
    YamuxStream stream = link.dialler.open(near);
    stream.writeAndFlush(Unpooled.buffer().writeZero(256 << 10));
    link.pump();
    assertThat(stream.isWritable()).isFalse();

    assertThat(stream.shutdownOutput().isSuccess()).isTrue();
    link.pump();
    link.listener.accepted.get(0).config().setAutoRead(true);
    link.pump();

    assertThat(far.bytes).isEqualTo(256 << 10);
    assertThat(far.ended).isTrue();
  }

  @Test
  void aStreamWithoutAWindowDoesNotStopTheOthersOfItsConnection() {
    link.listener.acceptor = stream -> {
      stream.config().setAutoRead(stream.streamId() != 1);
      stream.pipeline().addLast(stream.streamId() == 1 ? far : new Echo());
    };
    link.dialler.open(new Pump(1, 2 * MIB, 70_000));
    link.pump();
    var pump = new Pump(3, 2 * MIB, 70_000);
    link.dialler.open(both(pump));
    link.pump();

    assertThat(near.checksum.getValue()).isEqualTo(pump.checksum.getValue());
    assertThat(near.ended).isTrue();
  }

  private ChannelInitializer<Channel> both(Pump pump) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(near, pump);
      }
    };
  }
}
