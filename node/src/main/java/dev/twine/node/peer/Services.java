package dev.twine.node.peer;

import io.netty.channel.ChannelHandler;
import java.util.concurrent.atomic.LongAdder;

/** The handlers of the services. */
final class Services {
  private Services() {}

  static ChannelHandler handler(Network.Service service, LongAdder received) {
    return switch (service) {
      case ECHO -> new EchoHandler();
      case SINK -> new SinkHandler(received);
    };
  }
}
