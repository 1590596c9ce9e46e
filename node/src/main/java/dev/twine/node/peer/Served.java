package dev.twine.node.peer;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import io.netty.channel.ChannelHandler;
import java.util.List;
import java.util.function.Supplier;

/** A protocol of one name, with a new handler for each stream. */
record Served(String id, int maxInboundPerConnection, Supplier<ChannelHandler> handler)
    implements StreamProtocol {
  @Override
  public List<String> ids() {
    return List.of(id);
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    stream.pipeline().addLast(handler.get());
  }
}
