package dev.twine.libp2p.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.Multiaddr;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamAddressTest {
  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/4001, '', /",
    "/ip4/127.0.0.1/tcp/4001/ws, /ws, /",
    "/dns4/example.org/tcp/443/wss, /tls/ws, /",
    "/dns/example.org/tcp/443/tls/ws, /tls/ws, /",
    "/ip6/::1/tcp/443/tls/sni/example.org/ws, /tls/sni/example.org/ws, /",
    "/ip4/127.0.0.1/tcp/80/ws/http-path/a%2Fb%20c, /ws/http-path/a%2Fb%20c, /a/b%20c"
  })
  void whatIsBehindThePortIsReadAndWritten(String text, String suffix, String path) {
    StreamAddress parsed = StreamAddress.of(Multiaddr.parse(text)).orElseThrow();
    assertThat(parsed.suffix()).isEqualTo(suffix);
    assertThat(parsed.path()).isEqualTo(path);
    assertThat(parsed.ws()).isEqualTo(suffix.contains("ws"));
    assertThat(parsed.tls()).isEqualTo(suffix.contains("tls"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/127.0.0.1/udp/4001/quic-v1",
        "/ip4/127.0.0.1",
        "/dnsaddr/example.org",
        "/ip4/127.0.0.1/tcp/4001/tls",
        "/ip4/127.0.0.1/tcp/4001/http",
        "/ip4/127.0.0.1/tcp/4001/ws/ws",
        "/ip4/127.0.0.1/tcp/4001/p2p-circuit"
      })
  void otherAddressesAreNone(String text) {
    assertThat(StreamAddress.of(Multiaddr.parse(text))).isEmpty();
  }

  @Test
  void aPathCannotSmuggleARequest() {
    var address = Multiaddr.parse("/ip4/127.0.0.1/tcp/80/ws/http-path/%20HTTP%2F1.1%0D%0AX%3A");
    String path = StreamAddress.of(address).orElseThrow().path();
    assertThat(path).doesNotContain(" ", "\r", "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/192.0.2.1/tcp/443/tls/sni/example.org/ws, example.org:443",
    "/dns6/example.net/tcp/443/tls/sni/example.org/ws, example.org:443",
    "/dns4/example.org/tcp/443/wss, example.org:443",
    "/ip6/2001:db8::1/tcp/80/ws, [2001:db8::1]:80"
  })
  void aWebSocketIsAskedForUnderTheNameThatTlsWasAskedFor(String text, String host) {
    var address = StreamAddress.of(Multiaddr.parse(text)).orElseThrow();
    assertThat(WsUpgrade.request(address, "key").headers().get("host")).isEqualTo(host);
  }

  @Test
  void aSocketBecomesAnAddress() {
    var four = socket("192.0.2.1");
    var six = socket("2001:db8::1");
    assertThat(StreamAddress.of(four, "/ws")).hasToString("/ip4/192.0.2.1/tcp/80/ws");
    assertThat(StreamAddress.of(six, "")).hasToString("/ip6/2001:db8::1/tcp/80");
  }

  private static InetSocketAddress socket(String ip) {
    return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(ip), 80);
  }
}
