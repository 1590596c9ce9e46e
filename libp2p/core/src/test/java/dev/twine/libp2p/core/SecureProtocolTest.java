package dev.twine.libp2p.core;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of a handshake by a {@link SecureProtocol}, for every one there is. */
class SecureProtocolTest {
  private SecurePair pair;

  private SecurePair pair(SecurityKind kind) {
    pair = new SecurePair(kind.create());
    return pair;
  }

  @AfterEach
  void close() {
    pair.close();
  }

  @ParameterizedTest
  @EnumSource
  void bothSidesProveWhoTheyAreAndAgreeOnTheBinding(SecurityKind kind) {
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
    return Stream.of(SecurityKind.values())
        .flatMap(kind -> Stream.of(KeyType.values())
            .filter(type -> type != KeyType.RSA)
            .map(type -> Arguments.of(kind, type)));
  }

  @ParameterizedTest
  @MethodSource("everyTypeOfKeyThatSigns")
  void everyTypeOfIdentityThatCanSignIsProven(SecurityKind kind, KeyType type) {
    NodeKey key = NodeKey.generate(type);
    var out = pair(kind).secureInitiator(it -> it);
    pair.secureResponder(it -> new SecureRequest(false, key, null, List.of(), pair, null));
    pair.carry();
    assertThat(out.getNow().key()).isEqualTo(key.publicKey());
  }

  @ParameterizedTest
  @EnumSource
  void anotherPeerThanTheDialledOneIsRefusedBeforeTheDiallerSaysWhoItIs(SecurityKind kind) {
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
  void aListenerMayExpectSomebodyToo(SecurityKind kind) {
    pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(expecting(SecurePair.RESPONDER.nodeId()));
    var told = new Caught();
    pair.initiator.pipeline().addLast(told);
    pair.carry();
    assertThat(reason(in)).isEqualTo(FailureReason.WRONG_PEER);
    // The initiator of TLS is through by then, and hears of it by an alert; Noise has none.
    assertThat(told.all).hasSize(kind == SecurityKind.TLS ? 1 : 0).allSatisfy(failure -> {
      assertThat(((Libp2pException) failure).reason()).isEqualTo(FailureReason.RESET_BY_PEER);
      assertThat(failure).hasMessageContaining("certificate");
    });
  }

  static Stream<Arguments> muxers() {
    return Stream.of(SecurityKind.values())
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
      SecurityKind kind,
      List<String> initiators,
      List<String> responders,
      @Nullable String expected) {
    var out = pair(kind).secureInitiator(offering(initiators));
    var in = pair.secureResponder(offering(responders));
    pair.carry();
    assertThat(out.getNow().muxer()).isEqualTo(expected);
    assertThat(in.getNow().muxer()).isEqualTo(expected);
  }

  /** ALPN has an answer for that, multistream-select; the extensions of Noise have none. */
  @ParameterizedTest
  @EnumSource
  void withoutACommonMuxerNobodyTakesOne(SecurityKind kind) {
    var out = pair(kind).secureInitiator(offering(List.of("/a")));
    var in = pair.secureResponder(offering(List.of("/b")));
    pair.carry();
    if (kind == SecurityKind.TLS) {
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
  void anExtensionOfOneSideIsIgnoredByTheOtherAndHearsThatNoneWasOffered(SecurityKind kind) {
    var alone = new RecordedExtension(new byte[] {1});
    pair(kind).secureInitiator(extending(alone));
    var in = pair.secureResponder(it -> it);
    pair.carry();
    assertThat(in.isSuccess()).isTrue();
    assertThat(alone.received).containsExactly(new byte[0]);
  }

  @ParameterizedTest
  @EnumSource
  void extensionsOfBothSidesAreHeardOnceByEach(SecurityKind kind) {
    var first = new RecordedExtension(new byte[] {1, 2});
    var second = new RecordedExtension(new byte[4096]);
    pair(kind).secureInitiator(extending(first));
    var in = pair.secureResponder(extending(second));
    pair.carry();
    assertThat(in.isSuccess()).isTrue();
    boolean carried = kind == SecurityKind.NOISE;
    assertThat(first.received).containsExactly(carried ? new byte[4096] : new byte[0]);
    assertThat(second.received).containsExactly(carried ? new byte[] {1, 2} : new byte[0]);
  }

  @ParameterizedTest
  @EnumSource
  void anExtensionCanRefuseThePeer(SecurityKind kind) {
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
  void anExtensionThatFailsEndsTheHandshakeAndIsNamed(SecurityKind kind) {
    pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(extending(new RecordedExtension(new byte[0]) {
      @Override
      public void received(byte[] theirs) {
        throw new IllegalStateException("no mind to");
      }
    }));
    pair.carry();
    assertThat(reason(in)).isEqualTo(FailureReason.RESET_LOCALLY);
    assertThat(in.cause()).hasMessageContaining("extension").hasMessageContaining("no mind to");
  }

  @ParameterizedTest
  @EnumSource
  void aHandshakeInSingleBytesSucceeds(SecurityKind kind) {
    var out = pair(kind).secureInitiator(it -> it);
    var in = pair.secureResponder(it -> it);
    pair.carry(1);
    assertThat(out.isSuccess()).isTrue();
    assertThat(in.isSuccess()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void noPrefixOfAHandshakeIsEnoughForEitherSide(SecurityKind kind) {
    for (boolean towardsResponder : new boolean[] {true, false}) {
      boolean whole = false;
      // Certificates differ by some bytes from one handshake to the next, and take their time.
      for (int length = 0; !whole; length += kind == SecurityKind.TLS ? 17 : 1) {
        whole = isWhole(kind, towardsResponder, length);
      }
    }
  }

  /** Cuts one direction off after so many bytes; whether that was behind the handshake's end. */
  private boolean isWhole(SecurityKind kind, boolean towardsResponder, int length) {
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
  void anOversizedMessageIsRefusedAtItsBeginning(SecurityKind kind) {
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
  void aSilentPeerIsWaitedForUntilTheCallerCloses(SecurityKind kind) {
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
  void aFullExecutorRefusesTheHandshake(SecurityKind kind) {
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
  void nothingGoesOutInTheClearBeforeTheHandshakeIsOver(SecurityKind kind) {
    pair(kind).secureInitiator(it -> it);
    pair.initiator.writeAndFlush(Unpooled.copiedBuffer("plain", US_ASCII));
    pair.settle();
    pair.initiator.writeAndFlush(Unpooled.copiedBuffer("plain", US_ASCII));
    ByteBuf sent = SecurePair.outbound(pair.initiator);
    assertThat(sent.toString(US_ASCII)).doesNotContain("plain");
    sent.release();
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
}
