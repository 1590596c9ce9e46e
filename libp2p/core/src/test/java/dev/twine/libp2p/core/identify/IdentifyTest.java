package dev.twine.libp2p.core.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.Varint;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdentifyTest {
  private static final NodeKey KEY = EmbeddedConnection.keyOf(1);
  private static final NodeKey PEER = EmbeddedConnection.keyOf(2);
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
  private static final LocalIdentity LOCAL = new LocalIdentity(
      "/test/1.0.0", "twine/0.1", List.of(ADDRESS), List.of("/ipfs/ping/1.0.0", "/echo"));

  private final Refusals refusals = new Refusals();
  private final List<IdentifyInfo> heard = new ArrayList<>();
  private long nanos;
  private final Identify identify = new Identify(
      KEY,
      LOCAL,
      new IdentifyEnvironment(Runnable::run, refusals, () -> nanos, () -> 1_000L),
      (connection, info) -> heard.add(info));
  private final EmbeddedConnection connection = new EmbeddedConnection(PEER.publicKey());

  @Test
  void twoHostsTellEachOtherWhoTheyAre() {
    Identify other = new Identify(
        PEER,
        new LocalIdentity("/p/1", "peer/1", List.of(ADDRESS), List.of("/x")),
        IdentifyEnvironment.of(Runnable::run, refusals),
        (from, info) -> {});
    EmbeddedStream server =
        new EmbeddedConnection(KEY.publicKey()).accept(other.protocols().get(0));
    CompletableFuture<IdentifyInfo> asked = identify.identify(connection);
    EmbeddedStream client = connection.opened.remove();

    client.writeInbound(server.written());
    assertThat(server.isOpen()).isFalse();
    client.endInput();

    IdentifyInfo info = asked.join();
    assertThat(info.protocolVersion()).isEqualTo("/p/1");
    assertThat(info.agentVersion()).isEqualTo("peer/1");
    assertThat(info.listenAddresses()).containsExactly(ADDRESS);
    assertThat(info.observedAddress()).contains(Multiaddr.parse("/ip4/198.51.100.7/tcp/4001"));
    assertThat(info.protocols()).containsExactly("/x");
    assertThat(info.record().orElseThrow().addresses()).containsExactly(ADDRESS);
    assertThat(identify.record(PEER.nodeId())).isEqualTo(info.record());
    assertThat(identify.known(connection)).contains(info);
    assertThat(heard).containsExactly(info);
    assertThat(client.isOpen()).isFalse();
    assertThat(client.wasReset()).isFalse();
    assertThat(refusals.snapshot()).isEmpty();
    finish(server, client);
  }

  @Test
  void asksOnceAtATime() {
    CompletableFuture<IdentifyInfo> first = identify.identify(connection);
    assertThat(identify.identify(connection)).isSameAs(first);
    assertThat(connection.opened).hasSize(1);
    EmbeddedStream client = connection.opened.remove();
    client.writeInbound(framed(agent("a")));
    client.endInput();

    assertThat(first).isCompleted();
    CompletableFuture<IdentifyInfo> second = identify.identify(connection);
    assertThat(second).isNotDone();
    assertThat(connection.opened).hasSize(1);
    finish(client, connection.opened.remove());
    assertThat(Failure.of(second)).isEqualTo(FailureReason.PROTOCOL_ERROR);
  }

  @Test
  void mergesUpToTenPartsHoweverTheyAreCut() {
    ByteBuf wire = Unpooled.buffer();
    for (int part = 0; part < 10; part++) {
      append(wire, IdentifyMessage.newBuilder().addProtocols("/p/" + part).build());
    }
    for (int chunk = 1; chunk < wire.readableBytes(); chunk += 3) {
      CompletableFuture<IdentifyInfo> asked = identify.identify(connection);
      EmbeddedStream client = connection.opened.remove();
      ByteBuf rest = wire.duplicate();
      while (rest.isReadable()) {
        client.writeInbound(
            Unpooled.copiedBuffer(rest.readSlice(Math.min(chunk, rest.readableBytes()))));
      }
      client.endInput();
      assertThat(asked.join().protocols()).hasSize(10);
      finish(client);
    }
    append(wire, agent("eleventh"));
    assertThat(Failure.of(ask(wire))).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(refusals.of(IdentifyDraft.PARTS)).isEqualTo(1);
  }

  @Test
  void takesAPartOfEightKibibytesButNotOneByteMore() {
    String[] names = {"x".repeat(1000), "y"};
    var message = IdentifyMessage.newBuilder();
    while (message.build().getSerializedSize() < IdentifyCodec.MAX_PART - 1100) {
      message.addProtocols(names[0] + message.getProtocolsCount());
    }
    int missing = IdentifyCodec.MAX_PART - message.build().getSerializedSize() - 3;
    IdentifyMessage largest = message.clone().addProtocols("z".repeat(missing)).build();
    assertThat(largest.getSerializedSize()).isEqualTo(IdentifyCodec.MAX_PART);
    assertThat(ask(framed(largest))).isCompleted();

    IdentifyMessage larger = message.addProtocols("z".repeat(missing + 1)).build();
    assertThat(Failure.of(ask(framed(larger)))).isEqualTo(FailureReason.PROTOCOL_ERROR);
    ByteBuf huge = Unpooled.buffer();
    Varint.write(huge, 1L << 31);
    assertThat(Failure.of(ask(huge))).isEqualTo(FailureReason.PROTOCOL_ERROR);
    ByteBuf endless = Unpooled.buffer().writeBytes(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1});
    assertThat(Failure.of(ask(endless.writeByte(1)))).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(refusals.of(IdentifyDraft.MESSAGE)).isEqualTo(3);
  }

  @Test
  void keeps64AddressesOf500AndCountsTheOthers() {
    var message = IdentifyMessage.newBuilder();
    for (int port = 1; port <= 500; port++) {
      message.addListenAddrs(bytes(Multiaddr.parse("/ip4/192.0.2.1/tcp/" + port)));
    }

    IdentifyInfo info = ask(framed(message.build())).join();

    assertThat(info.listenAddresses()).hasSize(64).doesNotHaveDuplicates();
    assertThat(refusals.of(IdentifyDraft.ADDRESSES)).isEqualTo(436);
  }

  @Test
  void keeps256ProtocolsAndCountsTheOthers() {
    var message = IdentifyMessage.newBuilder();
    for (int i = 0; i < 300; i++) {
      message.addProtocols("/p/" + i);
    }

    assertThat(ask(framed(message.build())).join().protocols()).hasSize(256);
    assertThat(refusals.of(IdentifyDraft.PROTOCOLS)).isEqualTo(44);
  }

  @Test
  void skipsAddressesItCannotReadOrThatAreOfOthers() {
    IdentifyInfo info = ask(framed(IdentifyMessage.newBuilder()
            .addListenAddrs(ByteString.fromHex("bc020010c0439831b48218480050"))
            .addListenAddrs(bytes(ADDRESS.withPeer(KEY.nodeId())))
            .addListenAddrs(bytes(ADDRESS.withPeer(PEER.nodeId())))
            .setObservedAddr(bytes(ADDRESS.withPeer(KEY.nodeId())))
            .build()))
        .join();

    assertThat(info.listenAddresses()).containsExactly(ADDRESS);
    assertThat(info.observedAddress()).contains(ADDRESS);
    assertThat(refusals.of(IdentifyDraft.ADDRESSES)).isEqualTo(2);
  }

  @Test
  void textsAreFitToPrint() {
    IdentifyInfo info = ask(framed(IdentifyMessage.newBuilder()
            .setAgentVersion("a\u001b[2J\n" + "b".repeat(500))
            .setProtocolVersion("\u202ev")
            .addProtocols("/x\r\n")
            .build()))
        .join();

    assertThat(info.agentVersion())
        .startsWith("a\\u001b[2J\\u000abbb")
        .hasSize(128)
        .endsWith("...");
    assertThat(info.protocolVersion()).isEqualTo("\\u202ev");
    assertThat(info.protocols()).containsExactly("/x\\u000d\\u000a");
  }

  @Test
  void anotherKeyThanTheConnectionsIsRefused() {
    IdentifyMessage lie = IdentifyMessage.newBuilder()
        .setPublicKey(ByteString.copyFrom(KEY.publicKey().encoded()))
        .build();

    assertThat(Failure.of(ask(framed(lie)))).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(refusals.of(IdentifyDraft.MESSAGE)).isEqualTo(1);
  }

  @Test
  void recordsOfInventedPeersAreNeverStored() {
    for (int seed = 3; seed < 103; seed++) {
      NodeKey invented = EmbeddedConnection.keyOf(seed);
      byte[] sealed = new PeerRecord(invented.nodeId(), 9, List.of(ADDRESS)).seal(invented);
      IdentifyInfo info = ask(framed(record(sealed))).join();
      assertThat(info.record()).isEmpty();
      assertThat(identify.record(invented.nodeId())).isEmpty();
    }
    assertThat(refusals.of(IdentifyDraft.RECORD)).isEqualTo(100);
  }

  @Test
  void aRecordWithoutAGoodSignatureIsLeftOutAndTheRestTaken() {
    byte[] sealed = new PeerRecord(PEER.nodeId(), 9, List.of(ADDRESS)).seal(PEER);
    sealed[sealed.length - 1] ^= 1;

    IdentifyInfo info =
        ask(framed(record(sealed).toBuilder().setAgentVersion("a").build())).join();

    assertThat(info.record()).isEmpty();
    assertThat(info.agentVersion()).isEqualTo("a");
    assertThat(refusals.of(Identify.SIGNATURE)).isEqualTo(1);
  }

  @Test
  void theRecordWithTheHighestNumberStays() {
    PeerRecord newer = new PeerRecord(PEER.nodeId(), 9, List.of(ADDRESS));
    PeerRecord older = new PeerRecord(PEER.nodeId(), 8, List.of());
    assertThat(ask(framed(record(newer.seal(PEER)))).join().record()).contains(newer);

    assertThat(ask(framed(record(older.seal(PEER)))).join().record()).contains(newer);
    assertThat(identify.record(PEER.nodeId())).contains(newer);
  }

  @Test
  void withoutRoomForSignaturesTheRestIsTaken() {
    Identify busy = new Identify(
        KEY,
        LOCAL,
        IdentifyEnvironment.of(
            task -> {
              throw new RejectedExecutionException("full");
            },
            refusals),
        (from, info) -> {});
    CompletableFuture<IdentifyInfo> asked = busy.identify(connection);
    EmbeddedStream client = connection.opened.remove();
    byte[] sealed = new PeerRecord(PEER.nodeId(), 9, List.of(ADDRESS)).seal(PEER);
    client.writeInbound(framed(record(sealed)));
    client.endInput();

    assertThat(asked.join().record()).isEmpty();
    assertThat(refusals.of(Identify.SIGNATURE)).isEqualTo(1);
    finish(client);
  }

  @Test
  void aLatePeerIsResetAndCounted() {
    CompletableFuture<IdentifyInfo> asked = identify.identify(connection);
    EmbeddedStream client = connection.opened.remove();
    client.freezeTime();
    client.writeInbound(Unpooled.wrappedBuffer(new byte[] {100, 1}));
    client.advanceTimeBy(10, TimeUnit.SECONDS);
    client.runScheduledPendingTasks();

    assertThat(Failure.of(asked)).isEqualTo(FailureReason.TIMEOUT);
    assertThat(client.wasReset()).isTrue();
    assertThat(refusals.of(IdentifyReader.DEADLINE)).isEqualTo(1);
    finish(client);
  }

  @Test
  void anEndWithoutAWholeMessageAResetAndAClosedConnectionFail() {
    assertThat(Failure.of(ask(Unpooled.EMPTY_BUFFER))).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(Failure.of(ask(Unpooled.wrappedBuffer(new byte[] {5, 1}))))
        .isEqualTo(FailureReason.PROTOCOL_ERROR);
    CompletableFuture<IdentifyInfo> reset = identify.identify(connection);
    EmbeddedStream client = connection.opened.remove();
    client.resetByPeer();
    assertThat(Failure.of(reset)).isEqualTo(FailureReason.RESET_BY_PEER);
    assertThat(identify.remembered()).isEqualTo(1);

    connection.close();
    assertThat(Failure.of(identify.identify(connection))).isEqualTo(FailureReason.CLOSED);
    assertThat(identify.remembered()).isZero();
    finish(client);
  }

  private CompletableFuture<IdentifyInfo> ask(ByteBuf answer) {
    return IdentifyExchange.answer(identify, connection, answer.duplicate());
  }

  private static IdentifyMessage agent(String name) {
    return IdentifyMessage.newBuilder().setAgentVersion(name).build();
  }

  private static IdentifyMessage record(byte[] sealed) {
    return IdentifyMessage.newBuilder()
        .setSignedPeerRecord(ByteString.copyFrom(sealed))
        .build();
  }

  private static ByteString bytes(Multiaddr address) {
    return ByteString.copyFrom(address.toBytes());
  }

  private static ByteBuf framed(IdentifyMessage message) {
    return append(Unpooled.buffer(), message);
  }

  private static ByteBuf append(ByteBuf out, IdentifyMessage message) {
    return IdentifyExchange.append(out, message);
  }

  private static void finish(EmbeddedStream... streams) {
    for (EmbeddedStream stream : streams) {
      stream.finishAndReleaseAll();
    }
  }
}
