package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HandshakeExtension;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.LeakPresenceDetector;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseProtocolTest {
  private final Pair pair = new Pair();

  @AfterEach
  void close() {
    pair.close();
  }

  @AfterAll
  static void leaksNothing() {
    LeakPresenceDetector.check();
  }

  @Test
  void bothSidesProveTheirIdentitiesAndAgreeOnTheBinding() {
    var out = pair.secureInitiator(expecting(Pair.RESPONDER.nodeId()));
    var in = pair.secureResponder(expecting(null));
    pair.carry();
    assertThat(out.getNow().id()).isEqualTo(Pair.RESPONDER.nodeId());
    assertThat(in.getNow().id()).isEqualTo(Pair.INITIATOR.nodeId());
    assertThat(in.getNow().key()).isEqualTo(Pair.INITIATOR.publicKey());
    assertThat(out.getNow().channelBinding().orElseThrow())
        .hasSize(32)
        .isEqualTo(in.getNow().channelBinding().orElseThrow());
    assertThat(out.getNow().muxer()).isNull();
    assertThat(pair.initiator.pipeline().get(NoiseProtocol.ID)).isInstanceOf(NoiseCodec.class);
  }

  @ParameterizedTest
  @EnumSource(names = "RSA", mode = EnumSource.Mode.EXCLUDE)
  void everyTypeOfIdentityThatCanSignIsProven(KeyType type) {
    var key = NodeKey.generate(type);
    var out = pair.secureInitiator(expecting(null));
    var in = pair.secureResponder(
        request -> new SecureRequest(false, key, null, List.of(), request.crypto(), null));
    pair.carry();
    assertThat(in.isSuccess()).isTrue();
    assertThat(out.getNow().key()).isEqualTo(key.publicKey());
  }

  @Test
  void bytesBehindTheHandshakeComeOutInTheSameTurnAfterTheListenersRan() {
    var events = new ArrayList<String>();
    var out = pair.secureInitiator(expecting(null));
    var in = pair.secureResponder(expecting(null));
    out.addListener(future -> {
      pair.initiator.writeOutbound(Unpooled.copiedBuffer(new byte[] {1, 2, 3}));
    });
    in.addListener(future -> {
      events.add("secured");
      pair.responder.pipeline().addLast(new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
          events.add("read " + ((ByteBuf) message).readableBytes());
          ((ByteBuf) message).release();
        }
      });
    });
    pair.carry();
    assertThat(events).containsExactly("secured", "read 3");
  }

  @Test
  void anotherPeerThanTheDialledOneIsRefusedBeforeTheThirdMessage() {
    var other = NodeKey.generate(KeyType.ED25519).nodeId();
    var out = pair.secureInitiator(expecting(other));
    var in = pair.secureResponder(expecting(null));
    pair.carry();
    assertThat(reason(out)).isEqualTo(FailureReason.WRONG_PEER);
    assertThat(out.cause())
        .hasMessageContaining(other.toString())
        .hasMessageContaining(Pair.RESPONDER.nodeId().toString());
    assertThat(in.isDone()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/a /b,   /b /a,  /a",
        "/a /b,   /b,     /b",
        "'',      /b,     -",
        "/a,      '',     -",
        "'',      '',     -",
      })
  void theInitiatorsFirstCommonMuxerIsTakenIfBothSidesListSome(
      String initiators, String responders, @Nullable String expected) {
    var out = pair.secureInitiator(offering(initiators));
    var in = pair.secureResponder(offering(responders));
    pair.carry();
    assertThat(out.getNow().muxer()).isEqualTo(expected);
    assertThat(in.getNow().muxer()).isEqualTo(expected);
  }

  @Test
  void listsWithoutACommonMuxerFailAndNameBoth() {
    var out = pair.secureInitiator(offering("/a"));
    var in = pair.secureResponder(offering("/b"));
    pair.carry();
    assertThat(reason(out)).isEqualTo(FailureReason.NO_COMMON_MUXER);
    assertThat(out.cause()).hasMessageContaining("local: /a").hasMessageContaining("remote: /b");
    assertThat(in.isDone()).isFalse();
  }

  @Test
  void extensionsReachTheOtherSideAndAnAbsentOneIsEmpty() {
    var first = new RecordedExtension(new byte[] {1, 2});
    var second = new RecordedExtension(new byte[4096]);
    var out = pair.secureInitiator(extending(first));
    pair.secureResponder(extending(second));
    pair.carry();
    assertThat(out.isSuccess()).isTrue();
    assertThat(first.received).containsExactly(new byte[4096]);
    assertThat(second.received).containsExactly(new byte[] {1, 2});

    var alone = new RecordedExtension(new byte[] {1});
    try (var other = new AutoClosingPair()) {
      other.pair.secureInitiator(extending(alone));
      var in = other.pair.secureResponder(expecting(null));
      other.pair.carry();
      assertThat(in.isSuccess()).isTrue();
      assertThat(alone.received).containsExactly(new byte[0]);
    }
  }

  @Test
  void anExtensionCanRefuseThePeer() {
    var refusal = new Libp2pException(FailureReason.GATED, "not admitted", "x", "ask");
    var out = pair.secureInitiator(expecting(null));
    var in = pair.secureResponder(extending(new RecordedExtension(new byte[0]) {
      @Override
      public void received(byte[] theirs) {
        throw refusal;
      }
    }));
    pair.carry();
    assertThat(in.cause()).isSameAs(refusal);
    assertThat(out.isSuccess()).isTrue();
  }

  @Test
  void aClosedConnectionFailsTheHandshake() {
    var out = pair.secureInitiator(expecting(null));
    pair.crypto.run();
    pair.initiator.close();
    assertThat(reason(out)).isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  @Test
  void nothingIsReadWhileAStepIsComputed() {
    var reads = new ArrayList<String>();
    pair.responder.pipeline().addFirst(new io.netty.channel.ChannelOutboundHandlerAdapter() {
      @Override
      public void read(ChannelHandlerContext ctx) {
        reads.add("read");
        ctx.read();
      }
    });
    pair.secureResponder(expecting(null));
    pair.secureInitiator(expecting(null));
    pair.crypto.run();
    pair.initiator.runPendingTasks();
    pair.responder.writeInbound((ByteBuf) pair.initiator.readOutbound());
    reads.clear();
    pair.responder.read();
    assertThat(reads).isEmpty();
    pair.crypto.run();
    pair.responder.runPendingTasks();
    assertThat(reads).containsExactly("read");
  }

  @Test
  void aFullExecutorRefusesTheHandshake() {
    var out = pair.secureInitiator(request -> new SecureRequest(
        true,
        request.localKey(),
        null,
        List.of(),
        task -> {
          throw new java.util.concurrent.RejectedExecutionException();
        },
        null));
    assertThat(reason(out)).isEqualTo(FailureReason.LIMIT);
  }

  @Test
  void nothingGoesOutInTheClearBeforeTheHandshakeIsOver() {
    pair.secureInitiator(expecting(null));
    var write = pair.initiator.writeAndFlush(Unpooled.copiedBuffer(new byte[3]));
    assertThat(write.cause()).isInstanceOf(IllegalStateException.class);
    pair.crypto.tasks.clear();
    assertThat(pair.initiator.outboundMessages()).isEmpty();
  }

  static UnaryOperator<SecureRequest> expecting(@Nullable NodeId id) {
    return it -> new SecureRequest(
        it.initiator(), it.localKey(), id, it.muxers(), it.crypto(), it.extension());
  }

  private static UnaryOperator<SecureRequest> offering(String muxers) {
    List<String> list = muxers.isEmpty() ? List.of() : List.of(muxers.split(" "));
    return it ->
        new SecureRequest(it.initiator(), it.localKey(), null, list, it.crypto(), it.extension());
  }

  private static UnaryOperator<SecureRequest> extending(HandshakeExtension extension) {
    return it ->
        new SecureRequest(it.initiator(), it.localKey(), null, it.muxers(), it.crypto(), extension);
  }

  private static FailureReason reason(Future<SecuredPeer> future) {
    assertThat(future.cause()).isInstanceOf(Libp2pException.class);
    return ((Libp2pException) future.cause()).reason();
  }

  private static class RecordedExtension implements HandshakeExtension {
    final List<byte[]> received = new ArrayList<>();
    private final byte[] offer;

    RecordedExtension(byte[] offer) {
      this.offer = offer;
    }

    @Override
    public byte[] offer() {
      return offer;
    }

    @Override
    public void received(byte[] theirs) {
      received.add(theirs);
    }
  }

  private record AutoClosingPair(Pair pair) implements AutoCloseable {
    AutoClosingPair() {
      this(new Pair());
    }

    @Override
    public void close() {
      pair.close();
    }
  }
}
