package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.ServiceStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StreamSocketTest {
  private static final SocketAddress ANY = new InetSocketAddress("192.0.2.1", 80);

  private final List<Duration> deadlines = new ArrayList<>();
  private final CompletableFuture<ServiceStream> opening = new CompletableFuture<>();
  private final Stream stream = new Stream();
  private final StreamSocket socket;

  StreamSocketTest() throws SocketException {
    GossipNode node = FakeNode.opening(deadline -> {
      deadlines.add(deadline);
      return opening;
    });
    socket = new StreamSocket(node, PeerRef.of(NodeKey.generate(KeyType.ED25519).nodeId()));
  }

  @Test
  void connectingHasExactlyTheTimeThatItIsGiven() {
    long before = System.nanoTime();

    assertThatThrownBy(() -> socket.connect(ANY, 150)).isInstanceOf(SocketTimeoutException.class);

    Duration taken = Duration.ofNanos(System.nanoTime() - before);
    assertThat(taken).isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
    assertThat(deadlines).containsExactly(Duration.ofMillis(150));
    assertThat(opening).as("nobody waits any more").isCancelled();
  }

  @Test
  void aReadTimeoutHoldsWhetherItIsSetBeforeOrAfterConnecting() throws IOException {
    socket.setSoTimeout(1234);
    connect();
    assertThat(stream.timeouts).containsExactly(Duration.ofMillis(1234));

    socket.setSoTimeout(1);
    socket.setSoTimeout(0);

    assertThat(stream.timeouts).endsWith(Duration.ofMillis(1), Duration.ZERO);
    assertThat(socket.getSoTimeout()).isZero();
  }

  @Test
  void aReadThatTimesOutLeavesTheSocketUsable() throws IOException {
    connect();
    stream.timesOut = true;
    InputStream in = socket.getInputStream();
    assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    stream.timesOut = false;

    assertThat(in.read()).isEqualTo('i');
    assertThat(socket.isClosed()).isFalse();
  }

  @Test
  void halfClosingEndsWritesAndLeavesReads() throws IOException {
    connect();
    OutputStream out = socket.getOutputStream();
    out.write('o');

    socket.shutdownOutput();

    assertThat(stream.calls).containsExactly("closeOutput");
    assertThat(socket.isOutputShutdown()).isTrue();
    assertThatThrownBy(() -> out.write('p')).isInstanceOf(SocketException.class);
    assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("in");
    assertThat(stream.out.toString(StandardCharsets.UTF_8)).isEqualTo("o");
  }

  @Test
  void afterTheInputIsShutReadsReportTheEnd() throws IOException {
    connect();
    InputStream in = socket.getInputStream();

    socket.shutdownInput();

    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[4])).isEqualTo(-1);
    socket.getOutputStream().write('o');
    assertThat(stream.out.toString(StandardCharsets.UTF_8)).isEqualTo("o");
  }

  @Test
  void closingAnyPartClosesTheStreamOnceAndEndsEveryUse() throws IOException {
    connect();
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();

    in.close();
    out.close();
    socket.close();

    assertThat(stream.calls).containsExactly("close");
    assertThat(socket.isClosed()).isTrue();
    assertThatThrownBy(in::read).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(SocketException.class);
    assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> socket.setSoTimeout(1)).isInstanceOf(SocketException.class);
  }

  @Test
  void closingWhileItConnectsEndsTheWaitAndLeavesNoStreamBehind() throws Exception {
    var failure = new CompletableFuture<IOException>();
    var connecting = new Thread(() -> {
      try {
        socket.connect(ANY, 0);
      } catch (IOException e) {
        failure.complete(e);
      }
    });
    connecting.start();
    org.awaitility.Awaitility.await()
        .until(() -> opening.getNumberOfDependents() > 0
            || connecting.getState() == Thread.State.TIMED_WAITING);

    socket.close();

    assertThat(failure.get(10, java.util.concurrent.TimeUnit.SECONDS))
        .isInstanceOf(SocketException.class)
        .hasMessage("Socket closed");
    assertThat(socket.isConnected()).isFalse();
  }

  @Test
  void connectsOnceOnly() throws IOException {
    assertThatThrownBy(socket::getInputStream).hasMessage("Socket is not connected");
    connect();

    assertThatThrownBy(this::connect).isInstanceOf(SocketException.class);
    assertThat(deadlines).hasSize(1);
  }

  private void connect() throws IOException {
    opening.complete(stream);
    socket.connect(ANY, 1000);
  }

  private static final class Stream implements ServiceStream {
    final List<Duration> timeouts = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean timesOut;
    private final InputStream in = new ByteArrayInputStream(new byte[] {'i', 'n'});

    @Override
    public InputStream input() {
      return new InputStream() {
        @Override
        public int read() throws IOException {
          if (timesOut) {
            throw new SocketTimeoutException("as the test wants");
          }
          return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
          int first = read();
          target[offset] = (byte) first;
          return first < 0 ? -1 : 1;
        }
      };
    }

    @Override
    public OutputStream output() {
      return out;
    }

    @Override
    public void readTimeout(Duration timeout) {
      timeouts.add(timeout);
    }

    @Override
    public void closeOutput() {
      calls.add("closeOutput");
    }

    @Override
    public void close() {
      calls.add("close");
    }

    @Override
    public String remote() {
      return "test";
    }
  }
}
