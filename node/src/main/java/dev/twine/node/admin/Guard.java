package dev.twine.node.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
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
    String port = ":" + local.getPort();
    String shown = hosts.get(0);
    if (!shown.endsWith(port)) {
      return false;
    }
    String host = shown.substring(0, shown.length() - port.length());
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return bare.equalsIgnoreCase(listenHost)
        || (local.getAddress().isLoopbackAddress() && bare.equalsIgnoreCase("localhost"))
        || local.getAddress().equals(NetUtil.createInetAddressFromIpAddressString(bare));
  }

  private static boolean shows(HttpHeaders headers, AdminConfig.Token token) {
    String shown = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    return shown.startsWith(BEARER) && token.matches(shown.substring(BEARER.length()));
  }
}
