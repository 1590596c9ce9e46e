package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.node.config.HostPort;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {
  /** However its address is written, and whatever was listened on. */
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,   127.0.0.1, 127.0.0.1:7800,             true",
    "0.0.0.0,   127.0.0.1, localhost:7800,             true",
    "::,        ::1,       [::1]:7800,                 true",
    "::,        ::1,       [0:0:0:0:0:0:0:1]:7800,     true",
    "::,        ::1,       localhost:7800,             true",
    "::,        fd00::2,   [fd00::2]:7800,             true",
    "::,        fd00::2,   [FD00:0::2]:7800,           true",
    "::,        fd00::2,   [fd00::3]:7800,             false",
    "::,        fd00::2,   localhost:7800,             false",
    "::1,       ::1,       [::1]:7800,                 true",
    "my.host,   10.0.0.1,  My.Host:7800,               true",
    "my.host,   10.0.0.1,  10.0.0.1:7800,              true",
    "my.host,   10.0.0.1,  10.0.0.1,                   false",
    "my.host,   10.0.0.1,  10.0.0.1:7801,              false",
    "my.host,   10.0.0.1,  evil.example:7800,          false",
  })
  void aHostOfItsOwnPassesAndNoOther(String listen, String local, String host, boolean passes) {
    var guard = new Guard(new AdminConfig(new HostPort(listen, 0), 0, Optional.empty()));
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/livez");
    request.headers().set(HttpHeaderNames.HOST, host);

    assertThat(guard.refusal(request, new InetSocketAddress(local, 7800)).isEmpty())
        .isEqualTo(passes);
  }
}
