package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TlsProtocolTest {
  private final TlsPair pair = new TlsPair(new TlsProtocol());

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
    var out = pair.secureClient(expecting(TlsPair.SERVER.nodeId()));
    var in = pair.secureServer(expecting(TlsPair.CLIENT.nodeId()));
    pair.carry();
    assertThat(out.cause()).isNull();
    assertThat(out.getNow().id()).isEqualTo(TlsPair.SERVER.nodeId());
    assertThat(in.getNow().id()).isEqualTo(TlsPair.CLIENT.nodeId());
    assertThat(out.getNow().muxer()).isNull();
    byte[] binding = out.getNow().channelBinding().orElse(null);
    assertThat(binding != null).isEqualTo(Exporter.isHere());
    assertThat(binding == null || binding.length == 32).isTrue();
    assertThat(in.getNow().channelBinding().orElse(null)).isEqualTo(binding);
  }

  @ParameterizedTest
  @EnumSource(names = "RSA", mode = EnumSource.Mode.EXCLUDE)
  void everyTypeOfIdentityThatCanSignIsProven(KeyType type) {
    var key = NodeKey.generate(type);
    var out = pair.secureClient(expecting(key.nodeId()));
    pair.secureServer(it -> new SecureRequest(false, key, null, List.of(), it.crypto(), null));
    pair.carry();
    assertThat(out.getNow().key()).isEqualTo(key.publicKey());
  }

  @Test
  void bytesGoBothWaysAndThoseBehindTheHandshakeAreNotLost() {
    var events = new ArrayList<String>();
    var out = pair.secureClient(expecting(null));
    var in = pair.secureServer(expecting(null));
    out.addListener(done -> pair.client.writeOutbound(Unpooled.copiedBuffer(new byte[] {1, 2})));
    in.addListener(done -> {
      events.add("secured");
      pair.server.pipeline().addLast(new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
          events.add("read " + ((ByteBuf) message).readableBytes());
          ctx.writeAndFlush(message);
        }
      });
    });
    pair.carry();
    assertThat(events).containsExactly("secured", "read 2");
    ByteBuf echo = pair.client.readInbound();
    assertThat(echo.readableBytes()).isEqualTo(2);
    echo.release();
  }

  @Test
  void anotherPeerThanTheDialledOneIsRefused() {
    var other = NodeKey.generate(KeyType.ED25519).nodeId();
    var out = pair.secureClient(expecting(other));
    var in = pair.secureServer(expecting(null));
    pair.carry();
    assertThat(reason(out)).isEqualTo(FailureReason.WRONG_PEER);
    assertThat(out.cause()).hasMessageContaining(other.toString());
    assertThat(reason(in)).isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/a /b,   /b /a,  /a",
        "/a /b,   /b,     /b",
        "/a,      /b,     -",
        "'',      /b,     -",
        "/a,      '',     -",
        "'',      '',     -",
      })
  void theClientsFirstCommonMuxerIsTaken(
      String clients, String servers, @Nullable String expected) {
    var out = pair.secureClient(offering(clients));
    var in = pair.secureServer(offering(servers));
    pair.carry();
    assertThat(out.getNow().muxer()).isEqualTo(expected);
    assertThat(in.getNow().muxer()).isEqualTo(expected);
  }

  @Test
  void aChangedRecordEndsTheConnectionWithAReason() {
    var failures = new ArrayList<Throwable>();
    pair.secureClient(expecting(null));
    pair.secureServer(expecting(null));
    pair.carry();
    pair.server.pipeline().addLast(new ChannelInboundHandlerAdapter() {
      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failures.add(cause);
      }
    });
    pair.client.writeOutbound(Unpooled.copiedBuffer(new byte[100]));
    ByteBuf record = TlsPair.outbound(pair.client);
    record.setByte(record.writerIndex() - 1, record.getByte(record.writerIndex() - 1) ^ 1);
    pair.server.writeInbound(record);
    assertThat(failures).hasSize(1).first().isInstanceOf(Libp2pException.class);
    assertThat(((Libp2pException) failures.get(0)).reason())
        .isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(pair.server.isOpen()).isFalse();
  }

  @Test
  void noSessionTicketIsSent() {
    var in = pair.secureServer(expecting(null));
    pair.secureClient(expecting(null));
    pair.server.writeInbound(TlsPair.outbound(pair.client));
    pair.settle();
    pair.client.writeInbound(TlsPair.outbound(pair.server));
    pair.settle();
    pair.server.writeInbound(TlsPair.outbound(pair.client));
    pair.settle();
    assertThat(in.isSuccess()).isTrue();
    ByteBuf afterTheHandshake = TlsPair.outbound(pair.server);
    assertThat(afterTheHandshake.readableBytes()).isZero();
    afterTheHandshake.release();
  }

  @Test
  void aFullExecutorRefusesTheHandshake() {
    pair.secureClient(expecting(null));
    var in = pair.secureServer(it -> new SecureRequest(
        false,
        it.localKey(),
        null,
        List.of(),
        task -> {
          throw new RejectedExecutionException("full");
        },
        null));
    pair.server.writeInbound(TlsPair.outbound(pair.client));
    assertThat(reason(in)).isEqualTo(FailureReason.LIMIT);
  }

  @Test
  void aClosedConnectionFailsTheHandshake() {
    var out = pair.secureClient(expecting(null));
    pair.client.close();
    pair.client.runPendingTasks();
    assertThat(reason(out)).isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  @Test
  void readingStopsAfter64KibWithoutAHandshakeAndGoesOnAfterIt() {
    var reads = new ArrayList<String>();
    pair.server.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
      @Override
      public void read(ChannelHandlerContext ctx) {
        reads.add("read");
        ctx.read();
      }
    });
    pair.secureServer(expecting(null));
    pair.secureClient(expecting(null));
    ByteBuf hello = TlsPair.outbound(pair.client);
    // Early records wait behind the client's first flight while the server computes.
    pair.server.writeInbound(hello, Unpooled.buffer().writeZero(64 * 1024));
    reads.clear();
    pair.server.read();
    assertThat(reads).isEmpty();
  }

  private static UnaryOperator<SecureRequest> expecting(@Nullable NodeId id) {
    return it -> new SecureRequest(
        it.initiator(), it.localKey(), id, it.muxers(), it.crypto(), it.extension());
  }

  private static UnaryOperator<SecureRequest> offering(String muxers) {
    List<String> list = muxers.isEmpty() ? List.of() : List.of(muxers.split(" "));
    return it -> new SecureRequest(it.initiator(), it.localKey(), null, list, it.crypto(), null);
  }

  private static FailureReason reason(Future<SecuredPeer> future) {
    assertThat(future.cause()).isInstanceOf(Libp2pException.class);
    return ((Libp2pException) future.cause()).reason();
  }
}
