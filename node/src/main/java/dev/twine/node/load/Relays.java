package dev.twine.node.load;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.bench.StreamDelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The relays of a run: one for each address of a server, none without a delay. For one thread. */
final class Relays implements AutoCloseable {
  /** Where the port stands in {@code /ip4/127.0.0.1/tcp/4001}, split at the slashes. */
  private static final int PORT = 4;

  private final Duration delay;
  private final @Nullable StreamDelay service;
  private final List<StreamDelay.Relay> relays = new ArrayList<>();

  /** Fails if there is to be a delay and nothing here that makes one. */
  Relays(Duration delay) {
    this.delay = delay;
    this.service = delay.isZero() ? null : service(delay);
  }

  /** The address to dial in place of a server's. */
  String reach(String address) {
    if (service == null) {
      return address;
    }
    String[] parts = address.split("/", -1);
    int port = Integer.parseInt(parts[PORT]);
    var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      StreamDelay.Relay relay = service.relay(target, delay.dividedBy(2));
      relays.add(relay);
      parts[PORT] = "" + relay.port();
      return String.join("/", parts);
    } catch (IOException e) {
      throw new TwineException(
          Code.CANNOT_LISTEN,
          "cannot start a relay",
          "127.0.0.1:0",
          String.valueOf(e.getMessage()),
          e);
    }
  }

  private static StreamDelay service(Duration delay) {
    return ServiceLoader.load(StreamDelay.class)
        .findFirst()
        .orElseThrow(() -> new TwineException(
            Code.BAD_VALUE,
            "no relay for --delay",
            delay.toMillis() + "ms",
            "leave it out: nothing on the class path makes a delay"));
  }

  @Override
  public void close() {
    relays.forEach(StreamDelay.Relay::close);
  }
}
