package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.LocalHost;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.Registration;
import dev.twine.libp2p.core.Varint;
import dev.twine.libp2p.core.identify.Identify;
import dev.twine.libp2p.core.identify.IdentifyEnvironment;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SelfIntroductionTest {
  private final EmbeddedConnection connection = EmbeddedConnection.toPeer(2);
  private final Local local = new Local(EmbeddedConnection.keyOf(1), new TreeSet<>(), connection);
  private final EmbeddedChannel timer = new EmbeddedChannel();
  private final SelfIntroduction introduction = new SelfIntroduction(
      local,
      new SelfIntroduction.Names("/net/1", "twine"),
      IdentifyEnvironment.of(Runnable::run, new Refusals()),
      timer.eventLoop());

  @Test
  void aPeerThatIsStillBeingAskedIsToldOfChangesOnceItHasAnswered() {
    introduction.connected(connection);
    introduction.refresh();
    EmbeddedStream asked = connection.opened.remove();
    change("/new");
    change("/newer");
    assertThat(connection.requests).hasSize(1);

    answer(asked, Identify.PUSH_ID);

    assertThat(connection.requests).hasSize(2);
    assertThat(connection.requests.get(1).protocols()).containsExactly(Identify.PUSH_ID);
    EmbeddedStream push = connection.opened.remove();
    ByteBuf told = push.written();
    assertThat(told.toString(java.nio.charset.StandardCharsets.UTF_8)).contains("/newer");
    told.release();
    push.finishAndReleaseAll();
  }

  @Test
  void aPeerWithoutPushesIsToldNothing() {
    introduction.refresh();
    introduction.connected(connection);
    answer(connection.opened.remove(), Identify.ID);

    change("/new");

    assertThat(connection.requests).hasSize(1);
  }

  private void change(String protocol) {
    local.protocols().add(protocol);
    introduction.changed();
    timer.advanceTimeBy(1, TimeUnit.SECONDS);
    timer.runScheduledPendingTasks();
  }

  private static void answer(EmbeddedStream stream, String protocol) {
    IdentifyMessage message =
        IdentifyMessage.newBuilder().addProtocols(protocol).build();
    ByteBuf bytes = Unpooled.buffer();
    Varint.write(bytes, message.getSerializedSize());
    stream.writeInbound(bytes.writeBytes(message.toByteArray()));
    stream.endInput();
    stream.finishAndReleaseAll();
  }

  private record Local(NodeKey key, Set<String> protocols, Connection connection)
      implements LocalHost {
    @Override
    public List<Multiaddr> addresses() {
      return List.of();
    }

    @Override
    public Collection<Connection> connections() {
      return List.of(connection);
    }

    @Override
    public Registration addListener(HostListener listener) {
      return () -> {};
    }
  }
}
