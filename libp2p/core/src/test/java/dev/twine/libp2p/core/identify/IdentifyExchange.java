package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.Varint;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;

/** Exchanges over streams in memory, for tests. */
final class IdentifyExchange {
  private IdentifyExchange() {}

  /** Asks a peer that answers with these bytes and ends. */
  static CompletableFuture<IdentifyInfo> answer(
      Identify identify, EmbeddedConnection connection, ByteBuf bytes) {
    CompletableFuture<IdentifyInfo> asked = identify.identify(connection);
    EmbeddedStream client = connection.opened.remove();
    client.writeInbound(Unpooled.copiedBuffer(bytes));
    if (client.isOpen()) {
      client.endInput();
    }
    client.runPendingTasks();
    client.finishAndReleaseAll();
    return asked;
  }

  static ByteBuf append(ByteBuf out, IdentifyMessage message) {
    Varint.write(out, message.getSerializedSize());
    return out.writeBytes(message.toByteArray());
  }
}
