package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others corrupt: many windows sent back in the very buffers that they came in. */
class YamuxEchoTest {
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(ints = {1_000, 16_384, 200_000})
  void manyWindowsComeBackUnchangedBothWaysAtOnce(int chunk) {
    try (var link = new Link()) {
      link.dialler.acceptor = stream -> stream.pipeline().addLast(new Echo());
      link.listener.acceptor = stream -> stream.pipeline().addLast(new Echo());
      var fromDialler = new Exchange(1, chunk);
      var fromListener = new Exchange(2, chunk);
      link.dialler.open(fromDialler);
      link.listener.open(fromListener);

      link.pump();

      fromDialler.check();
      fromListener.check();
      assertThat(link.dialler.muxer.streams()).isZero();
      assertThat(link.listener.muxer.streams()).isZero();
    }
  }

  private static final class Exchange extends ChannelInitializer<Channel> {
    private final Pump pump;
    private final Collector back = new Collector();

    Exchange(long seed, int chunk) {
      pump = new Pump(seed, 8 * MIB, chunk);
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.pipeline().addLast(back, pump);
    }

    void check() {
      assertThat(back.bytes).isEqualTo(8 * MIB);
      assertThat(back.checksum.getValue()).isEqualTo(pump.checksum.getValue());
      assertThat(back.ended).isTrue();
      assertThat(back.failures).isEmpty();
      assertThat(back.inactive).isTrue();
    }
  }
}
