package dev.twine.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a {@link SecureProtocol} leaves behind its handshake, for every one there is. */
class SecuredChannelTest {
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
  void bytesBehindTheHandshakeComeOutAfterTheListenersRan(SecurityKind kind) {
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
  void whoReadsByHandIsReadForUntilSomethingComesOut(SecurityKind kind) {
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
  void aChangedRecordEndsTheConnectionAndGivesNothing(SecurityKind kind) {
    pair(kind).secure();
    var failures = new Caught();
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
  void halfARecordAtTheEndIsDroppedAndWhatCameBeforeIsNot(SecurityKind kind) {
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
  void whatWasWrittenBeforeAnOrderlyCloseArrives(SecurityKind kind) {
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
}
