package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Address;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;

/** A gossip client made of Java-WebSocket, which says what go-algorand says. */
final class LibraryClient extends WebSocketClient implements AutoCloseable {
  final List<ByteBuffer> messages = new CopyOnWriteArrayList<>();
  final CountDownLatch closed = new CountDownLatch(1);
  volatile int closeCode;
  volatile String closeReason = "";

  /** What the node said of itself; empty if it refused. */
  volatile Map<String, String> answer = Map.of();

  LibraryClient(Address address) throws InterruptedException {
    this(address, headers());
    assertThat(isOpen()).isTrue();
  }

  /** Returns when it is open or was refused. */
  LibraryClient(Address address, Map<String, String> headers) throws InterruptedException {
    this(address, "net", headers);
  }

  /** As above, for a network. */
  LibraryClient(Address address, String network, Map<String, String> headers)
      throws InterruptedException {
    super(URI.create(address + "/v1/" + network + "/gossip"), headers);
    connectBlocking(10, TimeUnit.SECONDS);
  }

  static Map<String, String> headers() {
    var headers = new HashMap<String, String>();
    headers.put("X-Algorand-Accept-Version", "2.2");
    headers.put("X-Algorand-NodeRandom", "AAAAAAAAAAAAAA==");
    return headers;
  }

  /** The first message of that tag, without it. */
  byte[] await(String tag) {
    byte[] start = tag.getBytes(StandardCharsets.US_ASCII);
    return Awaitility.await()
        .until(
            () -> messages.stream()
                .map(LibraryClient::bytes)
                .filter(message -> Arrays.equals(message, 0, 2, start, 0, 2))
                .findFirst()
                .map(message -> Arrays.copyOfRange(message, 2, message.length)),
            Optional::isPresent)
        .orElseThrow();
  }

  /** The tags of the messages so far. */
  List<String> tags() {
    return messages.stream()
        .map(message -> new String(bytes(message), 0, 2, StandardCharsets.US_ASCII))
        .toList();
  }

  private static byte[] bytes(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    return bytes;
  }

  /** Waits until the other end has closed. */
  int awaitClose() throws InterruptedException {
    assertThat(closed.await(10, TimeUnit.SECONDS)).as("closed").isTrue();
    return closeCode;
  }

  @Override
  public void onOpen(ServerHandshake handshake) {
    var fields = new HashMap<String, String>();
    handshake
        .iterateHttpFields()
        .forEachRemaining(name -> fields.put(name, handshake.getFieldValue(name)));
    answer = fields;
  }

  @Override
  public void onMessage(String text) {}

  @Override
  public void onMessage(ByteBuffer message) {
    messages.add(message);
  }

  @Override
  public void onClose(int code, String reason, boolean remote) {
    closeCode = code;
    closeReason = reason;
    closed.countDown();
  }

  @Override
  public void onError(Exception failure) {}
}
