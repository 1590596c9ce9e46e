package dev.twine.node.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Makes the path between two processes long, for {@code twine bench stream --delay}. Found by {@link
 * java.util.ServiceLoader}, as {@link StreamBaseline} is.
 */
public interface StreamDelay {
  /**
   * Starts a relay on loopback in this process, which is neither that of a client nor of a server.
   *
   * @param oneWay how long every byte is held back in each direction
   * @throws IOException if it cannot listen
   */
  Relay relay(InetSocketAddress target, Duration oneWay) throws IOException;

  /** A relay that runs. */
  interface Relay extends AutoCloseable {
    /** The port on loopback that takes the place of the target's. */
    int port();

    /** Ends it with all its connections. */
    @Override
    void close();
  }
}
