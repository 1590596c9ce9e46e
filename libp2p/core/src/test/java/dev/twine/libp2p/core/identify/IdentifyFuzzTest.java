package dev.twine.libp2p.core.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.LeakPresenceDetector;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Answers of a hostile peer: within the bounds, or one refusal. */
class IdentifyFuzzTest {
  private static final NodeKey PEER = EmbeddedConnection.keyOf(2);
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");

  @AfterAll
  static void leaksNothing() {
    LeakPresenceDetector.check();
  }

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

  @FuzzTest
  void answers(byte[] bytes) {
    isTaken(bytes);
  }

  @FuzzTest
  void records(byte[] bytes) {
    PeerRecordTest.isSignedRecord(bytes);
  }

  private static boolean isTaken(byte[] answer) {
    Identify identify = new Identify(
        EmbeddedConnection.keyOf(1),
        new LocalIdentity("", "", List.of(), List.of()),
        IdentifyEnvironment.of(Runnable::run, new Refusals()),
        (connection, info) -> {});
    CompletableFuture<IdentifyInfo> asked = IdentifyExchange.answer(
        identify, new EmbeddedConnection(PEER.publicKey()), Unpooled.wrappedBuffer(answer));
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
