package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostTest {
  private Host server;
  private Host client;

  @BeforeEach
  void start() {
    server = Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(new Echo()).start();
    client = Host.builder().start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void twoHostsEchoOverLoopback() throws Exception {
    Connection connection = connect();
    assertThat(connection.peer()).isEqualTo(server.id());
    assertThat(connection.security()).isEqualTo("/noise");
    assertThat(connection.muxer()).isEqualTo("/yamux/1.0.0");

    Collector collector = new Collector();
    StreamChannel stream = connection.open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS);
    byte[] hello = {1, 2, 3, 4, 5};
    stream.writeAndFlush(Unpooled.wrappedBuffer(hello));
    stream.shutdownOutput();

    CRC32 expected = new CRC32();
    expected.update(hello);
    assertThat(collector.ended().get(10, SECONDS)).isEqualTo(expected.getValue());
    assertThat(collector.bytes()).isEqualTo(hello.length);
  }

  @Test
  void theFirstOfSeveralProtocolsThatThePeerKnowsIsUsed() throws Exception {
    Collector collector = new Collector();
    var request =
        new StreamRequest(List.of("/test/unknown", Echo.ID), collector, Duration.ofSeconds(5));
    StreamChannel stream = connect().open(request).get(10, SECONDS);
    stream.shutdownOutput();
    assertThat(collector.ended().get(10, SECONDS)).isZero();
  }

  @Test
  void aRefusalOfAllProtocolsNamesThoseOfBothSides() throws Exception {
    var request =
        new StreamRequest(List.of("/test/a", "/test/b"), new Collector(), Duration.ofSeconds(5));
    Throwable thrown = catchThrowable(() -> connect().open(request).get(10, SECONDS));
    assertThat(reason(thrown)).isEqualTo(FailureReason.PROTOCOL_NOT_SUPPORTED);
    assertThat(thrown.getCause())
        .hasMessageContaining("/test/a /test/b")
        .hasMessageContaining(Echo.ID);
  }

  @Test
  void aRefusalOfTheOnlyProtocolReachesTheHandlersOfTheStream() throws Exception {
    Collector collector = new Collector();
    connect().open(StreamRequest.of("/test/unknown", collector)).get(10, SECONDS);
    Throwable thrown = catchThrowable(() -> collector.ended().get(10, SECONDS));
    assertThat(reason(thrown)).isEqualTo(FailureReason.PROTOCOL_NOT_SUPPORTED);
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    var other = NodeKey.generate(KeyType.ED25519).nodeId();
    Throwable thrown =
        catchThrowable(() -> client.connect(other, server.addresses()).get(10, SECONDS));
    assertThat(reason(thrown)).isEqualTo(FailureReason.WRONG_PEER);
    assertThat(client.peers()).isEmpty();
  }

  @Test
  void anAddressWithoutAnIdIsRefused() {
    Throwable thrown = catchThrowable(
        () -> client.connect(Multiaddr.parse("/ip4/127.0.0.1/tcp/1")).get(10, SECONDS));
    assertThat(reason(thrown)).isEqualTo(FailureReason.BAD_ADDRESS);
  }

  private Connection connect() throws Exception {
    return client.connect(server.id(), server.addresses()).get(10, SECONDS);
  }

  private static FailureReason reason(Throwable thrown) {
    assertThat(thrown).isInstanceOf(ExecutionException.class);
    assertThat(thrown.getCause()).isInstanceOf(Libp2pException.class);
    return ((Libp2pException) thrown.getCause()).reason();
  }
}
