package dev.twine.node.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user can get wrong ends with a message that says what to do, and the code for it. */
@Tag("process")
class MisconfiguredProcessTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final int USAGE = 2;
  private static final int NOT_REACHABLE = 3;

  /** A node that nothing is wrong with. */
  private static TwineNode good;

  private static Path goodData;

  @TempDir
  private Path directory;

  @BeforeAll
  static void startANode(@TempDir Path shared) {
    goodData = shared.resolve("data");
    good = TwineNode.start(shared, "good", "--data-dir", goodData.toString());
  }

  @AfterAll
  static void stopTheNode() {
    good.close();
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      String multiaddr = "/ip4/127.0.0.1/tcp/" + taken.getLocalPort();
      try (TwineProcess ws = run("--ws-listen", address);
          TwineProcess p2p = run("--ws-listen", "127.0.0.1:0", "--p2p-listen", multiaddr)) {
        assertRefused(ws, USAGE, address);
        assertRefused(p2p, USAGE, multiaddr);
      }
    }
  }

  @Test
  void anAdminPortInUseIsNamed() {
    try (TwineProcess node =
        TwineProcess.start("run", "--network-id", "x", "--admin", good.admin())) {
      assertRefused(node, USAGE, good.admin());
    }
  }

  @Test
  void aSecondProcessOnOneDataDirectoryIsRefusedAndTheFirstStaysUp() {
    Path data = directory.resolve("data");
    try (TwineNode first = TwineNode.start(directory, "first", "--data-dir", data.toString());
        TwineProcess second = run("--data-dir", data.toString())) {
      assertRefused(second, USAGE, data.toString());
      assertThat(first.json("id").get("nodeId").asText()).isEqualTo(first.id());
    }
  }

  @Test
  void aWorldReadableKeyFileIsRefused() throws IOException {
    Path key = copyOfTheKey("data");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    try (TwineProcess node = run("--data-dir", key.getParent().toString())) {
      assertRefused(node, USAGE, key.toString());
      assertThat(node.lastErr()).contains("chmod 600");
    }
  }

  @Test
  void aKeyFileThatMayNotBeReadIsRefused() throws IOException {
    Path key = copyOfTheKey("data");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(key), "this user may read every file");

    try (TwineProcess node = run("--data-dir", key.getParent().toString())) {
      assertRefused(node, USAGE, key.toString());
    }
  }

  @Test
  void aDirectoryInPlaceOfAKeyFileIsRefused() throws IOException {
    Path key = copyOfTheKey("data");
    Files.delete(key);
    Files.createDirectory(key);

    try (TwineProcess node = run("--data-dir", key.getParent().toString())) {
      assertRefused(node, USAGE, key.toString());
    }
  }

  @Test
  void aKeyFileThatIsNoKeyIsRefusedAndLeftAlone() throws IOException {
    Path key = copyOfTheKey("data");
    Files.writeString(key, "not a key");

    try (TwineProcess node = run("--data-dir", key.getParent().toString())) {
      assertRefused(node, USAGE, key.toString());
      assertThat(key).hasContent("not a key");
    }
  }

  @Test
  void aDataDirectoryThatCannotBeMadeIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    Path data = file.resolve("data");

    try (TwineProcess node = run("--data-dir", data.toString())) {
      assertRefused(node, USAGE, data.toString());
    }
  }

  @Test
  void aNodeOfAnotherNetworkIsNeverAPeerAndTheReasonIsSaid() {
    try (TwineProcess other = TwineProcess.start(
        "run", "--network-id", "another-network", "--admin", "127.0.0.1:0", "--peer", good.ws())) {
      other.awaitErr("Node is ready");
      TwineProcess.await(
          () -> other.err().stream()
              .anyMatch(line -> line.contains(good.ws()) && line.contains("network")),
          SOON,
          () -> "a line that names address and network in " + other.err());
      TwineProcess.await(() -> good.peers().isEmpty(), SOON, "no peers");
    }
  }

  @Test
  void connectingToAnotherNetworkEndsWithTheReason() {
    try (TwineNode other = TwineNode.start(directory, "other", "--network-id", "another-network");
        TwineProcess ws = good.run("peers", "connect", other.ws());
        TwineProcess p2p = good.run("peers", "connect", other.p2p())) {
      assertRefused(ws, NOT_REACHABLE, other.ws());
      assertThat(ws.lastErr()).contains("network");
      assertRefused(p2p, NOT_REACHABLE, other.p2p());
      assertThat(p2p.lastErr()).contains("network");
    }
  }

  @Test
  void connectingToNobodyNamesTheStepThatFailed() {
    try (TwineProcess connect = good.run("peers", "connect", "127.0.0.1:1")) {
      assertRefused(connect, NOT_REACHABLE, "127.0.0.1:1");
      assertThat(connect.lastErr()).contains("connect");
    }
  }

  @Test
  void aMalformedAddressIsTheUsersMistake() {
    try (TwineProcess connect = good.run("peers", "connect", "ws://1111111111111111111111@h:1");
        TwineProcess start = run("--peer", "127.0.0.1:http")) {
      assertRefused(connect, USAGE, "ws://1111111111111111111111@h:1");
      assertRefused(start, USAGE, "127.0.0.1:http");
    }
  }

  @Test
  void aNodeWithoutAnAdminApiIsNotReachable() {
    try (TwineProcess id = TwineProcess.start("id", "--admin", "127.0.0.1:1", "-o", "json")) {
      assertRefused(id, NOT_REACHABLE, "127.0.0.1:1");
    }
  }

  @Test
  void anUnreachableStaticPeerIsReportedAndFoundOnceItIsThere() throws IOException {
    String address;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + free.getLocalPort();
    }
    try (TwineNode early = TwineNode.start(directory, "early", "--peer", address)) {
      early.process().awaitErr(address);
      assertThat(early.json("peers")).isEmpty();

      try (TwineNode late = TwineNode.begin(directory, "late", address).ready()) {
        TwineProcess.await(() -> early.knows(late.id()), SOON, "the static peer is found");
      }
    }
  }

  @Test
  void oneKeyOnTwoDirectoriesIsNoticedByTheHubAndSaidByTheSecond() throws IOException {
    Path key = copyOfTheKey("copy");
    try (TwineNode hub = TwineNode.start(directory, "hub", "--peer", good.ws())) {
      TwineProcess.await(() -> hub.knows(good.id()), SOON, "the hub knows the first");
      try (TwineNode second = TwineNode.start(
          directory, "second", "--data-dir", key.getParent().toString(), "--peer", hub.ws())) {
        assertThat(second.id()).isEqualTo(good.id());
        TwineProcess.await(
            () -> second.process().err().stream()
                .anyMatch(line -> line.contains(hub.ws()) && line.contains("uses this key")),
            SOON,
            () -> "a line that says why in " + second.process().err());
        assertThat(hub.knows(good.id())).isTrue();
        assertThat(hub.peers()).hasSize(1);
      }
    }
  }

  @Test
  void aNodeThatDialsItsOwnKeyIsToldSo() throws IOException {
    Path key = copyOfTheKey("copy");
    try (TwineNode twin = TwineNode.start(
        directory, "twin", "--data-dir", key.getParent().toString(), "--peer", good.ws())) {
      TwineProcess.await(
          () -> twin.process().err().stream()
              .anyMatch(line -> line.contains(good.ws()) && line.contains("key")),
          SOON,
          () -> "a line that says why in " + twin.process().err());
    }
  }

  /** A message of three parts that names the value, nothing on stdout, and that code. */
  private static void assertRefused(TwineProcess process, int code, String value) {
    assertThat(process.awaitExit(SOON)).as("%s", process.err()).isEqualTo(code);
    assertThat(process.lastErr()).startsWith("error: ").contains(value);
    assertThat(process.lastErr().split(": ").length).isGreaterThanOrEqualTo(4);
    assertThat(process.out()).isEmpty();
  }

  /** A data directory with the key of the good node. */
  private Path copyOfTheKey(String name) throws IOException {
    Path data = Files.createDirectory(directory.resolve(name));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    return Files.copy(
        goodData.resolve("node.key"), data.resolve("node.key"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static TwineProcess run(String... more) {
    var args = new ArrayList<>(
        List.of("run", "--network-id", TwineNode.NETWORK, "--admin", "127.0.0.1:0"));
    args.addAll(List.of(more));
    return TwineProcess.start(args.toArray(new String[0]));
  }
}
