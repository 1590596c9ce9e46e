package dev.twine.node.admin;

import dev.twine.network.HttpService;
import dev.twine.network.ServiceRequest;
import dev.twine.network.ServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.BufferedSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** Passes requests of peers to a local HTTP server and its answers back, neither held in memory. */
final class ServiceProxy implements HttpService, AutoCloseable {
  /** Headers of one connection, by RFC 9110 section 7.6.1, and those that each side sets itself. */
  private static final Set<String> HOP_BY_HOP = Set.of(
      "connection",
      "content-length",
      "expect",
      "host",
      "keep-alive",
      "proxy-authenticate",
      "proxy-authorization",
      "proxy-connection",
      "te",
      "trailer",
      "transfer-encoding",
      "upgrade");

  /** Methods that the client of the local server does not send without a body. */
  private static final Set<String> WITH_BODY =
      Set.of("POST", "PUT", "PATCH", "PROPPATCH", "QUERY", "REPORT");

  /** And those that it does not send with one. */
  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD");

  /** Which have no body, whatever their headers say. */
  private static final Set<Integer> EMPTY = Set.of(204, 304);

  private static final String LENGTH = "[0-9]{1,18}";
  private static final int BAD_REQUEST = 400;
  private static final int BAD_GATEWAY = 502;
  private static final int CHUNK = 16 << 10;

  private final HttpUrl target;
  private final OkHttpClient client = new OkHttpClient.Builder()
      .proxy(Proxy.NO_PROXY)
      .followRedirects(false)
      .retryOnConnectionFailure(false)
      .connectTimeout(Duration.ofSeconds(5))
      .readTimeout(Duration.ofSeconds(30))
      .writeTimeout(Duration.ofSeconds(30))
      .build();

  ServiceProxy(HttpUrl target) {
    this.target = target;
  }

  @Override
  public void handle(ServiceRequest request, ServiceResponse response) throws IOException {
    // The parser of peers lets no other through, but what frames a request is not taken on trust.
    if (request.header("content-length").filter(text -> !text.matches(LENGTH)).isPresent()) {
      response.status(BAD_REQUEST).send("the length is malformed\n");
      return;
    }
    if (WITHOUT_BODY.contains(request.method()) && isBodyAnnounced(request)) {
      response.status(BAD_REQUEST).send("a body is not passed on with " + request.method() + "\n");
      return;
    }
    Response answer;
    try {
      answer = client.newCall(forward(request)).execute();
    } catch (BodyLengthException e) {
      response.status(BAD_REQUEST).send("the body is not as long as announced\n");
      return;
    } catch (IOException e) {
      response.status(BAD_GATEWAY).send("the service behind this node does not answer\n");
      return;
    }
    try (answer) {
      response.status(answer.code());
      copyHeaders(answer.headers(), response);
      if (EMPTY.contains(answer.code())) {
        response.send(new byte[0]);
        return;
      }
      long length = answer.body().contentLength();
      if (length >= 0 && !request.method().equals("HEAD")) {
        response.header("Content-Length", "" + length);
      }
      try (InputStream in = answer.body().byteStream()) {
        copy(in, response);
      }
    }
  }

  @Override
  public void close() {
    client.connectionPool().evictAll();
  }

  private Request forward(ServiceRequest request) {
    HttpUrl.Builder url = target.newBuilder();
    for (String segment : request.path().substring(1).split("/", -1)) {
      url.addPathSegment(segment);
    }
    url.encodedQuery(request.query().isEmpty() ? null : request.query());
    Request.Builder builder = new Request.Builder().url(url.build());
    request.headers().forEach((name, values) -> copyHeader(builder, name, values));
    if (request.header("accept-encoding").isEmpty()) {
      builder.header("Accept-Encoding", "identity"); // Or the client would decompress by itself.
    }
    return builder.method(request.method(), body(request)).build();
  }

  private static void copyHeader(Request.Builder builder, String name, List<String> values) {
    if (!HOP_BY_HOP.contains(name)) {
      values.stream()
          .filter(ServiceProxy::isPrintable)
          .forEach(value -> builder.addHeader(name, value));
    }
  }

  private static void copyHeaders(Headers headers, ServiceResponse response) {
    for (int i = 0; i < headers.size(); i++) {
      if (!HOP_BY_HOP.contains(headers.name(i).toLowerCase(Locale.ROOT))
          && isPrintable(headers.value(i))) {
        response.header(headers.name(i), headers.value(i));
      }
    }
  }

  /** A value that is not ASCII, such as a file name, is left out rather than the whole answer. */
  private static boolean isPrintable(String value) {
    return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'));
  }

  private static void copy(InputStream in, ServiceResponse response) throws IOException {
    OutputStream out = response.body();
    byte[] chunk = new byte[CHUNK];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      out.write(chunk, 0, n);
      if (in.available() == 0) {
        out.flush(); // What the server sends bit by bit arrives bit by bit.
      }
    }
  }

  private static void writeExactly(BufferedSource source, long length, BufferedSink sink)
      throws IOException {
    for (long left = length; left > 0; ) {
      if (!source.request(1)) {
        throw new BodyLengthException();
      }
      long step = Math.min(left, source.getBuffer().size());
      sink.write(source, step);
      left -= step;
    }
    if (!source.exhausted()) {
      throw new BodyLengthException();
    }
  }

  /** The caller's mistake, not that of the server behind. */
  private static final class BodyLengthException extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static boolean isBodyAnnounced(ServiceRequest request) {
    return request.header("content-length").filter(text -> !text.matches("0+")).isPresent()
        || request.header("transfer-encoding").isPresent();
  }

  private static @Nullable RequestBody body(ServiceRequest request) {
    boolean announced = isBodyAnnounced(request);
    if (!WITH_BODY.contains(request.method()) && !announced) {
      return null;
    }
    long length =
        request.header("content-length").map(Long::parseLong).orElse(announced ? -1L : 0L);
    return new RequestBody() {
      @Override
      public @Nullable MediaType contentType() {
        return null; // Copied with the other headers.
      }

      @Override
      public long contentLength() {
        return length;
      }

      @Override
      public boolean isOneShot() {
        return true;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        try (BufferedSource source = Okio.buffer(Okio.source(request.body()))) {
          if (length < 0) {
            sink.writeAll(source);
          } else {
            writeExactly(source, length, sink);
          }
        }
      }
    };
  }
}
