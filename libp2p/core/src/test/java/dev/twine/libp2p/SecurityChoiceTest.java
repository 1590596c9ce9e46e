package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityChoiceTest {
  @ParameterizedTest
  @CsvSource({
    "/noise, true, true",
    "/noise, false, true",
    "/noise, true, false",
    "/noise, false, false",
    "/tls/1.0.0, true, true",
    "/tls/1.0.0, false, true",
    "/tls/1.0.0, true, false",
    "/tls/1.0.0, false, false"
  })
  void bytesEchoWhereverTheMuxerIsAgreedOn(String security, boolean here, boolean there)
      throws Exception {
    try (Host server = listening(security).earlyMuxer(there).start();
        Host client = Host.builder().security(named(security)).earlyMuxer(here).start()) {
      Connection connection = client.connect(server.id(), server.addresses()).get(30, SECONDS);
      assertThat(connection.security()).isEqualTo(security);
      Collector collector = new Collector();
      StreamChannel stream =
          connection.open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS);
      Source source = new Source(300_000, 1);
      stream.pipeline().addLast(source);
      assertThat(collector.ended().get(60, SECONDS)).isEqualTo(source.checksum());
      await().until(() -> !server.connections().isEmpty());
      var theirs = server.connections().iterator().next().channelBinding();
      assertThat(connection.channelBinding().orElse(null)).isEqualTo(theirs.orElse(null));
      // TLS has none where the JDK cannot export keying material.
      assertThat(theirs.isPresent()).isEqualTo(security.equals("/noise") || exports());
    }
  }

  @Test
  void withoutACommonProtocolTheErrorNamesBothSides() {
    try (Host server = listening("/tls/1.0.0").start();
        Host client = Host.builder().security(StandardProtocols.noise()).start()) {
      var failure = Failure.exception(client.connect(server.id(), server.addresses()));
      assertThat(failure.reason()).isEqualTo(FailureReason.NO_COMMON_SECURITY);
      assertThat(failure).hasMessageContaining("/noise").hasMessageContaining("/tls/1.0.0");
    }
  }

  private static HostBuilder listening(String security) {
    return Host.builder()
        .security(named(security))
        .listen("/ip4/127.0.0.1/tcp/0")
        .protocol(new Echo());
  }

  private static boolean exports() {
    return Runtime.version().feature() >= 25;
  }

  private static SecureProtocol named(String id) {
    return id.equals("/noise") ? StandardProtocols.noise() : StandardProtocols.tls();
  }
}
