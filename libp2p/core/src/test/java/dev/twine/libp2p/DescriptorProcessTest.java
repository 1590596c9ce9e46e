package dev.twine.libp2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hosts in a process that may have 200 files open, its jars included. */
@Tag("process")
class DescriptorProcessTest {
  private static final int LIMIT = 200;

  private final List<AutoCloseable> open = new ArrayList<>();
  private Process process;
  private BufferedReader said;
  private PrintStream tell;

  /** With their IDs. */
  private final List<Multiaddr> addresses = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    process.destroyForcibly().waitFor(10, SECONDS);
  }

  @Test
  void withoutADescriptorItWaitsAndGoesOnWhenThereIsOne() throws Exception {
    start(0, 1);
    assertThat(ask("fill")).startsWith("fill");
    Host host = host();
    var connecting = host.connect(addresses.get(0));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ask("stats"), answer -> answer.contains(AcceptPauses.FAILED + "="));
    assertThat(connecting.isDone()).isFalse();

    assertThat(ask("free")).startsWith("free");
    echo(connecting.get(10, SECONDS));
    // It had paused in between, and not tried as fast as it could.
    String failures = ask("stats").replaceAll(".*accept.failed=(\\d+).*", "$1");
    assertThat(Integer.parseInt(failures)).isLessThan(100);
  }

  @Test
  void socketsLeaveTheReservedDescriptorsAlone() throws Exception {
    start(LIMIT, 1);
    crowd();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ask("stats"), answer -> answer.contains(AcceptPauses.FULL + "="));
    leave();

    echo(host().connect(addresses.get(0)).get(10, SECONDS));
    assertThat(ask("stats")).doesNotContain(AcceptPauses.FAILED);
  }

  @Test
  void severalHostsLeaveThemAloneTogether() throws Exception {
    start(LIMIT, 3);
    crowd();
    String[] all = await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> ask("stats").split("inbound", 2),
            answer -> answer[0].split(AcceptPauses.FULL + "=", -1).length == 4);
    assertThat(all[0]).doesNotContain(AcceptPauses.FAILED);
    // Each takes at most what comes between two looks at the system. A few descriptors were open
    // for a moment only, for a class or for the look itself.
    int taken = Integer.parseInt(all[1].replaceAll(".*open ", ""));
    assertThat(taken).isBetween(LIMIT / 2 - 10, LIMIT * 3 / 4);
    leave();

    for (Multiaddr address : addresses) {
      echo(host().connect(address).get(10, SECONDS));
    }
  }

  /** More than there is room for, to each host in turn. */
  private void crowd() throws IOException {
    for (int i = 0; i < LIMIT / 2 + 20; i++) {
      Multiaddr address = addresses.get(i % addresses.size());
      int port = Integer.parseInt(address.value("tcp").orElseThrow());
      open.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }
  }

  private void leave() throws Exception {
    for (AutoCloseable socket : open) {
      socket.close();
    }
    open.clear();
  }

  private void echo(Connection connection) throws Exception {
    Collector collector = new Collector();
    connection.open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS).shutdownOutput();
    assertThat(collector.ended().get(10, SECONDS)).isZero();
  }

  private Host host() {
    Host host = Host.builder().start();
    open.add(host);
    return host;
  }

  private String ask(String question) throws IOException {
    tell.println(question);
    tell.flush();
    return said.readLine();
  }

  private void start(int reserved, int hosts) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    process = new ProcessBuilder(
            "bash",
            "-c",
            "ulimit -n " + LIMIT + " && exec \"$0\" \"$@\"",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            DescriptorChild.class.getName(),
            Integer.toString(reserved),
            Integer.toString(hosts))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    said = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
    tell = new PrintStream(process.getOutputStream(), true, US_ASCII);
    while (addresses.size() < hosts) {
      String[] ready = said.readLine().split(" ", -1);
      if (ready[0].equals("ready")) {
        addresses.add(Multiaddr.parse(ready[2]).withPeer(NodeId.parse(ready[1])));
      }
    }
  }
}
