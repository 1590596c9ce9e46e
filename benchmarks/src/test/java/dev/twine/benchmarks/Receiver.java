package dev.twine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.node.bench.BroadcastBaseline.Wire;
import dev.twine.node.bench.BroadcastServer;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a baseline sends from a plain socket, so that no library hides what is on the wire; from a
 * host where it is encrypted.
 */
final class Receiver {
  private static final int DEADLINE_MILLIS = 30_000;

  private static final String UPGRADE = String.join(
      "\r\n",
      "GET /v1/any/path HTTP/1.1",
      "Host: localhost",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13",
      "",
      "");

  private final Closeable connection;
  private final DataInputStream in;
  private final Wire wire;

  private Receiver(Closeable connection, InputStream in, Wire wire) {
    this.connection = connection;
    this.in = new DataInputStream(new BufferedInputStream(in));
    this.wire = wire;
  }

  static Receiver connect(BroadcastServer server, Wire wire) throws Exception {
    if (wire == Wire.LIBP2P_STREAM) {
      StreamInput stream = StreamInput.open(server.address(), server.nodeId().orElseThrow());
      return new Receiver(stream, stream, wire);
    }
    var socket = new Socket();
    socket.connect(server.address(), DEADLINE_MILLIS);
    socket.setSoTimeout(DEADLINE_MILLIS);
    if (wire == Wire.WEBSOCKET) {
      socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
    }
    var receiver = new Receiver(socket, socket.getInputStream(), wire);
    if (wire == Wire.WEBSOCKET) {
      receiver.awaitUpgrade();
    }
    return receiver;
  }

  byte[] read() {
    try {
      byte[] payload = new byte[wire == Wire.WEBSOCKET ? readFrameHeader() : in.readInt()];
      in.readFully(payload);
      return payload;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void close() {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int readFrameHeader() throws IOException {
    assertThat(in.readUnsignedByte()).as("a final binary frame").isEqualTo(0x82);
    int length = in.readUnsignedByte();
    if (length == 127) {
      return Math.toIntExact(in.readLong());
    }
    return length == 126 ? in.readUnsignedShort() : length;
  }

  private void awaitUpgrade() throws IOException {
    var response = new StringBuilder();
    while (response.indexOf("\r\n\r\n") < 0) {
      response.append((char) in.readUnsignedByte());
    }
    // The answer to this key, as printed in RFC 6455 section 1.3.
    assertThat(response.toString())
        .startsWith("HTTP/1.1 101 ")
        .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }
}
