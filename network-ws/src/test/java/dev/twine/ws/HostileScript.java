package dev.twine.ws;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What the clients of a swarm do. */
enum HostileScript {
  /** Valid upgrades, one byte in a second. */
  SLOW(true),
  /** Endless header blocks of four kinds, as fast as the node takes them. */
  HEADERS(true),
  /** Valid upgrades that lack their last byte, all at once. */
  HALF_OPEN(false);

  private static final int CHUNK = 8 << 10;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** What each kind of flood begins with, and repeats. */
  private static final String[][] FLOODS = {
    {"GET /", "a"},
    {"GET /status HTTP/1.1\r\nX-Long: ", "b"},
    {"GET /status HTTP/1.1\r\n", "X-Many: c\r\n"},
    {"", "\r\n"},
  };

  private final boolean comesBack;

  HostileScript(boolean comesBack) {
    this.comesBack = comesBack;
  }

  boolean comesBack() {
    return comesBack;
  }

  Client client(int number, long nowMillis) {
    return new Client(number, nowMillis);
  }

  private static byte[] upgrade() {
    String path = ServerHandshake.path(HostileNetwork.NETWORK);
    return ("GET " + path + " HTTP/1.1\r\n"
            + "Host: 127.0.0.1\r\n"
            + "Connection: Upgrade\r\n"
            + "Upgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "X-Algorand-Version: 2.2\r\n"
            + "X-Algorand-NodeRandom: AAAAAAAAAAAAAA==\r\n"
            + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** One connection of a swarm. */
  final class Client {
    private final int number;
    private final long bornMillis;
    private final byte[] script;
    private long sent;

    private Client(int number, long bornMillis) {
      this.number = number;
      this.bornMillis = bornMillis;
      this.script = HostileScript.this == HEADERS
          ? FLOODS[number % FLOODS.length][0].getBytes(StandardCharsets.US_ASCII)
          : upgrade();
    }

    int number() {
      return number;
    }

    long bornMillis() {
      return bornMillis;
    }

    void sent(int bytes) {
      sent += bytes;
    }

    /** What to send now, as far as the socket takes it. */
    ByteBuffer next(long nowMillis) {
      return switch (HostileScript.this) {
        case SLOW -> slice((nowMillis - bornMillis) / 1_000 + 1);
        case HALF_OPEN -> slice(script.length - 1);
        case HEADERS -> sent < script.length ? slice(script.length) : flood();
      };
    }

    private ByteBuffer slice(long upTo) {
      int end = (int) Math.min(upTo, script.length);
      return end <= sent ? NOTHING : ByteBuffer.wrap(script, (int) sent, end - (int) sent);
    }

    private ByteBuffer flood() {
      String unit = FLOODS[number % FLOODS.length][1];
      int repeats = CHUNK / unit.length() + 2;
      int offset = (int) ((sent - script.length) % unit.length());
      byte[] bytes = unit.repeat(repeats).getBytes(StandardCharsets.US_ASCII);
      return ByteBuffer.wrap(bytes, offset, CHUNK);
    }
  }
}
