package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.CloseReason;
import dev.twine.network.Address;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a node says last is read by an end that was in the middle of sending. That end writes all it
 * has before it reads: a node that reset the connection would fail its writes and lose the words.
 */
@Timeout(60)
class LastWordsTest {
  /** Many reads of the other end; cold code decrypts megabytes slowly. */
  private static final byte[] MORE = new byte[1 << 20];

  private static final int CLOSE = 0x88;

  private final FakeContext context = new FakeContext("net", 1);
  private final FakeContext peer = new FakeContext("net", 2);

  @TempDir
  private Path folder;

  private SSLContext tls;
  private Path certificate;
  private Path key;

  @BeforeEach
  void start() throws Exception {
    X509Bundle bundle = new CertificateBuilder()
        .subject("CN=localhost")
        .addSanDnsName("localhost")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
    certificate = Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePEM());
    key = Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
    tls = SSLContext.getInstance("TLS");
    tls.init(
        bundle.toKeyManagerFactory().getKeyManagers(),
        bundle.toTrustManagerFactory().getTrustManagers(),
        null);
  }

  @AfterEach
  void stop() {
    context.close();
    peer.close();
  }

  private WsTransport listening(boolean secure) {
    WsConfig config = WsConfig.listening("localhost", 0);
    return new WsTransport(secure ? config.withCertificate(certificate, key) : config);
  }

  private Socket connect(boolean secure, Address address) throws Exception {
    InetAddress host = InetAddress.getLoopbackAddress();
    Socket socket = secure
        ? tls.getSocketFactory().createSocket(host, address.port())
        : new Socket(host, address.port());
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static void send(Socket socket, String head, byte[] body) throws Exception {
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(body);
    socket.getOutputStream().flush();
  }

  /** The head of an HTTP message. */
  private static String head(InputStream in) throws Exception {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("head so far: " + head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theAnswerToARefusedUpgradeReachesAClientThatWasStillSending(boolean secure)
      throws Exception {
    WsTransport transport = listening(secure);
    Address address = transport.listen(context).get(0);
    try (Socket socket = connect(secure, address)) {
      Map<String, String> headers = RawHttp.upgradeHeaders();
      send(socket, RawHttp.request("GET /v1/other/gossip HTTP/1.1", headers), MORE);

      assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 412 ");
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("mismatching genesis ID\n");
      assertThat(context.refusals).containsExactly("network");
    } finally {
      transport.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theCloseFrameReachesAClientThatWasStillSending(boolean secure) throws Exception {
    WsTransport transport = listening(secure);
    Address address = transport.listen(context).get(0);
    try (Socket socket = connect(secure, address)) {
      Map<String, String> headers = RawHttp.upgradeHeaders();
      send(socket, RawHttp.request("GET /v1/net/gossip HTTP/1.1", headers), new byte[0]);
      assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
      // A frame with a reserved bit, and whatever comes to mind.
      socket.getOutputStream().write(new byte[] {(byte) 0xf2, (byte) 0x80, 0, 0, 0, 0});
      send(socket, "", MORE);

      assertThat(socket.getInputStream().read()).isEqualTo(CLOSE);
      int length = socket.getInputStream().read();
      assertThat(socket.getInputStream().readNBytes(2)).containsExactly(0x03, 0xea);
      assertThat(socket.getInputStream().readAllBytes()).hasSize(length - 2);
    } finally {
      transport.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theCloseFrameReachesAServerThatWasStillSending(boolean secure) throws Exception {
    try (ServerSocket server =
        secure ? tls.getServerSocketFactory().createServerSocket(0) : new ServerSocket(0)) {
      var said = CompletableFuture.supplyAsync(() -> misfit(server));
      var transport = new WsTransport(WsConfig.client().withTrust(Trust.pem(certificate)));
      transport.listen(context);
      String scheme = secure ? "wss" : "ws";
      Address address = Address.parse(scheme + "://localhost:" + server.getLocalPort());

      assertThatThrownBy(
              () -> transport.dial(address, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS))
          .cause()
          .hasMessageContaining("no common version");
      assertThat(said.get(30, TimeUnit.SECONDS)).isEqualTo("\u0003\u00eaUnsupported headers");
      assertThat(context.permits).hasValue(0);
      transport.close();
    }
  }

  /** Answers without a version and goes on sending; tells what the close frame says. */
  private static String misfit(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.setSoTimeout(15_000);
      String request = head(socket.getInputStream());
      String wsKey = request.replaceAll("(?is).*sec-websocket-key: (\\S+).*", "$1");
      String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
          + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + ServerHandshake.accept(wsKey)
          + "\r\n\r\n";
      send(socket, answer, MORE);
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isEqualTo(CLOSE);
      int length = in.read() & 0x7f;
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < length; i++) {
        payload[i] ^= mask[i & 3];
      }
      assertThat(in.read()).as("behind the close frame").isEqualTo(-1);
      return new String(payload, StandardCharsets.ISO_8859_1);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNodeLearnsWhyTheOtherClosed(boolean secure) throws Exception {
    WsTransport transport = listening(secure);
    Address address = transport.listen(context).get(0);
    var dialling = new WsTransport(WsConfig.client().withTrust(Trust.pem(certificate)));
    dialling.listen(peer);
    var session = (FakeContext.Session)
        dialling.dial(address, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS);
    await().until(() -> context.sessions.size() == 1);

    context.sessions.get(0).close(CloseReason.of(CloseReason.Kind.TOO_LARGE, "of that"));

    await().until(() -> session.signals.size() == 1);
    assertThat(session.signals.get(0).toString()).contains("TOO_LARGE: message too large: of that");
    assertThat(session.closed.get(15, TimeUnit.SECONDS).kind())
        .isEqualTo(CloseReason.Kind.REMOTE_CLOSED);
    dialling.close();
    transport.close();
  }
}
