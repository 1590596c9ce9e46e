package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HandshakeLimits;
import dev.twine.libp2p.core.IdleMuxer;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.StreamAcceptor;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.noise.LyingNoise;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Peers that abuse the negotiation or the handshake of a listening host, over sockets; each is
 * counted, and an honest one gets through all the same.
 */
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

  @Test
  void mplexAndOtherUnknownProtocolsAreAnsweredNa() throws Exception {
    try (Socket socket = dial(server)) {
      socket.getOutputStream().write(lines(HEADER, "/mplex/6.7.0", "/plaintext/2.0.0"));

      byte[] expected = lines(HEADER, "na", "na");
      assertThat(socket.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
    }
  }

  @Test
  void mplexIsNoMultiplexerHere() throws Exception {
    try (Host client = Host.builder().muxers(new Mplex()).earlyMuxer(false).start()) {
      assertThat(Failure.of(client.connect(server.id(), server.addresses())))
          .isEqualTo(FailureReason.NO_COMMON_MUXER);
    }
    awaitRefusal(server, FailureReason.NO_COMMON_MUXER);
  }

  static Stream<SecureProtocol> lies() throws GeneralSecurityException {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    byte[] signature = key.sign(new byte[0]);
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    byte[] small = generator.generateKeyPair().getPublic().getEncoded();
    byte[] rsa = Arrays.copyOf(
        new byte[] {8, 0, 18, (byte) (small.length | 0x80), (byte) (small.length >>> 7)},
        5 + small.length);
    System.arraycopy(small, 0, rsa, 5, small.length);
    return Stream.of(
        new LyingNoise(key.publicKey().encoded(), signature),
        new LyingNoise(key.publicKey().encoded(), new byte[0]),
        new LyingNoise(new byte[0], signature),
        new LyingNoise(rsa, new byte[128]));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void anIdentityThatNothingProvesIsRefusedByEitherEnd(SecureProtocol lie) throws Exception {
    try (Host liar = Host.builder().security(lie).listen("/ip4/127.0.0.1/tcp/0").start()) {
      liar.connect(server.id(), server.addresses());
      awaitRefusal(server, FailureReason.BAD_HANDSHAKE);
      assertThat(server.peers()).isEmpty();

      try (Host dialler = Host.builder().start()) {
        assertThat(Failure.of(dialler.connect(liar.id(), liar.addresses())))
            .isEqualTo(FailureReason.BAD_HANDSHAKE);
        awaitRefusal(dialler, FailureReason.BAD_HANDSHAKE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // A first message of Noise that is shorter than a key, and one of a key without a secret.
    "/noise, 00020000",
    "/noise, 00200000000000000000000000000000000000000000000000000000000000000000",
    // Longer than any message of a handshake.
    "/noise, ffff",
    // A ClientHello that says it has 16 MiB, and no TLS at all.
    "/tls/1.0.0, 160301000401ffffff",
    "/tls/1.0.0, 474554202f20485454502f312e310d0a",
  })
  void whatIsNoHandshakeEndsTheConnectionAndIsCounted(String security, String hex)
      throws Exception {
    try (Socket socket = dial(server)) {
      OutputStream out = socket.getOutputStream();
      out.write(lines(HEADER, security));
      out.write(HexFormat.of().parseHex(hex));

      awaitEnd(socket);
    }
    awaitRefusal(server, FailureReason.BAD_HANDSHAKE);
  }

  @Test
  void aTlsClientWithoutACertificateIsRefusedAndCounted() throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (Socket socket = dial(server)) {
      socket.getOutputStream().write(lines(HEADER, "/tls/1.0.0"));
      byte[] agreed = lines(HEADER, "/tls/1.0.0");
      assertThat(socket.getInputStream().readNBytes(agreed.length)).isEqualTo(agreed);
      var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "", 0, false);
      assertThatThrownBy(() -> tls.getInputStream().read()).isInstanceOf(IOException.class);
    }
    awaitRefusal(server, FailureReason.BAD_HANDSHAKE);
  }

  @ParameterizedTest
  @CsvSource({"/noise, 0010", "/tls/1.0.0, 1703030010"})
  void aRecordThatWasNotSealedEndsTheConnectionAndIsCounted(String security, String head)
      throws Exception {
    var raw = new RawMuxer();
    SecureProtocol protocol =
        security.equals("/noise") ? StandardProtocols.noise() : StandardProtocols.tls();
    try (Host client = Host.builder().security(protocol).muxers(raw).start()) {
      var connection = client.connect(server.id(), server.addresses()).get(10, SECONDS);
      byte[] record = HexFormat.of().parseHex(head + "00".repeat(16));
      raw.channel().pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(record));

      connection.closed().get(10, SECONDS);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(server.stats().refusals()).containsExactly(entry("connections.broken", 1L)));
  }

  @Test
  void whoDialsCountsThatAnotherPeerAnswered() {
    try (Host dialler = Host.builder().start()) {
      var another = NodeKey.generate(KeyType.ED25519).nodeId();
      assertThat(Failure.of(dialler.connect(another, server.addresses())))
          .isEqualTo(FailureReason.WRONG_PEER);
      awaitRefusal(dialler, FailureReason.WRONG_PEER);
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
      awaitRefusal(hasty, FailureReason.HANDSHAKE_TIMEOUT);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_900));
  }

  private static void awaitRefusal(Host host, FailureReason reason) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(host.stats().refusals()).containsEntry("handshakes." + reason, 1L));
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

  private static final class Mplex implements MuxerProtocol {
    @Override
    public String id() {
      return "/mplex/6.7.0";
    }

    @Override
    public Muxer install(
        Channel on, String after, boolean initiator, MuxerConfig config, StreamAcceptor acceptor) {
      return new IdleMuxer(on.eventLoop());
    }
  }
}
