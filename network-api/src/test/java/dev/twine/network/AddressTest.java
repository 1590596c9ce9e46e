package dev.twine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.NodeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  private static final String ID = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:4160,        ws://127.0.0.1:4160,   127.0.0.1,   4160, false",
    "ws://relay.example:80, ws://relay.example:80, relay.example, 80, false",
    "wss://relay.example:1/, wss://relay.example:1, relay.example, 1, true",
    "[::1]:65535,           ws://[::1]:65535,      ::1,        65535, false",
  })
  void readsWebSocketAddresses(
      String text, String canonical, String host, int port, boolean secure) {
    Address address = Address.parse(text);

    assertThat(address).hasToString(canonical);
    assertThat(address.transport()).isEqualTo(TransportKind.WS);
    assertThat(address.host()).isEqualTo(host);
    assertThat(address.port()).isEqualTo(port);
    assertThat(address.secure()).isEqualTo(secure);
    assertThat(address.nodeId()).isEmpty();
    assertThat(Address.parse(canonical)).isEqualTo(address);
  }

  @Test
  void readsTheNodeThatIsExpectedThere() {
    Address webSocket = Address.parse("ws://" + ID + "@127.0.0.1:4160");
    Address multiaddr = Address.parse("/ip4/127.0.0.1/tcp/4190/p2p/" + ID);

    assertThat(webSocket.nodeId().orElseThrow()).hasToString(ID);
    assertThat(webSocket.hostAndPort()).isEqualTo("127.0.0.1:4160");
    assertThat(multiaddr.nodeId().orElseThrow()).hasToString(ID);
    assertThat(multiaddr.transport()).isEqualTo(TransportKind.P2P);
    assertThat(multiaddr.port()).isEqualTo(4190);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "host:",
        "host:port",
        "host:65536",
        "host:123456",
        "http://host:1",
        "ws://:1",
        "ws://host:1/path",
        "ho st:1",
        "::1:80",
        "ws://1111111111111111111111@host:1",
        "/ip4/127.0.0.1/tcp/65536",
        "/ip4/127.0.0.1/tcp/1/p2p/no-id",
        "/nothing"
      })
  void refusesWhatIsNoAddressNamingIt(String text) {
    assertThatThrownBy(() -> Address.parse(text))
        .isInstanceOfSatisfying(TwineException.class, e -> {
          assertThat(e.code()).isEqualTo(TwineException.Code.BAD_VALUE);
          assertThat(e.value()).isEqualTo(text);
        });
  }

  @Test
  void refusesLongTextWithoutRepeatingIt() {
    String text = "h".repeat(600) + ":1";

    assertThatThrownBy(() -> Address.parse(text))
        .isInstanceOf(TwineException.class)
        .message()
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource({
    "ws://127.0.0.1:1, ws://%s@127.0.0.1:1",
    "wss://[::1]:1, wss://%s@[::1]:1",
    "/ip4/127.0.0.1/tcp/1, /ip4/127.0.0.1/tcp/1/p2p/%s",
  })
  void namesTheNodeThatIsExpected(String plain, String named) {
    NodeId id = NodeId.parse("12D3KooWBMAjvyUNdmz2Gx8yAVZ175FPpaVfBHuVWbfpUbJ9Zzzw");
    Address address = Address.parse(plain).withNode(id);
    assertThat(address).isEqualTo(Address.parse(named.formatted(id)));
    assertThat(address.nodeId()).contains(id);
    assertThat(address.hostAndPort()).isEqualTo(Address.parse(plain).hostAndPort());
    assertThat(
            address.withNode(NodeId.parse("12D3KooWHEqCHnDBi3xpEe2H9SckhD3rkTjBCwt5o1Kwj1ymwUHW")))
        .isSameAs(address);
  }
}
