package dev.twine.node.bench;

import java.io.IOException;

/**
 * A broadcast server that {@code twine bench broadcast --baselines NAME} measures beside a node.
 *
 * <p>Found by {@link java.util.ServiceLoader}: an implementation has a public constructor without
 * parameters and is named both in {@code META-INF/services} and in its module declaration.
 */
public interface BroadcastBaseline {
  /** The protocol of {@link Wire#LIBP2P_STREAM}. */
  String STREAM_PROTOCOL = "/twine/bench/broadcast/1";

  /** What the command line calls it: lower-case words joined by hyphens, such as {@code tcp}. */
  String name();

  /** How a receiver has to read it. */
  Wire wire();

  /**
   * Binds a free port of the loopback interface and accepts receivers from then on.
   *
   * @throws IOException if it cannot bind; nothing is left running then
   */
  BroadcastServer start() throws IOException;

  /** What stands between the payloads on the wire. */
  enum Wire {
    /**
     * RFC 6455 after an upgrade on any path: every payload is one binary message, unmasked, in one
     * frame. No extension is negotiated.
     */
    WEBSOCKET,
    /** No handshake: every payload follows its length as four bytes, the highest first. */
    LENGTH_PREFIXED,
    /**
     * The same on a stream of {@link #STREAM_PROTOCOL} that the receiver opens, on a libp2p connection
     * of its own over TCP, Noise and yamux.
     */
    LIBP2P_STREAM
  }
}
