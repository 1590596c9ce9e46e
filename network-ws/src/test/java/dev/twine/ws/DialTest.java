package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Address;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a connection and of the dial that made it, in whichever order they go on. */
class DialTest {
  private static final Address ADDRESS = Address.ws("127.0.0.1", 1);

  private final FakeContext context = new FakeContext("net", 1);
  private final Dialler dialler = new Dialler(context, Trust.system());
  private final Dial dial = new Dial(dialler, ADDRESS, Duration.ofMinutes(10));
  private final EmbeddedChannel connection = new EmbeddedChannel();

  @AfterEach
  void stop() {
    connection.finishAndReleaseAll();
    dialler.close();
    context.close();
  }

  /** As for a thread that stands still between its connect and what it does then. */
  @Test
  void aDialThatHasSucceededKeepsItsConnection() {
    assertThat(dial.succeed(session())).isTrue();

    dial.endWithThis(connection);

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void aDialThatSucceedsKeepsItsConnection() {
    dial.endWithThis(connection);

    assertThat(dial.succeed(session())).isTrue();

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void aDialThatHasFailedEndsTheConnectionThatItMade() {
    dial.fail(DialStep.CONNECT.late(ADDRESS));

    dial.endWithThis(connection);

    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aDialThatFailsEndsTheConnectionThatItMade() {
    dial.endWithThis(connection);

    dial.fail(DialStep.UPGRADE.late(ADDRESS));

    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aPeerThatIsBeingToldWhyHasTimeToReadIt() {
    dial.failSaid(DialStep.UPGRADE.refused("does not fit", ADDRESS));

    dial.endWithThis(connection);

    assertThat(connection.isOpen()).isTrue();
  }

  private FakeContext.Session session() {
    return new FakeContext.Session(null, connection);
  }
}
