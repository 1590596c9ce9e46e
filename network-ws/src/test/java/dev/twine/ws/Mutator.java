package dev.twine.ws;

import dev.twine.network.Tag;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Breaks what an honest client said, in ways that a seed decides: case {@code n} of one seed is the
 * same in every run, up to what the client itself drew at random.
 */
final class Mutator {
  /** What a case breaks: bytes of the request, a message in sound frames, frames, or the stream. */
  enum Layer {
    HANDSHAKE,
    MESSAGE,
    FRAME,
    STREAM
  }

  /**
   * What one hostile client sends.
   *
   * @param request instead of a valid one; sent as it is
   * @param frames after the answer to the request
   */
  record Case(Layer layer, byte[] request, byte[] frames) {}

  /** Out of twenty cases. */
  private static final int HANDSHAKES = 5;

  private static final int MESSAGES = 8;
  private static final int FRAMES = 4;
  private static final int ALL = 20;

  private static final String[] TAGS = {
    "AV", "PP", "VP", "TX", "VB", "UE", "TS", "MI", "MS", "NI", "NP", "SP", "tw", "tq", "td", "tp",
    "hb", "pi", "zz", "\0\0"
  };
  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;

  private final List<Capture> captures;
  private final long seed;

  Mutator(List<Capture> captures, long seed) {
    this.captures = captures;
    this.seed = seed;
  }

  Case mutate(int number) {
    var random = new Random(seed + number * 0x9E3779B97F4A7C15L);
    Capture capture = captures.get(random.nextInt(captures.size()));
    int kind = number % ALL;
    if (kind < HANDSHAKES) {
      return new Case(Layer.HANDSHAKE, handshake(capture.upgrade(), random), new byte[0]);
    }
    byte[] message = any(capture, random);
    byte[] valid = capture.upgrade();
    if (kind < HANDSHAKES + MESSAGES) {
      return new Case(
          Layer.MESSAGE, valid, sound(body(message, any(capture, random), random), random));
    }
    if (kind < HANDSHAKES + MESSAGES + FRAMES) {
      return new Case(Layer.FRAME, valid, unsound(message, random));
    }
    byte[] stream = frame(FIN | BINARY, message, random);
    return new Case(Layer.STREAM, valid, bytes(stream, 1 + random.nextInt(4), random));
  }

