package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.ServiceStream;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that check no certificate, and so believe only a proof that covers the connection. */
@Timeout(60)
class UncheckedTrustTest {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  @TempDir
  private Path folder;

  private GossipNode listening;
  private GossipNode dialling;

  @BeforeEach
  void start() throws Exception {
    X509Bundle bundle = certificate();
    Path certificate = Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePEM());
    Path key = Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
    listening = WsNetwork.create(
        config(), WsConfig.listening("127.0.0.1", 0).withCertificate(certificate, key));
    dialling = WsNetwork.create(config(), WsConfig.client().withTrust(Trust.unchecked()));
    listening.start();
    dialling.start();
  }

  @AfterEach
  void stop() {
    dialling.close();
    listening.close();
  }

  private static GossipConfig config() {
    return GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net");
  }

  /** For another host than the one that is dialled. */
  private static X509Bundle certificate() throws Exception {
    return new CertificateBuilder()
        .algorithm(CertificateBuilder.Algorithm.ecp256)
        .subject("CN=elsewhere")
        .addSanDnsName("elsewhere")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private Address named(int port) {
    return Address.parse("wss://" + listening.nodeId() + "@127.0.0.1:" + port);
  }

  private int port() {
    return listening.addresses().get(0).port();
  }

  @Test
  void theNodeThatWasNamedIsProvenAndItsServicesAreReached() throws Exception {
    listening.serve("/hello", (request, response) -> response.send("hi"));

    var peer = dialling.peers().connect(named(port()), DEADLINE).get(20, TimeUnit.SECONDS);
    assertThat(peer.nodeId()).isEqualTo(listening.nodeId());

    try (ServiceStream stream = dialling
        .openServiceStream(PeerRef.of(listening.nodeId()), DEADLINE)
        .get(20, TimeUnit.SECONDS)) {
      stream.readTimeout(DEADLINE);
      String request = "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      stream.output().write(request.getBytes(StandardCharsets.US_ASCII));
      stream.output().flush();
      String answer = new String(stream.input().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200").endsWith("hi");
    }
  }

  @Test
  void aNodeInBetweenThatPassesEverythingOnIsFoundOut() throws Exception {
    try (var between = new Between(certificate(), port())) {
      assertThatThrownBy(() ->
              dialling.peers().connect(named(between.port()), DEADLINE).get(20, TimeUnit.SECONDS))
          .cause()
          .hasMessageContaining("step identity");
      assertThat(between.passed).isTrue();
    }
  }

  /** Ends TLS on both sides with a certificate of its own. */
  private static final class Between implements AutoCloseable {
    private final SSLServerSocket listener;
    private final SSLContext client = SSLContext.getInstance("TLS");
    private final int target;
    volatile boolean passed;

    Between(X509Bundle own, int target) throws Exception {
      SSLContext server = SSLContext.getInstance("TLS");
      server.init(own.toKeyManagerFactory().getKeyManagers(), null, null);
      listener = (SSLServerSocket) server
          .getServerSocketFactory()
          .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
      client.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      this.target = target;
      daemon(this::accept);
    }

    int port() {
      return listener.getLocalPort();
    }

    private void accept() {
      try {
        Socket near = listener.accept();
        Socket far =
            client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), target);
        daemon(() -> pump(near, far));
        daemon(() -> pump(far, near));
      } catch (IOException e) {
        // The test is over.
      }
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[8_192];
      try (from;
          to) {
        for (int n = from.getInputStream().read(buffer); n >= 0; ) {
          to.getOutputStream().write(buffer, 0, n);
          to.getOutputStream().flush();
          passed = true;
          n = from.getInputStream().read(buffer);
        }
      } catch (IOException e) {
        // One end went, and the other one with it.
      }
    }

    private static void daemon(Runnable work) {
      var thread = new Thread(work, "between");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
