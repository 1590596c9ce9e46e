package dev.twine.libp2p.core.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Answers of a hostile peer: within the bounds, or one refusal. */
class IdentifyFuzzTest {
  private static final NodeKey PEER = EmbeddedConnection.keyOf(2);
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");

  @Test
  void everyPrefixAndMutationIsTakenOrRefused() {
    byte[] seed = seed();
    for (int length = 0; length < seed.length; length++) {
      assertThat(isTaken(Arrays.copyOf(seed, length))).isFalse();
    }
    var random = new Random(20_261_121);
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = seed.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      taken += isTaken(bytes) ? 1 : 0;
    }
    assertThat(taken).isBetween(100, 999);
  }

  @FuzzTest(maxDuration = "150s")
  void answers(byte[] bytes) {
    isTaken(bytes);
  }

  @FuzzTest(maxDuration = "150s")
  void pushes(byte[] bytes) {
    var connection = new EmbeddedConnection(PEER.publicKey());
    EmbeddedStream stream = connection.accept(identify().protocols().get(1));
    stream.writeInbound(Unpooled.copiedBuffer(bytes));
    if (stream.isOpen()) {
      stream.endInput();
    }
    stream.runPendingTasks();
    stream.finishAndReleaseAll();
  }

  /** Random bytes are no signature, so what is read is never vouched for. */
  @FuzzTest(maxDuration = "150s")
  void envelopes(byte[] bytes) {
    assertThat(PeerRecordTest.isSignedRecord(bytes)).isFalse();
  }

  @FuzzTest(maxDuration = "150s")
  void records(byte[] payload) {
    var envelope = new SignedEnvelope(PEER.publicKey(), new byte[] {3, 1}, payload, new byte[64]);
    try {
      PeerRecord record = PeerRecord.parse(envelope);
      assertThat(record.id()).isEqualTo(PEER.nodeId());
      assertThat(record.addresses().size()).isLessThanOrEqualTo(PeerAddresses.MAX);
      byte[] again = record.encode();
      var second = new SignedEnvelope(PEER.publicKey(), new byte[] {3, 1}, again, new byte[64]);
      assertThat(PeerRecord.parse(second)).isEqualTo(record);
    } catch (Libp2pException e) {
      assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
    }
  }

  private static boolean isTaken(byte[] answer) {
    CompletableFuture<IdentifyInfo> asked = IdentifyExchange.answer(
        identify(), new EmbeddedConnection(PEER.publicKey()), Unpooled.wrappedBuffer(answer));
    try {
      IdentifyInfo info = asked.getNow(null);
      assertThat(info.listenAddresses().size()).isLessThanOrEqualTo(PeerAddresses.MAX);
      assertThat(info.protocols().size()).isLessThanOrEqualTo(IdentifyDraft.MAX_PROTOCOLS);
      return true;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(Libp2pException.class);
      return false;
    }
  }

  private static Identify identify() {
    return new Identify(
        EmbeddedConnection.keyOf(1),
        new LocalIdentity("", "", List.of(), List.of()),
        IdentifyEnvironment.of(Runnable::run, new Refusals()),
        (connection, info) -> {});
  }

  private static byte[] seed() {
    IdentifyMessage message = IdentifyMessage.newBuilder()
        .setPublicKey(ByteString.copyFrom(PEER.publicKey().encoded()))
        .addListenAddrs(ByteString.copyFrom(ADDRESS.toBytes()))
        .addProtocols("/ipfs/ping/1.0.0")
        .setObservedAddr(ByteString.copyFrom(ADDRESS.toBytes()))
        .setAgentVersion("peer/1")
        .setSignedPeerRecord(
            ByteString.copyFrom(new PeerRecord(PEER.nodeId(), 9, List.of(ADDRESS)).seal(PEER)))
        .build();
    return ByteBufUtil.getBytes(IdentifyExchange.append(Unpooled.buffer(), message));
  }
}
