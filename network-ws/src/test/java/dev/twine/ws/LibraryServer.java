package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.server.DefaultWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;

/** A gossip server made of Java-WebSocket, which answers as a test says. */
final class LibraryServer extends WebSocketServer implements AutoCloseable {
  /** Instead of a value: whatever the client sent under that name. */
  static final String ECHO = "echo";

  private static final long WRITES_MILLIS = 100;

  final List<ByteBuffer> messages = new CopyOnWriteArrayList<>();
  final List<String> closes = new CopyOnWriteArrayList<>();
  final List<ClientHandshake> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch greeted = new CountDownLatch(1);
  private final Timer writes = new Timer("library-server-writes", true);
  private final Map<String, String> headers;
  private final byte[] greeting;

  LibraryServer(Map<String, String> headers, byte[] greeting) throws InterruptedException {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    this.headers = headers;
    this.greeting = greeting;
    setDaemon(true);
    setWebSocketFactory(new DefaultWebSocketServerFactory() {
      @Override
      public WebSocketImpl createWebSocket(WebSocketAdapter adapter, List<Draft> drafts) {
        return new OrderedSocket(adapter, drafts);
      }
    });
    start();
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    writes.schedule(new Writes(), WRITES_MILLIS, WRITES_MILLIS);
  }

  /** For classes of many short tests, which would else wait a tenth of a second for each thing. */
  static void lookOften() {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
  }

  /** The headers that go-algorand asks of an answer. */
  static Map<String, String> answer() {
    var headers = new HashMap<String, String>();
    headers.put("X-Algorand-Version", "2.2");
    headers.put("X-Algorand-NodeRandom", "AAAAAAAAAAAAAA==");
    headers.put("X-Algorand-Genesis", "net");
    return headers;
  }

  Address address() {
    return Address.ws("127.0.0.1", getPort());
  }

  /** The first message of that tag, without it. */
  byte[] await(String tag) {
    return Awaitility.await()
        .until(
            () -> messages.stream()
                .map(LibraryServer::bytes)
                .filter(message -> message[0] == tag.charAt(0) && message[1] == tag.charAt(1))
                .findFirst()
                .map(message -> Arrays.copyOfRange(message, 2, message.length)),
            Optional::isPresent)
        .orElseThrow();
  }

  private static byte[] bytes(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
      WebSocket connection, Draft draft, ClientHandshake request) throws InvalidDataException {
    requests.add(request);
    var response = super.onWebsocketHandshakeReceivedAsServer(connection, draft, request);
    headers.forEach((name, value) ->
        response.put(name, value.equals(ECHO) ? request.getFieldValue(name) : value));
    return response;
  }

  @Override
  public void onOpen(WebSocket connection, ClientHandshake handshake) {
    if (greeting.length > 0) {
      connection.send(greeting);
    }
    greeted.countDown();
  }

  @Override
  public void onMessage(WebSocket connection, String text) {}

  @Override
  public void onMessage(WebSocket connection, ByteBuffer message) {
    messages.add(message);
  }

  @Override
  public void onClose(WebSocket connection, int code, String reason, boolean remote) {
    closes.add(code + " " + reason);
  }

  @Override
  public void onError(WebSocket connection, Exception failure) {}

  @Override
  public void onStart() {
    started.countDown();
  }

  /** After the greeting: the library lists a connection, and greets, after it has answered it. */
  @Override
  public void broadcast(byte[] message) {
    awaitGreeting();
    super.broadcast(message);
  }

  @Override
  public void broadcast(String text) {
    awaitGreeting();
    super.broadcast(text);
  }

  private void awaitGreeting() {
    Awaitility.await().until(() -> greeted.getCount() == 0);
  }

  /**
   * A connection that comes to its end behind all that came before it. 1.6.0 has one thread read and
   * another one judge what was read, but tells of an end on the first: it overtakes the close frame
   * in front of it, whose code is then lost.
   */
  private final class OrderedSocket extends WebSocketImpl {
    /** As large as the buffers of the library, which takes it among them when it is through. */
    private final ByteBuffer end = createBuffer();

    private boolean ended;

    OrderedSocket(WebSocketAdapter adapter, List<Draft> drafts) {
      super(adapter, drafts);
    }

    /** Called on the thread that reads, and again until the connection is closed. */
    @Override
    public void eot() {
      if (ended) {
        return;
      }
      ended = true;
      inQueue.add(end);
      try {
        queue(this);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    /** Called on the thread that judges. */
    @Override
    @SuppressWarnings("ReferenceEquality") // That buffer, not one like it.
    public void decode(ByteBuffer read) {
      if (read == end) {
        super.eot();
      } else {
        super.decode(read);
      }
    }
  }

  /**
   * Has the library look into its queues again. A message queued at the moment in which it finds a
   * queue empty waits in it for the next one: 1.6.0 sets its interest in writing without a lock.
   */
  private final class Writes extends TimerTask {
    @Override
    public void run() {
      for (WebSocket connection : getConnections()) {
        onWriteDemand(connection);
      }
    }
  }

  @Override
  public void close() {
    writes.cancel();
    try {
      stop(1_000);
    } catch (ClosedSelectorException e) {
      // Its thread gives itself 25 ms from here, and may be through before all were said goodbye
      // to.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
