package dev.twine.node.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns away what a web page could make a browser send, and who does not know the token.
 *
 * <p>A page of another site cannot leave out Origin where it matters, and a name that an attacker
 * points at this machine shows in Host.
 */
final class Guard {
  private static final String BEARER = "Bearer ";
  /** What probes of a supervisor ask for, and what tells nobody anything. */
  private static final List<String> OPEN = List.of("/livez", "/readyz");

  private final Optional<AdminConfig.Token> token;
  private final String listenHost;

  Guard(AdminConfig config) {
    this.token = config.token();
    this.listenHost = config.listen().host();
  }

  /** Empty if the request may pass. */
  Optional<HttpResponseStatus> refusal(HttpRequest request, InetSocketAddress local) {
    HttpHeaders headers = request.headers();
    if (headers.contains(HttpHeaderNames.ORIGIN) || !ownHost(headers, local)) {
      return Optional.of(HttpResponseStatus.FORBIDDEN);
    }
    if (token.isPresent() && !OPEN.contains(request.uri()) && !shows(headers, token.get())) {
      return Optional.of(HttpResponseStatus.UNAUTHORIZED);
    }
    return Optional.empty();
  }

  private boolean ownHost(HttpHeaders headers, InetSocketAddress local) {
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1) {
      return false;
    }
    String host = hosts.get(0).toLowerCase(Locale.ROOT);
    String literal = local.getAddress().getHostAddress();
    return host.equals(withPort(listenHost.toLowerCase(Locale.ROOT), local))
        || host.equals(withPort(literal, local))
        || (local.getAddress().isLoopbackAddress() && host.equals(withPort("localhost", local)));
  }

  private static String withPort(String host, InetSocketAddress local) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + local.getPort();
  }

  private static boolean shows(HttpHeaders headers, AdminConfig.Token token) {
    String shown = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    return shown.startsWith(BEARER) && token.matches(shown.substring(BEARER.length()));
  }
}
