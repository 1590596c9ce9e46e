package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminationTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final List<Run> running = new ArrayList<>();

  /** The process does not end here, and so a node closes after it would have. */
  @AfterEach
  void awaitCommands() {
    running.forEach(run -> await().atMost(SOON).until(() -> run.code() >= 0));
  }

  @Test
  void aLastingCommandInPlaceIsAskedAndItsOwnCodeCounts() throws InterruptedException {
    Termination termination = patient();
    termination.begins(true);
    termination.inPlace();

    Thread signal = signal(termination);
    termination.await();
    termination.finished(1);
    signal.join();

    assertThat(ends).isEmpty();
  }

  @Test
  void everyOtherCommandIsCutOffWith130() throws InterruptedException {
    Termination termination = patient();
    termination.begins(false);

    signal(termination).join();

    assertThat(ends).containsExactly("exit 130");
  }

  @Test
  void aSignalBeforeTheCommandIsKnownWaitsForIt() throws InterruptedException {
    Termination lasting = patient();
    Thread early = signal(lasting);
    lasting.begins(true);
    early.join();
    assertThat(ends).containsExactly("exit 0");

    Termination other = patient();
    Thread cutting = signal(other);
    other.begins(false);
    cutting.join();
    assertThat(ends).containsExactly("exit 0", "exit 130");
  }

  @Test
  void aSignalToACommandThatHasEndedLeavesItsCode() throws InterruptedException {
    Termination lasting = patient();
    lasting.begins(true);
    lasting.finished(0);
    signal(lasting).join();

    // An error of usage ends a command before it has begun.
    Termination misused = patient();
    Thread early = signal(misused);
    misused.finished(2);
    early.join();

    assertThat(ends).isEmpty();
  }

  @Test
  void aSecondSignalChangesNothing() throws InterruptedException {
    Termination termination = patient();
    termination.begins(true);
    termination.inPlace();
    Thread first = signal(termination);
    termination.await();

    signal(termination).join(); // While the first still waits.
    assertThat(first.isAlive()).isTrue();
    termination.finished(0);
    first.join();
    signal(termination).join();

    assertThat(ends).isEmpty();
  }

  @Test
  void aLastingCommandThatDoesNotEndIsHalted() throws InterruptedException {
    Termination termination = new Termination(
        code -> ends.add("exit " + code), code -> ends.add("halt " + code), Duration.ofMillis(1));
    termination.begins(true);
    termination.inPlace();

    signal(termination).join();

    assertThat(ends).containsExactly("halt 1");
    assertThat(termination.asked()).isDone();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --network-id x --admin 127.0.0.1:0",
        "sandbox --duration 60s",
        "chat --admin SILENT",
        "http serve --prefix /x --to http://127.0.0.1:1 --admin SILENT"
      })
  void aLastingCommandEndsWellWhereverTheSignalFindsIt(String line) throws IOException {
    // Accepts connections and never answers.
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String[] args =
          line.replace("SILENT", "127.0.0.1:" + silent.getLocalPort()).split(" ");

      Run run = Run.interrupted(new ByteArrayInputStream(new byte[0]), args);
      running.add(run);

      await().atMost(SOON).until(() -> run.code() >= 0 || !run.exits().isEmpty());
      assertThat(run.exits()).as("%s", run.err()).isSubsetOf(0);
      assertThat(run.code()).as("%s", run.err()).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void listenIsCutOffWith130() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Run run = Run.interrupted(
          InputStream.nullInputStream(), "listen", "--admin", "127.0.0.1:" + silent.getLocalPort());
      running.add(run);

      await().atMost(SOON).until(() -> run.exits().contains(130));
    }
  }

  private Termination patient() {
    return new Termination(
        code -> ends.add("exit " + code), code -> ends.add("halt " + code), SOON);
  }

  private static Thread signal(Termination termination) {
    var thread = new Thread(termination::requested, "signal");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
