package dev.twine.http;

import dev.twine.network.ServiceRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as its service sees it. */
record RequestView(
    HttpRequest request,
    RequestPath target,
    Map<String, String> parameters,
    InputStream body,
    Caller caller)
    implements ServiceRequest {

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String path() {
    return target.path();
  }

  @Override
  public String rawPath() {
    return target.raw();
  }

  @Override
  public String query() {
    return target.query();
  }

  @Override
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the registered path has no parameter " + name);
    }
    return value;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.headers().get(name));
  }

  @Override
  public Map<String, List<String>> headers() {
    var all = new LinkedHashMap<String, List<String>>();
    HttpHeaders headers = request.headers();
    headers.forEach(entry -> all.computeIfAbsent(
            entry.getKey().toLowerCase(Locale.ROOT), unseen -> new ArrayList<>())
        .add(entry.getValue()));
    return all;
  }
}
