package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketTest {
  private static final int WINDOW = 256 << 10;

  @ParameterizedTest
  @CsvSource({"/ip4/127.0.0.1/tcp/0/ws", "/ip4/127.0.0.1/tcp/0/ws/http-path/a%2Fb"})
  void bytesEchoOverAWebSocket(String address) throws Exception {
    try (Host server = Host.builder().listen(address).protocol(new Echo()).start();
        Host client = Host.builder().start()) {
      echo(server, client, 10 * WINDOW);
    }
  }

  @Test
  void bytesEchoOverASecureWebSocket() throws Exception {
    X509Bundle certificate = new CertificateBuilder()
        .subject("CN=localhost")
        .addSanIpAddress("127.0.0.1")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
    SslContext serverTls =
        SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build();
    SslContext clientTls = SslContextBuilder.forClient()
        .trustManager(certificate.toTrustManagerFactory())
        .build();
    try (Host server = Host.builder()
            .listen("/ip4/127.0.0.1/tcp/0/tls/ws")
            .transports(StandardProtocols.webSocket(serverTls, null))
            .protocol(new Echo())
            .start();
        Host client = Host.builder()
            .transports(StandardProtocols.webSocket(null, clientTls))
            .start();
        Host stranger = Host.builder().start()) {
      assertThat(server.addresses().get(0).toString()).endsWith("/tls/ws");
      // Few: the JDK's AES is slow until it is compiled.
      echo(server, client, 2 * WINDOW);
      Throwable untrusted =
          catchThrowable(() -> stranger.connect(server.id(), server.addresses()).get(20, SECONDS));
      assertThat(untrusted.getCause()).hasMessageContaining("TLS");
    }
  }

  @Test
  void listeningSecurelyNeedsACertificate() {
    Throwable thrown = catchThrowable(
        () -> Host.builder().listen("/ip4/127.0.0.1/tcp/0/tls/ws").start());
    assertThat(((Libp2pException) thrown).reason()).isEqualTo(FailureReason.CANNOT_LISTEN);
  }

  @Test
  void anotherPathIsNotFound() throws Exception {
    try (Host server =
            Host.builder().listen("/ip4/127.0.0.1/tcp/0/ws/http-path/a").start();
        Host client = Host.builder().start()) {
      Multiaddr elsewhere =
          Multiaddr.parse(server.addresses().get(0).toString().replace("path/a", "path/b"));
      Throwable thrown =
          catchThrowable(() -> client.connect(elsewhere.withPeer(server.id())).get(10, SECONDS));
      assertThat(thrown.getCause()).hasMessageContaining("404");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1, 426",
    "POST / HTTP/1.1, 400",
    "GET /elsewhere HTTP/1.1, 404",
    "nonsense, 400"
  })
  void whatIsNoUpgradeIsAnsweredAndClosed(String line, String status) throws Exception {
    try (Host server = Host.builder().listen("/ip4/127.0.0.1/tcp/0/ws").start();
        Socket socket = new Socket()) {
      socket.setSoTimeout(10_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(server)));
      String request = line + "\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 " + status);
    }
  }

  private static int port(Host server) throws IOException {
    return Integer.parseInt(server.addresses().get(0).components().get(1).value());
  }

  private static void echo(Host server, Host client, int bytes) throws Exception {
    Connection connection = client.connect(server.id(), server.addresses()).get(20, SECONDS);
    Collector collector = new Collector();
    StreamChannel stream = connection.open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS);
    Source source = new Source(bytes, 1);
    stream.pipeline().addLast(source);
    assertThat(collector.ended().get(60, SECONDS)).isEqualTo(source.checksum());
    assertThat(collector.bytes()).isEqualTo(bytes);
  }
}
