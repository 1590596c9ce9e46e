package dev.twine.libp2p.core.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.Varint;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PushTest {
  private static final NodeKey KEY = EmbeddedConnection.keyOf(1);
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");

  private final Refusals refusals = new Refusals();
  private final List<IdentifyInfo> heard = new ArrayList<>();
  private long nanos;
  private final Identify identify = new Identify(
      KEY,
      new LocalIdentity("/t/1", "twine", List.of(ADDRESS), List.of("/a")),
      new IdentifyEnvironment(Runnable::run, refusals, () -> nanos, () -> 1_000L),
      (connection, info) -> heard.add(info));
  private final EmbeddedConnection connection = EmbeddedConnection.toPeer(2);

  @Test
  void aPushChangesWhatItNamesAndNothingElse() {
    push(IdentifyMessage.newBuilder().setAgentVersion("v1").addProtocols("/x").build());
    nanos += TimeUnit.SECONDS.toNanos(5);
    push(IdentifyMessage.newBuilder().setAgentVersion("v2").build());

    assertThat(heard).extracting(IdentifyInfo::agentVersion).containsExactly("v1", "v2");
    assertThat(identify.known(connection).orElseThrow().protocols()).containsExactly("/x");
    assertThat(refusals.snapshot()).isEmpty();
  }

  @Test
  void takesOnePushInFiveSecondsAndAsksOnceForWhatItDidNotRead() {
    push(IdentifyMessage.newBuilder().setAgentVersion("v1").build());
    nanos += TimeUnit.SECONDS.toNanos(5) - 1;
    EmbeddedStream early = connection.accept(receiver());
    EmbeddedStream again = connection.accept(receiver());

    assertThat(early.wasReset()).isTrue();
    assertThat(again.wasReset()).isTrue();
    assertThat(refusals.of(Identify.PUSHES)).isEqualTo(2);
    assertThat(heard).hasSize(1);
    early.freezeTime();
    early.advanceTimeBy(1, TimeUnit.NANOSECONDS);
    early.runScheduledPendingTasks();
    again.runScheduledPendingTasks();
    assertThat(connection.requests).hasSize(1);
    assertThat(connection.requests.get(0).protocols()).containsExactly(Identify.ID);
    EmbeddedStream asked = connection.opened.remove();
    asked.writeInbound(IdentifyExchange.append(
        Unpooled.buffer(), IdentifyMessage.newBuilder().setAgentVersion("v2").build()));
    asked.endInput();
    assertThat(identify.known(connection).orElseThrow().agentVersion()).isEqualTo("v2");
    early.finishAndReleaseAll();
    again.finishAndReleaseAll();
    asked.finishAndReleaseAll();
  }

  @Test
  void tellsAPeerWhatChangedWithAHigherNumber() throws Exception {
    IdentifyMessage before = sent(identify.push(connection));
    identify
        .update(new LocalIdentity("/t/1", "twine/2", List.of(), List.of("/b")))
        .join();
    IdentifyMessage after = sent(identify.push(connection));

    assertThat(connection.requests.get(0).protocols()).containsExactly("/ipfs/id/push/1.0.0");
    assertThat(before.getProtocolsList()).containsExactly("/a");
    assertThat(after.getAgentVersion()).isEqualTo("twine/2");
    assertThat(after.getProtocolsList()).containsExactly("/b");
    assertThat(seq(after)).isGreaterThan(seq(before)).isEqualTo(1_001);
  }

  @Test
  void aPeerThatTakesNoPushFailsTheFuture() {
    CompletableFuture<Void> reset = identify.push(connection);
    connection.opened.remove().finishAndReleaseAll();
    assertThat(reset).isCompleted();

    connection.close();
    assertThat(identify.push(connection)).isCompletedExceptionally();
  }

  @Test
  void whatIsSentFitsInFourKibibytesAndLeavesOutTheLastAddressesAndProtocols() throws Exception {
    List<Multiaddr> addresses = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      addresses.add(Multiaddr.parse("/dns4/a-rather-long-name-of-a-host.example/tcp/" + i));
      protocols.add("/a-rather-long-name-of-a-protocol/" + i);
    }
    identify.update(new LocalIdentity("/t/1", "twine", addresses, protocols)).join();

    CompletableFuture<Void> pushed = identify.push(connection);
    EmbeddedStream stream = connection.opened.peek();
    assertThat(stream).isNotNull();
    IdentifyMessage message = sent(pushed);

    assertThat(message.getSerializedSize()).isBetween(3_300, IdentifyCodec.MAX_SENT);
    assertThat(message.getListenAddrsCount()).isBetween(5, 64);
    assertThat(message.getProtocolsList()).startsWith(protocols.get(0)).hasSizeBetween(40, 60);
    SignedEnvelope envelope = SignedEnvelope.parse(message.getSignedPeerRecord().toByteArray());
    assertThat(PeerRecord.parse(envelope).addresses())
        .isEqualTo(addresses.subList(0, message.getListenAddrsCount()));
    assertThat(refusals.of(IdentifyCodec.SENT_ADDRESSES))
        .isEqualTo(300 - message.getListenAddrsCount());
    assertThat(refusals.of(IdentifyCodec.SENT_PROTOCOLS))
        .isEqualTo(300 - message.getProtocolsCount());
  }

  @Test
  void versionTextsHaveALimit() {
    String longest = "v".repeat(LocalIdentity.MAX_TEXT);
    assertThat(new LocalIdentity(longest, longest, List.of(), List.of()).agentVersion())
        .isEqualTo(longest);
    assertThatThrownBy(() -> new LocalIdentity("", longest + "v", List.of(), List.of()))
        .hasMessageContaining("257");
  }

  private static long seq(IdentifyMessage message) {
    return PeerRecord.parse(SignedEnvelope.parse(message.getSignedPeerRecord().toByteArray()))
        .seq();
  }

  /** Takes what was written to the stream that was opened last. */
  private IdentifyMessage sent(CompletableFuture<Void> pushed) throws Exception {
    EmbeddedStream stream = connection.opened.remove();
    ByteBuf wire = stream.written();
    assertThat(stream.isOpen()).isFalse();
    assertThat(stream.wasReset()).isFalse();
    stream.finishAndReleaseAll();
    assertThat(pushed).isCompleted();
    assertThat(Varint.read(wire)).isEqualTo(wire.readableBytes());
    return IdentifyMessage.parseFrom(ByteBufUtil.getBytes(wire));
  }

  private void push(IdentifyMessage message) {
    EmbeddedStream stream = connection.accept(receiver());
    stream.writeInbound(IdentifyExchange.append(Unpooled.buffer(), message));
    stream.endInput();
    assertThat(stream.wasReset()).isFalse();
    stream.finishAndReleaseAll();
  }

  private StreamProtocol receiver() {
    return identify.protocols().get(1);
  }
}
