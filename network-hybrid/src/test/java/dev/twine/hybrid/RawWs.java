package dev.twine.hybrid;

import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link RawPeer} on a plain socket. */
final class RawWs extends RawPeer {
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  /** So that little fits into it once nobody reads. */
  private static final int BUFFER = 32 << 10;

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final Map<String, String> headers;
  private final Socket dialling = new Socket();
  private final CountDownLatch resumed = new CountDownLatch(1);
  private volatile ServerSocket server;
  private volatile Socket socket;
  private volatile String head = "";
  private volatile String lastWords = "";
  private volatile boolean stalled;
  private volatile boolean silent;

  RawWs() {
    this(Map.of());
  }

  /** With these headers in its request besides. */
  RawWs(Map<String, String> headers) {
    this.headers = headers;
  }

  @Override
  void dial(GossipNode node, String... early) throws IOException {
    Address address = Cluster.address(node, TransportKind.WS);
    dialling.setReceiveBufferSize(BUFFER);
    dialling.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port()));
    socket = dialling;
    var request = new StringBuilder("GET /v1/" + node.networkId() + "/gossip HTTP/1.1\r\n"
        + "Host: " + address.hostAndPort() + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        + "X-Algorand-Version: 2.2\r\nX-Algorand-NodeRandom: " + random() + "\r\n"
        + "User-Agent: " + name() + "\r\n");
    headers.forEach(
        (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    write(bytes(request.append("\r\n").toString()));
    var in = new DataInputStream(socket.getInputStream());
    head = head(in);
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new IOException("refused: " + head);
    }
    send(early);
    start(() -> read(in));
  }

  @Override
  void listen(String... early) throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    start(() -> {
      socket = server.accept();
      var in = new DataInputStream(socket.getInputStream());
      head = head(in);
      var answer = new ByteArrayOutputStream();
      answer.writeBytes(bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
          + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept(header("Sec-WebSocket-Key"))
          + "\r\nX-Algorand-Version: 2.2\r\nX-Algorand-NodeRandom: " + random()
          + "\r\nX-Algorand-Genesis: " + Cluster.NETWORK + "\r\nX-Twine-Agent: " + name()
          + "\r\n\r\n"));
      for (String message : early) {
        answer.writeBytes(frame(BINARY, bytes(message)));
      }
      write(answer.toByteArray());
      read(in);
    });
  }

  @Override
  Address address() {
    return Address.ws("127.0.0.1", server.getLocalPort());
  }

  /** What the other end said under that name in its request or answer; empty if it did not. */
  String header(String name) {
    Matcher found = Pattern.compile("(?im)^" + name + ": *(.*?)\r?$").matcher(head);
    return found.find() ? found.group(1) : "";
  }

  /** Code and reason with which the other end closed. */
  String lastWords() {
    return lastWords;
  }

  @Override
  void send(String... messages) throws IOException {
    var all = new ByteArrayOutputStream();
    for (String message : messages) {
      all.writeBytes(frame(BINARY, bytes(message)));
    }
    write(all.toByteArray());
  }

  @Override
  void stall() {
    stalled = true;
  }

  @Override
  void resume() {
    resumed.countDown();
  }

  @Override
  void fallSilent() {
    silent = true;
  }

  @Override
  public void close() {
    resumed.countDown();
    try {
      dialling.close();
      if (server != null) {
        server.close();
      }
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      throw new AssertionError("closing a socket", e);
    }
  }

  private void read(DataInputStream in) throws IOException, InterruptedException {
    for (int first = in.read(); first >= 0; first = in.read()) {
      byte[] payload = payload(in);
      switch (first & 0xf) {
        case BINARY -> took(payload);
        case PING -> {
          if (!silent) {
            write(frame(PONG, payload));
          }
        }
        case CLOSE -> {
          lastWords = said(payload);
          write(frame(CLOSE, payload));
          return;
        }
        default -> {}
      }
      if (stalled) {
        resumed.await();
      }
    }
  }

  private static byte[] payload(DataInputStream in) throws IOException {
    int second = in.readUnsignedByte();
    int length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] mask = in.readNBytes((second & 0x80) == 0 ? 0 : 4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < mask.length * payload.length / 4; i++) {
      payload[i] ^= mask[i % 4];
    }
    return payload;
  }

  private static String said(byte[] close) {
    return close.length < 2
        ? ""
        : ByteBuffer.wrap(close).getShort() + " "
            + new String(close, 2, close.length - 2, StandardCharsets.UTF_8);
  }

  /** Clients must mask, and a key of zeros changes nothing. */
  private byte[] frame(int opcode, byte[] payload) {
    boolean masked = server == null;
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) (0x80 | opcode));
    int bit = masked ? 0x80 : 0;
    if (payload.length < 126) {
      frame.put((byte) (bit | payload.length));
    } else if (payload.length < 1 << 16) {
      frame.put((byte) (bit | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (bit | 127)).putLong(payload.length);
    }
    frame.put(new byte[masked ? 4 : 0]).put(payload).flip();
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  private synchronized void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private String random() {
    return Base64.getEncoder().encodeToString(bytes(name()));
  }

  private static String accept(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(bytes(key + GUID));
      return Base64.getEncoder().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String head(DataInputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended in the middle of its head: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void start(Work work) {
    var thread = new Thread(() -> {
      try {
        work.run();
      } catch (IOException end) {
        // A reset is an end like another.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        ended();
        close();
      }
    });
    thread.setDaemon(true);
    thread.start();
  }
}
