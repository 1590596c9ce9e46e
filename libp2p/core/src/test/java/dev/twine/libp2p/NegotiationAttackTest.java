package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.HandshakeLimits;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.util.LeakPresenceDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that abuse the negotiation of a listening host; an honest one gets through all the same. */
class NegotiationAttackTest {
  private static final String HEADER = "/multistream/1.0.0";
  private static final int PATIENCE_MILLIS = 10_000;

  private Host server;

  /** A first handshake loads classes for seconds on a busy machine; deadlines are not about that. */
  @BeforeAll
  static void loadClasses() throws Exception {
    try (Host first = listen(Limits.defaults())) {
      echo(first, 60);
    }
  }

  @BeforeEach
  void start() {
    server = listen(Limits.defaults());
  }

  @AfterEach
  void honestPeersGetThrough() throws Exception {
    echo(server, 10);
    await().atMost(Duration.ofSeconds(10)).until(() -> server.stats().inbound() == 0);
    server.close();
  }

  @AfterAll
  static void noBufferLeaks() {
    LeakPresenceDetector.check();
  }

  @Test
  void mplexAndOtherUnknownProtocolsAreAnsweredNa() throws Exception {
    try (Socket socket = dial(server)) {
      socket.getOutputStream().write(lines(HEADER, "/mplex/6.7.0", "/plaintext/2.0.0"));

      byte[] expected = lines(HEADER, "na", "na");
      assertThat(socket.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
    }
  }

  @Test
  void aLineOf1025BytesEndsTheConnectionAtOnce() throws Exception {
    try (Socket socket = dial(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(lines(HEADER));
      out.write(new byte[] {(byte) 0x81, 0x08});

      awaitEnd(socket);
    }
    assertThat(server.stats().refusals()).containsEntry("multistream.line", 1L);
  }

  @Test
  void theSeventeenthProposalEndsTheConnection() throws Exception {
    try (Socket socket = dial(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(lines(HEADER));
      for (int i = 0; i < 17; i++) {
        out.write(lines("/guess/" + i));
      }

      awaitEnd(socket);
    }
    assertThat(server.stats().refusals()).containsEntry("multistream.proposals", 1L);
  }

  @Test
  void aByteNowAndThenEndsAtTheDeadlineOfTheHandshake() throws Exception {
    var limits = HandshakeLimits.defaults().withDeadline(Duration.ofSeconds(2));
    long start = System.nanoTime();
    try (Host hasty = listen(Limits.defaults().with(limits));
        Socket socket = dial(hasty)) {
      socket.setSoTimeout(100);
      byte[] slow = lines(HEADER, "/noise");
      int sent = 0;
      boolean open = true;
      while (open && System.nanoTime() - start < PATIENCE_MILLIS * 1_000_000L) {
        open = trickle(socket, slow[sent++ % slow.length]);
      }
      assertThat(open).isFalse();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_900));
  }

  /** Sends one byte and waits a little for the end. */
  private static boolean trickle(Socket socket, byte next) throws IOException {
    try {
      socket.getOutputStream().write(next);
      InputStream in = socket.getInputStream();
      return in.read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  /** Reads to the end; a timeout of the read fails the test. */
  private static void awaitEnd(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      assertThat(e).as("closed with bytes unread").hasMessageContaining("reset");
    }
  }

  private static void echo(Host host, int seconds) throws Exception {
    try (Host client = Host.builder().start()) {
      var connection = client.connect(host.id(), host.addresses()).get(seconds, SECONDS);
      Collector collector = new Collector();
      connection
          .open(StreamRequest.of(Echo.ID, collector))
          .get(seconds, SECONDS)
          .shutdownOutput();
      assertThat(collector.ended().get(seconds, SECONDS)).isZero();
    }
  }

  private static Host listen(Limits limits) {
    return Host.builder()
        .listen("/ip4/127.0.0.1/tcp/0")
        .protocol(new Echo())
        .limits(limits)
        .start();
  }

  private static Socket dial(Host host) throws IOException {
    int port = Integer.parseInt(host.addresses().get(0).value("tcp").orElseThrow());
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static byte[] lines(String... lines) {
    var out = new ByteArrayOutputStream();
    for (String line : lines) {
      out.write(line.length() + 1);
      out.writeBytes((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }
}
