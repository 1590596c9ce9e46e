package dev.twine.ws;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A TLS handshake in memory. Nothing else tells whether a private key belongs to its certificate:
 * the context of a server takes any two, and then each of its handshakes fails.
 */
final class TrialHandshake {
  /** Both ends take ten or so. */
  private static final int MAX_STEPS = 100;

  private final SSLEngine server;
  private final SSLEngine client;
  private final ByteBuffer toServer;
  private final ByteBuffer toClient;

  private TrialHandshake(SslContext server, SslContext client) {
    this.server = server.newEngine(ByteBufAllocator.DEFAULT);
    this.client = client.newEngine(ByteBufAllocator.DEFAULT);
    // A flight may be of several records.
    toServer = ByteBuffer.allocate(4 * this.server.getSession().getPacketBufferSize());
    toClient = ByteBuffer.allocate(4 * this.server.getSession().getPacketBufferSize());
  }

  /** @throws SSLException if the two do not come to an end of their handshake */
  static void between(SslContext server, SslContext client) throws SSLException {
    new TrialHandshake(server, client).run();
  }

  private void run() throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    for (int i = 0; i < MAX_STEPS; i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
      if (isDone(client) && isDone(server)) {
        return;
      }
    }
    throw new SSLException("the handshake does not end");
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_UNWRAP -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()));
        in.compact();
      }
      case NEED_TASK -> {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
        }
      }
      default -> {}
    }
  }
}