  /** Breaks lines, values or bytes of the request. */
  private static byte[] handshake(byte[] upgrade, Random random) {
    String text = new String(upgrade, StandardCharsets.ISO_8859_1);
    var lines = new ArrayList<>(Arrays.asList(text.split("\r\n")));
    int line = random.nextInt(lines.size());
    switch (random.nextInt(9)) {
      case 0 -> lines.remove(line);
      case 1 -> lines.add(line, lines.get(random.nextInt(lines.size())));
      case 2 -> Collections.swap(lines, line, random.nextInt(lines.size()));
      case 3 -> lines.set(line, lines.get(line) + text(random, 1 + random.nextInt(40)));
      case 4 -> lines.set(line, value(lines.get(line), text(random, random.nextInt(60))));
      case 5 -> lines.set(line, value(lines.get(line), ""));
      case 6 -> lines.set(0, path(random));
      case 7 -> lines.add(1, "X-Filler: " + "f".repeat(random.nextInt(6_000)));
      default -> {
        return bytes(upgrade, 1 + random.nextInt(3), random);
      }
    }
    String request = String.join("\r\n", lines) + "\r\n\r\n";
    return request.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String value(String line, String value) {
    int colon = line.indexOf(':');
    return colon < 0 ? value + " " + line : line.substring(0, colon + 2) + value;
  }

  private static String path(Random random) {
    String[] paths = {
      "/v1//gossip",
      "/v1/other/gossip",
      "/v1/../gossip",
      "/v1/%zz/gossip",
      "/v2/x/gossip",
      "/",
      "/status",
      "*",
      "/v1/" + "n".repeat(300) + "/gossip",
      "http://127.0.0.1/v1/x/gossip"
    };
    String[] methods = {"GET", "POST", "HEAD", "PUT", "CONNECT", "get", "G\u00e9T"};
    String[] versions = {"HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTCPCP/1.0", ""};
    return methods[random.nextInt(methods.length)] + " " + paths[random.nextInt(paths.length)] + " "
        + versions[random.nextInt(versions.length)];
  }

  private static String text(Random random, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) (' ' + random.nextInt('~' - ' ' + 1)));
    }
    return text.toString();
  }

  /** Breaks tag or body of a message. */
  private static byte[] body(byte[] message, byte[] other, Random random) {
    byte[] broken = message.clone();
    switch (random.nextInt(8)) {
      case 0 -> {
        byte[] tag = TAGS[random.nextInt(TAGS.length)].getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(tag, 0, broken, 0, Tag.LENGTH);
      }
      case 1 -> broken = Arrays.copyOf(message, random.nextInt(message.length + 1));
      case 2 -> broken = Arrays.copyOf(message, message.length + 1 + random.nextInt(2_000));
      case 3 -> fill(broken, random, (byte) 0xff);
      case 4 -> fill(broken, random, (byte) 0);
      case 5 -> broken = splice(message, other, random);
      case 6 -> flip(broken, 1, random);
      default -> flip(broken, 2 + random.nextInt(14), random);
    }
    return broken;
  }

  private static byte[] any(Capture capture, Random random) {
    return capture.messages().get(random.nextInt(capture.messages().size()));
  }

  private static void fill(byte[] message, Random random, byte value) {
    if (message.length > Tag.LENGTH) {
      int from = Tag.LENGTH + random.nextInt(message.length - Tag.LENGTH);
      Arrays.fill(message, from, Math.min(message.length, from + 1 + random.nextInt(10)), value);
    }
  }

  private static byte[] splice(byte[] head, byte[] tail, Random random) {
    int from = random.nextInt(tail.length);
    int keep = Tag.LENGTH + random.nextInt(head.length - Tag.LENGTH + 1);
    byte[] spliced = Arrays.copyOf(head, keep + tail.length - from);
    System.arraycopy(tail, from, spliced, keep, tail.length - from);
    return spliced;
  }

  private static void flip(byte[] message, int times, Random random) {
    for (int i = 0; i < times && message.length > Tag.LENGTH; i++) {
      int at = Tag.LENGTH + random.nextInt(message.length - Tag.LENGTH);
      message[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
  }

  /** One frame, or a few fragments of one message. */
  private static byte[] sound(byte[] message, Random random) {
    int parts = random.nextInt(4) == 0 ? 2 + random.nextInt(5) : 1;
    var out = new ByteArrayOutputStream();
    int from = 0;
    for (int i = 0; i < parts; i++) {
      int to = i == parts - 1 ? message.length : from + random.nextInt(message.length - from + 1);
      int first = (i == 0 ? BINARY : CONTINUATION) | (i == parts - 1 ? FIN : 0);
      out.writeBytes(frame(first, Arrays.copyOfRange(message, from, to), random));
      from = to;
    }
    return out.toByteArray();
  }

  /** Frames that break RFC 6455, or are at its edge. */
  private static byte[] unsound(byte[] message, Random random) {
    byte[] small = Arrays.copyOf(message, Math.min(message.length, 100));
    return switch (random.nextInt(9)) {
      case 0 -> frame(FIN | random.nextInt(16), small, random);
      case 1 -> frame(FIN | 0x10 << random.nextInt(3) | BINARY, small, random);
      case 2 -> frame(FIN | CONTINUATION, message, random);
      case 3 -> concat(frame(BINARY, small, random), frame(FIN | BINARY, message, random));
      case 4 -> unmasked(message);
      case 5 -> length(message, random.nextLong());
      case 6 -> length(message, message.length + random.nextInt(1 << 24));
      case 7 -> frame(FIN | 8 + random.nextInt(3), Arrays.copyOf(message, 126), random);
      default -> concat(frame(random.nextInt(3), small, random), frame(0x89, small, random));
    };
  }

  private static byte[] unmasked(byte[] message) {
    int length = Math.min(message.length, 125);
    return ByteBuffer.allocate(2 + length)
        .put((byte) (FIN | BINARY))
        .put((byte) length)
        .put(message, 0, length)
        .array();
  }

  /** A frame that says another length than it has. */
  private static byte[] length(byte[] message, long said) {
    return ByteBuffer.allocate(14 + message.length)
        .put((byte) (FIN | BINARY))
        .put((byte) (MASKED | 127))
        .putLong(said)
        .putInt(0)
        .put(message)
        .array();
  }

  static byte[] frame(int first, byte[] payload, Random random) {
    boolean wide = payload.length > 125;
    byte[] mask = new byte[Integer.BYTES];
    random.nextBytes(mask);
    ByteBuffer out = ByteBuffer.allocate((wide ? 14 : 6) + payload.length);
    out.put((byte) first).put((byte) (MASKED | (wide ? 127 : payload.length)));
    if (wide) {
      out.putLong(payload.length);
    }
    out.put(mask);
    for (int i = 0; i < payload.length; i++) {
      out.put((byte) (payload[i] ^ mask[i % mask.length]));
    }
    return out.array();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** Bytes changed, left out, repeated or cut off, anywhere. */
  private static byte[] bytes(byte[] whole, int times, Random random) {
    var bytes = new ArrayList<Byte>(whole.length);
    for (byte b : whole) {
      bytes.add(b);
    }
    for (int i = 0; i < times && !bytes.isEmpty(); i++) {
      int at = random.nextInt(bytes.size());
      switch (random.nextInt(5)) {
        case 0 -> bytes.remove(at);
        case 1 -> bytes.add(at, (byte) random.nextInt());
        case 2 -> bytes.subList(at, bytes.size()).clear();
        default -> bytes.set(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(Byte.SIZE)));
      }
    }
    return toArray(bytes);
  }

  private static byte[] toArray(List<Byte> bytes) {
    byte[] array = new byte[bytes.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = bytes.get(i);
    }
    return array;
  }
}
