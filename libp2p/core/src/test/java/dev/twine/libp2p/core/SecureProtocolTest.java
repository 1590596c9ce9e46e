package dev.twine.libp2p.core;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.noise.NoiseProtocol;
import dev.twine.libp2p.core.tls.TlsProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.util.LeakPresenceDetector;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of {@link SecureProtocol}, for every one there is. */
class SecureProtocolTest {
  enum Kind {
    NOISE,
    TLS;

    SecureProtocol create() {
      return this == NOISE ? new NoiseProtocol() : new TlsProtocol();
    }

    /** The start of a message far above what any handshake takes, and 16 KiB of it. */
    ByteBuf oversized() {
      byte[] head =
          this == NOISE ? new byte[] {-1, -1} : new byte[] {22, 3, 1, 0x40, 0, 1, -1, -1, -1};
      return Unpooled.buffer().writeBytes(head).writeZero(16 * 1024);
    }
  }

  private SecurePair pair;

  private SecurePair pair(Kind kind) {
    pair = new SecurePair(kind.create());
    return pair;
  }

  @AfterEach
  void close() {
    pair.close();
  }

  @AfterAll
  static void leaksNothing() {
    LeakPresenceDetector.check();
  }

  @ParameterizedTest
  @EnumSource
  void bothSidesProveWhoTheyAreAndAgreeOnTheBinding(Kind kind) {
    var out = pair(kind).secureInitiator(expecting(SecurePair.RESPONDER.nodeId()));
    var in = pair.secureResponder(expecting(null));
    pair.carry();
    assertThat(out.getNow().id()).isEqualTo(SecurePair.RESPONDER.nodeId());
    assertThat(in.getNow().id()).isEqualTo(SecurePair.INITIATOR.nodeId());
    assertThat(in.getNow().key()).isEqualTo(SecurePair.INITIATOR.publicKey());
    assertThat(out.getNow().channelBinding().orElse(null))
        .isEqualTo(in.getNow().channelBinding().orElse(null));
    assertThat(out.getNow().muxer()).isNull();
  }

