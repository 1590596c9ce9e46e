package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.interop.Peer.Identity;
import dev.twine.interop.Peer.Link;
import io.netty.util.LeakPresenceDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything both ends can do, with each foreign library, in both dial directions. */
@Tag("interop")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
class ForeignPeerTest {
  private static final int MIB = 1 << 20;
  private static final String PUSHED = "/twine/pushed/";

  /** Far more than the largest window and every buffer on the way. */
  private static final long STALLED_BYTES = 64L * MIB;

  private static TwinePeer twine;
  private static Peer foreign;
  private static Peer dialler;
  private static Peer listener;

  @Parameter
  private Cell cell;

  static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (Language language : Language.chosen()) {
      for (String transport : List.of("tcp", "ws")) {
        for (String security : List.of("noise", "tls")) {
          cells.add(new Cell(language, Setting.of(transport, security), true));
          cells.add(new Cell(language, Setting.of(transport, security), false));
        }
      }
    }
    String only = System.getProperty("twine.interop.only", "");
    return cells.stream().filter(cell -> cell.toString().contains(only)).toList();
  }

  @BeforeParameterizedClassInvocation
  static void start(Cell cell) {
    foreign = Peers.get(cell.language(), cell.setting());
    twine = TwinePeer.start(cell.setting());
    dialler = cell.twineDials() ? twine : foreign;
    listener = cell.twineDials() ? foreign : twine;
  }

  @BeforeEach
  void connect() {
    if (!twine.isConnected(foreign.id())) {
      dialler.dial(listener.listen());
      listener.connection(dialler.id());
    }
  }

  @AfterEach
  void foreignPeerReadsAgain() {
    foreign.release();
    twine.release();
  }

  @AfterParameterizedClassInvocation
  static void closeAndCheckForLeaks() {
    twine.close();
    LeakPresenceDetector.check();
  }

  @Test
  void bothEndsAgreeOnWhatTheyNegotiated() {
    Link dialled = dialler.connection(listener.id());
    Link accepted = listener.connection(dialler.id());

    assertThat(dialled.inbound()).isFalse();
    assertThat(accepted.inbound()).isTrue();
    assertThat(dialled.security()).isEqualTo(accepted.security()).isEqualTo(cell.securityId());
    assertThat(dialled.muxer()).isEqualTo(accepted.muxer()).isEqualTo("/yamux/1.0.0");
  }

  @Test
  void eachPingsTheOtherAndAgainOnANewStream() {
    assertThat(twine.ping(foreign.id(), 5)).hasSize(5);
    assertThat(foreign.ping(twine.id(), 5)).hasSize(5);
    assertThat(twine.ping(foreign.id(), 1)).hasSize(1);
    assertThat(foreign.ping(twine.id(), 1)).hasSize(1);
  }

  @Test
  void identifyTellsEachWhoTheOtherIs() {
    Identity seen = twine.identify(foreign.id());
    Identity shown = foreign.identify(twine.id());

    assertThat(seen.agent()).isEqualTo("twine-interop-" + cell.language().title());
    assertThat(seen.protocols()).contains(TestProtocols.ECHO, "/ipfs/ping/1.0.0", "/ipfs/id/1.0.0");
    assertThat(seen.observed()).startsWith("/ip4/127.0.0.1/tcp/");
    assertThat(shown.agent()).isEqualTo(TwinePeer.AGENT);
    // rust signs its own records by an older rule than go and js, and does not check ours.
    assertThat(seen.signedRecord()).isEqualTo(cell.language() != Language.RUST);
    assertThat(shown.signedRecord()).isTrue();
    assertThat(shown.protocols()).contains(TestProtocols.ECHO, "/ipfs/ping/1.0.0", "/perf/1.0.0");
    assertThat(shown.observed()).startsWith("/ip4/127.0.0.1/tcp/");
  }

  @Test
  void aNewProtocolIsPushedToTheOtherEnd() {
    twine.identify(foreign.id());
    foreign.identify(twine.id());
    String id = PUSHED + twine.id();

    twine.handle(id);
    foreign.awaitProtocol(twine.id(), id);
    foreign.handle(id);
    twine.awaitProtocol(foreign.id(), id);
  }

  @Test
  void manyStreamsAreOpenAtOnceFromEitherEnd() {
    int streams = cell.language().streamsAtOnce();

    twine.echo(foreign.id(), streams, 10_000);
    foreign.echo(twine.id(), streams, 10_000);
  }

  @Test
  void tenMebibytesEchoBothWaysAtOnce() {
    both(
        () -> twine.echo(foreign.id(), 1, 10L * MIB), () -> foreign.echo(twine.id(), 1, 10L * MIB));
  }

  @Test
  void aReaderThatStallsHoldsUpItsOwnStreamOnly() {
    stall(twine, foreign);
    stall(foreign, twine);
  }

  private void stall(Peer writer, Peer reader) {
    long handle = writer.stall(reader.id(), STALLED_BYTES);
    await().atMost(20, TimeUnit.SECONDS).until(() -> writer.stalled(handle) > 0);
    await()
        .during(Duration.ofMillis(300))
        .pollInterval(Duration.ofMillis(30))
        .atMost(20, TimeUnit.SECONDS)
        .until(new Unchanged(() -> writer.stalled(handle)));

    writer.echo(reader.id(), 2, 100_000);
    reader.echo(writer.id(), 2, 100_000);
    assertThat(writer.ping(reader.id(), 1)).hasSize(1);
    assertThat(writer.stalled(handle)).isPositive().isLessThan(STALLED_BYTES);

    reader.release();
    assertThat(writer.finish(handle)).isEqualTo(STALLED_BYTES);
  }

  @Test
  void perfMovesTheAmountsAskedFor() {
    twine.perf(foreign.id(), 16L * MIB, 0);
    twine.perf(foreign.id(), 0, 16L * MIB);
    twine.perf(foreign.id(), 1, 1);
    foreign.perf(twine.id(), 16L * MIB, 0);
    foreign.perf(twine.id(), 0, 16L * MIB);
    foreign.perf(twine.id(), 1, 1);
  }

  @Test
  void aResetIsSeenAsOneAndNotAsAnEnd() {
    assertThat(twine.reset(foreign.id())).isNotEmpty();
    assertThat(foreign.reset(twine.id())).isNotEmpty();
  }

  @Test
  void anUnknownProtocolIsRefusedWithTheReason() {
    assertThatThrownBy(() -> twine.open(foreign.id(), "/twine/none/1"))
        .hasMessageContaining("/twine/none/1");
    assertThatThrownBy(() -> foreign.open(twine.id(), "/twine/none/1"))
        .isInstanceOf(PeerFailure.class)
        .hasMessageMatching("(?i).*(not supported|could not negotiate|no protocol could).*");
    twine.echo(foreign.id(), 1, 1);
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    String stranger = NodeKey.generate(KeyType.ED25519).nodeId().toString();
    String address = listener.listen();
    String wrong = address.substring(0, address.lastIndexOf('/') + 1) + stranger;

    assertThatThrownBy(() -> dialler.dial(wrong)).hasMessageContaining(stranger);
    twine.echo(foreign.id(), 1, 1);
  }

  @Test
  void eitherEndClosesAndBothSeeIt() {
    twine.disconnect(foreign.id());
    foreign.awaitClosed(twine.id());
    twine.awaitClosed(foreign.id());
    connect();
    foreign.disconnect(twine.id());
    twine.awaitClosed(foreign.id());
    foreign.awaitClosed(twine.id());
  }

  private static void both(Runnable one, Runnable other) {
    CompletableFuture.allOf(CompletableFuture.runAsync(one), CompletableFuture.runAsync(other))
        .join();
  }
}
