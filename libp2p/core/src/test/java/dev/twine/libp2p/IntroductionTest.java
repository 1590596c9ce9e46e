package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.identify.Identify;
import dev.twine.libp2p.core.identify.IdentifyInfo;
import dev.twine.libp2p.core.identify.PeerRecord;
import dev.twine.libp2p.core.ping.Ping;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IntroductionTest {
  private Host server;
  private Host client;

  @BeforeEach
  void start() {
    server = Host.builder()
        .identifyAs("/net/1", "server/1")
        .listen("/ip4/127.0.0.1/tcp/0")
        .start();
    client = Host.builder().identifyAs("/net/1", "client/1").start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void bothSidesLearnWhoTheOtherIs() throws Exception {
    Connection connection = connect();
    await().until(() -> client.identify().known(connection).isPresent());
    IdentifyInfo info = client.identify().known(connection).orElseThrow();
    assertThat(info.agentVersion()).isEqualTo("server/1");
    assertThat(info.protocols()).contains(Identify.ID, Identify.PUSH_ID, Ping.ID);
    await().until(() -> agentOfClient().equals("client/1"));
  }

  @Test
  void theSignedRecordNamesTheAddressesThatAreListenedOn() throws Exception {
    connect();
    await().until(() -> client.identify().record(server.id()).isPresent());
    PeerRecord known = client.identify().record(server.id()).orElseThrow();
    assertThat(known.addresses()).containsExactlyElementsOf(server.addresses());
  }

  @Test
  void aNewProtocolIsPushedToThosePeersThatTakePushes() throws Exception {
    Connection connection = connect();
    await().until(() -> !agentOfClient().isEmpty());
    server.handle(new Echo());
    await()
        .until(() -> client
            .identify()
            .known(connection)
            .filter(info -> info.protocols().contains(Echo.ID))
            .isPresent());
  }

  @Test
  void aSecondPingWorksAfterTheFirstWasClosed() throws Exception {
    Connection connection = connect();
    for (int i = 0; i < 3; i++) {
      Duration time = Ping.ping(connection, Duration.ofSeconds(10)).get(10, SECONDS);
      assertThat(time).isPositive();
    }
  }

  private Connection connect() throws Exception {
    return client.connect(server.id(), server.addresses()).get(20, SECONDS);
  }

  private String agentOfClient() {
    return server.connections().stream()
        .flatMap(connection -> server.identify().known(connection).stream())
        .map(IdentifyInfo::agentVersion)
        .findFirst()
        .orElse("");
  }
}
