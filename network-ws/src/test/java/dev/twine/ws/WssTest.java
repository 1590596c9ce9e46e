package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same over TLS. */
@Timeout(60)
class WssTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @TempDir
  private Path folder;

  private Path certificate;
  private FakeContext server;
  private FakeContext client;
  private WsTransport listening;
  private Address address;

  @BeforeEach
  void start() throws Exception {
    X509Bundle bundle = new CertificateBuilder()
        .algorithm(CertificateBuilder.Algorithm.ecp256)
        .subject("CN=localhost")
        .addSanDnsName("localhost")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
    certificate = Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePEM());
    Path key = Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
    server = new FakeContext("net", 1);
    client = new FakeContext("net", 2);
    listening =
        new WsTransport(WsConfig.listening("localhost", 0).withCertificate(certificate, key));
    address = listening.listen(server).get(0);
  }

  @AfterEach
  void stop() {
    listening.close();
    client.close();
    server.close();
  }

  private FakeContext.Session dial(Trust trust, Address to) throws Exception {
    var transport = new WsTransport(WsConfig.client().withTrust(trust));
    transport.listen(client);
    try {
      return (FakeContext.Session) transport.dial(to, DEADLINE).get(30, TimeUnit.SECONDS);
    } finally {
      transport.close();
    }
  }

  @Test
  void bothEndsDeriveOneChannelBinding() throws Exception {
    assertThat(address.toString()).startsWith("wss://localhost:");
    FakeContext.Session out = dial(Trust.pem(certificate), address);
    await().until(() -> server.sessions.size() == 1);
    FakeContext.Session in = server.sessions.get(0);

    assertThat(out.terms.channelBinding()).hasSize(32).isEqualTo(in.terms.channelBinding());
  }

  @Test
  void theBindingIsTheExporterWhereTheJdkHasOne() throws Exception {
    FakeContext.Session out = dial(Trust.pem(certificate), address);
    var tls = out.channel.pipeline().get(SslHandler.class).engine().getSession();
    assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);

    assertThat(out.terms.channelBinding())
        .isEqualTo(ChannelBinding.exported(tls))
        .isNotEqualTo(ChannelBinding.serverCertificate(tls, false));
  }

  @Test
  void theServicesOfAPeerAreReachedOverTlsToo() throws Exception {
    server.router().serve("/here", (request, response) -> response.send("found"));
    var transport = new WsTransport(WsConfig.client().withTrust(Trust.pem(certificate)));
    transport.listen(client);
    var session = (FakeContext.Session) transport.dial(address, DEADLINE).get(30, TimeUnit.SECONDS);

    try (var stream = session.terms.serviceRoute().open(DEADLINE).get(30, TimeUnit.SECONDS)) {
      stream.readTimeout(DEADLINE);
      String request = "GET /here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      stream.output().write(request.getBytes(StandardCharsets.US_ASCII));
      stream.output().flush();

      assertThat(new String(stream.input().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("found");
    }
    transport.close();
  }

  @Test
  void refusesACertificateOfNobodyItTrusts() {
    assertThatThrownBy(() -> dial(Trust.system(), address))
        .cause()
        .isInstanceOfSatisfying(TwineException.class, failure -> {
          assertThat(failure.code()).isEqualTo(Code.UNREACHABLE);
          assertThat(failure).hasMessageContaining("step tls");
        });
    assertThat(server.sessions).isEmpty();
  }

  @Test
  void refusesACertificateOfAnotherHost() {
    assertThatThrownBy(
            () -> dial(Trust.pem(certificate), Address.parse("wss://127.0.0.1:" + address.port())))
        .cause()
        .hasMessageContaining("step tls");
  }

  @Test
  void takesAnyCertificateOnlyFromANodeThatItNames() {
    assertThatThrownBy(() -> dial(Trust.unchecked(), address))
        .cause()
        .extracting("code")
        .isEqualTo(Code.BAD_VALUE);
  }

  @Test
  void namesTheFileThatItCannotUse() {
    var transport = new WsTransport(
        WsConfig.listening("localhost", 0).withCertificate(certificate, folder.resolve("none")));

    assertThatThrownBy(() -> transport.listen(client))
        .isInstanceOfSatisfying(TwineException.class, failure -> {
          assertThat(failure.code()).isEqualTo(Code.BAD_VALUE);
          assertThat(failure.value()).endsWith("none");
        });
    transport.close();
  }

  @Test
  void dropsAClientThatSpeaksInTheClear() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), address.port())) {
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();

      assertThat(new String(answer, StandardCharsets.US_ASCII)).doesNotContain("HTTP");
    }
    assertThat(server.refusals).containsExactly("tls-handshake");
  }
}