  static Stream<Arguments> everyTypeOfKeyThatSigns() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(KeyType.values())
            .filter(type -> type != KeyType.RSA)
            .map(type -> Arguments.of(kind, type)));
  }

  @ParameterizedTest
  @MethodSource("everyTypeOfKeyThatSigns")
  void everyTypeOfIdentityThatCanSignIsProven(Kind kind, KeyType type) {
    NodeKey key = NodeKey.generate(type);
    var out = pair(kind).secureInitiator(it -> it);
    pair.secureResponder(it -> new SecureRequest(false, key, null, List.of(), pair, null));
    pair.carry();
    assertThat(out.getNow().key()).isEqualTo(key.publicKey());
  }

  @ParameterizedTest
  @EnumSource
  void anotherPeerThanTheDialledOneIsRefusedBeforeTheDiallerSaysWhoItIs(Kind kind) {
    NodeId other = NodeKey.generate(KeyType.ED25519).nodeId();
    var out = pair(kind).secureInitiator(expecting(other));
    var in = pair.secureResponder(it -> it);
    pair.settle();
    pair.feed(pair.responder, SecurePair.outbound(pair.initiator), Integer.MAX_VALUE);
    pair.feed(pair.initiator, SecurePair.outbound(pair.responder), Integer.MAX_VALUE);
    assertThat(reason(out)).isEqualTo(FailureReason.WRONG_PEER);
    assertThat(out.cause())
        .hasMessageContaining(other.toString())
        .hasMessageContaining(SecurePair.RESPONDER.nodeId().toString());
    ByteBuf said = SecurePair.outbound(pair.initiator);
    // An alert of TLS at most, with the record that its compatibility mode asks for before.
    assertThat(said.readableBytes()).isLessThan(64);
    pair.feed(pair.responder, said, Integer.MAX_VALUE);
    pair.initiator.close();
    pair.responder.close();
    assertThat(reason(in)).isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  @ParameterizedTest
  @EnumSource
  void aListenerMayExpectSomebodyToo(Kind kind) {
    pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(expecting(SecurePair.RESPONDER.nodeId()));
    var told = new Failures();
    pair.initiator.pipeline().addLast(told);
    pair.carry();
    assertThat(reason(in)).isEqualTo(FailureReason.WRONG_PEER);
    // The initiator of TLS is through by then, and hears of it by an alert; Noise has none.
    assertThat(told.all).hasSize(kind == Kind.TLS ? 1 : 0).allSatisfy(failure -> {
      assertThat(((Libp2pException) failure).reason()).isEqualTo(FailureReason.RESET_BY_PEER);
      assertThat(failure).hasMessageContaining("certificate");
    });
  }

  static Stream<Arguments> muxers() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(
            Arguments.of(kind, List.of("/a", "/b"), List.of("/b", "/a"), "/a"),
            Arguments.of(kind, List.of("/a", "/b"), List.of("/b"), "/b"),
            Arguments.of(kind, List.of(), List.of("/b"), null),
            Arguments.of(kind, List.of("/a"), List.of(), null),
            Arguments.of(kind, List.of(), List.of(), null)));
  }

  @ParameterizedTest
  @MethodSource("muxers")
  void theInitiatorsFirstCommonMuxerIsTakenIfBothSidesOfferSome(
      Kind kind, List<String> initiators, List<String> responders, @Nullable String expected) {
    var out = pair(kind).secureInitiator(offering(initiators));
    var in = pair.secureResponder(offering(responders));
    pair.carry();
    assertThat(out.getNow().muxer()).isEqualTo(expected);
    assertThat(in.getNow().muxer()).isEqualTo(expected);
  }

  /** ALPN has an answer for that, multistream-select; the extensions of Noise have none. */
  @ParameterizedTest
  @EnumSource
  void withoutACommonMuxerNobodyTakesOne(Kind kind) {
    var out = pair(kind).secureInitiator(offering(List.of("/a")));
    var in = pair.secureResponder(offering(List.of("/b")));
    pair.carry();
    if (kind == Kind.TLS) {
      assertThat(out.getNow().muxer()).isNull();
      assertThat(in.getNow().muxer()).isNull();
    } else {
      assertThat(reason(out)).isEqualTo(FailureReason.NO_COMMON_MUXER);
      assertThat(out.cause()).hasMessageContaining("local: /a").hasMessageContaining("remote: /b");
      assertThat(in.isSuccess()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExtensionOfOneSideIsIgnoredByTheOtherAndHearsThatNoneWasOffered(Kind kind) {
    var alone = new RecordedExtension(new byte[] {1});
    pair(kind).secureInitiator(extending(alone));
    var in = pair.secureResponder(it -> it);
    pair.carry();
    assertThat(in.isSuccess()).isTrue();
    assertThat(alone.received).containsExactly(new byte[0]);
  }

  @ParameterizedTest
  @EnumSource
  void extensionsOfBothSidesAreHeardOnceByEach(Kind kind) {
    var first = new RecordedExtension(new byte[] {1, 2});
    var second = new RecordedExtension(new byte[4096]);
    pair(kind).secureInitiator(extending(first));
    var in = pair.secureResponder(extending(second));
    pair.carry();
    assertThat(in.isSuccess()).isTrue();
    boolean carried = kind == Kind.NOISE;
    assertThat(first.received).containsExactly(carried ? new byte[4096] : new byte[0]);
    assertThat(second.received).containsExactly(carried ? new byte[] {1, 2} : new byte[0]);
  }

  @ParameterizedTest
  @EnumSource
  void anExtensionCanRefuseThePeer(Kind kind) {
    var refusal = new Libp2pException(FailureReason.GATED, "not admitted", "x", "ask");
    pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(extending(new RecordedExtension(new byte[0]) {
      @Override
      public void received(byte[] theirs) {
        throw refusal;
      }
    }));
    pair.carry();
    assertThat(in.cause()).isSameAs(refusal);
  }

  @ParameterizedTest
  @EnumSource
  void aHandshakeInSingleBytesSucceeds(Kind kind) {
    var out = pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(it -> it);
    pair.carry(1);
    assertThat(out.isSuccess()).isTrue();
    assertThat(in.isSuccess()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void bytesBehindTheHandshakeComeOutAfterTheListenersRan(Kind kind) {
    var events = new ArrayList<String>();
    var out = pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(it -> it);
    out.addListener(done -> pair.initiator.writeOutbound(Unpooled.copiedBuffer(new byte[3])));
    in.addListener(done -> {
      events.add("secured");
      pair.responder.pipeline().addLast(new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
          events.add("read " + ((ByteBuf) message).readableBytes());
          ctx.writeAndFlush(message);
        }
      });
    });
    pair.carry();
    assertThat(events).containsExactly("secured", "read 3");
    ByteBuf echo = pair.initiator.readInbound();
    assertThat(echo.readableBytes()).isEqualTo(3);
    echo.release();
  }

  @ParameterizedTest
  @EnumSource
  void noPrefixOfAHandshakeIsEnoughForEitherSide(Kind kind) {
    for (boolean towardsResponder : new boolean[] {true, false}) {
      boolean whole = false;
      // Certificates differ by some bytes from one handshake to the next, and take their time.
      for (int length = 0; !whole; length += kind == Kind.TLS ? 17 : 1) {
        whole = isWhole(kind, towardsResponder, length);
      }
    }
  }

  /** Cuts one direction off after so many bytes; whether that was behind the handshake's end. */
  private boolean isWhole(Kind kind, boolean towardsResponder, int length) {
    var out = pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(it -> it);
    int left = length;
    boolean cut = false;
    boolean moved = true;
    while (moved) {
      moved = false;
      for (boolean forwards : new boolean[] {true, false}) {
        pair.settle();
        ByteBuf bytes = SecurePair.outbound(forwards ? pair.initiator : pair.responder);
        if (forwards == towardsResponder) {
          cut |= bytes.readableBytes() > left;
          bytes.writerIndex(Math.min(left, bytes.writerIndex()));
          left -= bytes.readableBytes();
        }
        var to = forwards ? pair.responder : pair.initiator;
        moved |= pair.feed(to, bytes, Integer.MAX_VALUE) > 0;
      }
    }
    Future<SecuredPeer> judged = towardsResponder ? in : out;
    boolean secured = judged.isSuccess();
    pair.close();
    assertThat(in.isDone()).isTrue();
    assertThat(out.isDone()).isTrue();
    assertThat(secured).as("%d bytes", length).isNotEqualTo(cut);
    return secured;
  }

  @ParameterizedTest
  @EnumSource
  void anOversizedMessageIsRefusedAtItsBeginning(Kind kind) {
    var in = pair(kind).secureResponder(it -> it);
    pair.settle();
    try {
      pair.feed(pair.responder, kind.oversized(), Integer.MAX_VALUE);
    } catch (RuntimeException refused) {
      assertThat(in.isDone()).isTrue();
    }
    assertThat(reason(in)).isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  /** The caller keeps the deadline: until then a silent peer costs a handler and nothing else. */
  @ParameterizedTest
  @EnumSource
  void aSilentPeerIsWaitedForUntilTheCallerCloses(Kind kind) {
    var in = pair(kind).secureResponder(it -> it);
    pair.settle();
    assertThat(in.isDone()).isFalse();
    assertThat(pair.tasks).isEmpty();
    pair.responder.close();
    pair.responder.runPendingTasks();
    assertThat(reason(in)).isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  @ParameterizedTest
  @EnumSource
  void aFullExecutorRefusesTheHandshake(Kind kind) {
    var out = pair(kind)
        .secureInitiator(it -> new SecureRequest(
            true,
            it.localKey(),
            null,
            List.of(),
            task -> {
              throw new RejectedExecutionException("full");
            },
            null));
    assertThat(reason(out)).isEqualTo(FailureReason.LIMIT);
  }

  @ParameterizedTest
  @EnumSource
  void nothingGoesOutInTheClearBeforeTheHandshakeIsOver(Kind kind) {
    pair(kind).secureInitiator(it -> it);
    pair.initiator.writeAndFlush(Unpooled.copiedBuffer("plain", US_ASCII));
    pair.settle();
    pair.initiator.writeAndFlush(Unpooled.copiedBuffer("plain", US_ASCII));
    ByteBuf sent = SecurePair.outbound(pair.initiator);
    assertThat(sent.toString(US_ASCII)).doesNotContain("plain");
    sent.release();
  }

  @ParameterizedTest
  @EnumSource
  void whoReadsByHandIsReadForUntilSomethingComesOut(Kind kind) {
    pair(kind).secure();
    var reads = new Reads();
    pair.responder.pipeline().addFirst(reads);
    pair.responder.config().setAutoRead(false);
    pair.initiator.writeOutbound(Unpooled.buffer().writeZero(100));
    ByteBuf record = SecurePair.outbound(pair.initiator);
    reads.count = 0;
    pair.responder.writeInbound(record.readBytes(50));
    assertThat(reads.count).isEqualTo(1);
    pair.responder.writeInbound(record.readBytes(record.readableBytes()));
    assertThat(reads.count).isEqualTo(1);
    assertThat(received()).hasSize(100);
    record.release();
  }

  @ParameterizedTest
  @EnumSource
  void aChangedRecordEndsTheConnectionAndGivesNothing(Kind kind) {
    pair(kind).secure();
    var failures = new Failures();
    pair.responder.pipeline().addLast(failures);
    pair.initiator.writeOutbound(Unpooled.buffer().writeZero(100));
    ByteBuf record = SecurePair.outbound(pair.initiator);
    record.setByte(record.writerIndex() - 1, record.getByte(record.writerIndex() - 1) ^ 1);
    pair.responder.writeInbound(record);
    assertThat(failures.all)
        .singleElement()
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR));
    assertThat(pair.responder.isOpen()).isFalse();
    assertThat(received()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void halfARecordAtTheEndIsDroppedAndWhatCameBeforeIsNot(Kind kind) {
    pair(kind).secure();
    pair.initiator.writeOutbound(Unpooled.buffer().writeZero(10));
    ByteBuf wire = SecurePair.outbound(pair.initiator);
    pair.initiator.writeOutbound(Unpooled.buffer().writeZero(1_000));
    ByteBuf second = SecurePair.outbound(pair.initiator);
    wire.writeBytes(second, 500);
    second.release();
    pair.feed(pair.responder, wire, Integer.MAX_VALUE);
    pair.responder.close();
    pair.responder.runPendingTasks();
    assertThat(received()).hasSize(10);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenBeforeAnOrderlyCloseArrives(Kind kind) {
    pair(kind).secure();
    pair.initiator.write(Unpooled.buffer().writeZero(70_000));
    pair.initiator.flush();
    pair.initiator.close();
    pair.carry();
    assertThat(received()).hasSize(70_000);
    assertThat(pair.initiator.isOpen()).isFalse();
  }

  private byte[] received() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf one = pair.responder.readInbound();
        one != null;
        one = pair.responder.readInbound()) {
      all.writeBytes(one);
      one.release();
    }
    byte[] bytes = ByteBufUtil.getBytes(all);
    all.release();
    return bytes;
  }

  private static UnaryOperator<SecureRequest> expecting(@Nullable NodeId id) {
    return it ->
        new SecureRequest(it.initiator(), it.localKey(), id, it.muxers(), it.crypto(), null);
  }

  private static UnaryOperator<SecureRequest> offering(List<String> muxers) {
    return it -> new SecureRequest(it.initiator(), it.localKey(), null, muxers, it.crypto(), null);
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

  private static final class Reads extends ChannelOutboundHandlerAdapter {
    int count;

    @Override
    public void read(ChannelHandlerContext ctx) {
      count++;
      ctx.read();
    }
  }

  private static final class Failures extends ChannelInboundHandlerAdapter {
    final List<Throwable> all = new ArrayList<>();

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      all.add(cause);
    }
  }
}
