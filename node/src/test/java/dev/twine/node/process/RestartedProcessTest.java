package dev.twine.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.TransportKind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that died without a word comes back as the same node. */
@Tag("process")
class RestartedProcessTest {
  private static final Duration AGAIN = Duration.ofSeconds(10);

  @TempDir
  private Path directory;

  @ParameterizedTest
  @EnumSource(TransportKind.class)
  void aNodeThatDialsIsActiveAgainWithinTenSecondsOnItsDataDirectory(TransportKind transport) {
    String data = directory.resolve("data-b").toString();
    try (TwineNode a = TwineNode.start(directory, "a");
        TwineNode b =
            TwineNode.start(directory, "b", "--data-dir", data, "--peer", a.address(transport))) {
      awaitBoth(a, b);

      b.process().kill();
      long killed = System.nanoTime();
      try (TwineNode again =
          TwineNode.start(directory, "b", "--data-dir", data, "--peer", a.address(transport))) {
        assertThat(again.id()).isEqualTo(b.id());
        awaitBothAgain(a, again, killed);
        assertThat(a.peers()).hasSize(1);
      }
    }
  }

  @Test
  void aNodeThatIsDialledIsActiveAgainWithinTenSecondsOnItsDataDirectory() {
    String data = directory.resolve("data-a").toString();
    try (TwineNode a = TwineNode.start(directory, "a", "--data-dir", data);
        TwineNode b = TwineNode.start(directory, "b", "--peer", a.ws())) {
      awaitBoth(a, b);

      a.process().kill();
      long killed = System.nanoTime();
      try (TwineNode again =
          TwineNode.begin(directory, "a", a.ws(), "--data-dir", data).ready()) {
        assertThat(again.id()).isEqualTo(a.id());
        assertThat(again.ws()).isEqualTo(a.ws());
        awaitBothAgain(again, b, killed);
      }
    }
  }

  @Test
  void withoutADataDirectoryARestartMakesAnotherNode() {
    try (TwineNode one = TwineNode.start(directory, "one")) {
      one.process().kill();
      try (TwineNode other = TwineNode.start(directory, "one")) {
        assertThat(other.id()).isNotEqualTo(one.id());
      }
    }
  }

  private static void awaitBoth(TwineNode a, TwineNode b) {
    TwineProcess.await(
        () -> a.knows(b.id()) && b.knows(a.id()), Duration.ofSeconds(15), "both are active");
  }

  private static void awaitBothAgain(TwineNode a, TwineNode b, long killedNanos) {
    long left = AGAIN.toNanos() - (System.nanoTime() - killedNanos);
    TwineProcess.await(
        () -> a.knows(b.id()) && b.knows(a.id()),
        Duration.ofNanos(left),
        () -> "both are active again: " + a.peers() + b.peers());
    long took = (System.nanoTime() - killedNanos) / 1_000_000;
    System.out.println("restart after kill -9: both active " + took + " ms after the kill");
  }
}
