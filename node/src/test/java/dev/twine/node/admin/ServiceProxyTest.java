package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.twine.network.ServiceRequest;
import dev.twine.network.ServiceResponse;
import dev.twine.network.TransportKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceProxyTest {
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final Map<String, String> headers = new ConcurrentHashMap<>();
  private HttpServer local;
  private ServiceProxy proxy;

  @BeforeEach
  void start() throws IOException {
    local = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    local.createContext("/", exchange -> {
      byte[] body = exchange.getRequestBody().readAllBytes();
      received.add(new String(body, StandardCharsets.US_ASCII));
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
      exchange.getResponseHeaders().add("X-Plain", "plain");
      exchange.getResponseHeaders().add("X-Name", "caf\u00e9");
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    local.start();
    HttpUrl target = HttpUrl.get("http://127.0.0.1:" + local.getAddress().getPort());
    proxy = new ServiceProxy(target);
  }

  @AfterEach
  void stop() {
    proxy.close();
    local.stop(0);
  }

  @Test
  void aBodyAsLongAsAnnouncedIsPassedOn() throws IOException {
    var answer = new Answer();

    proxy.handle(post("hello", Map.of("content-length", List.of("5"))), answer);

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(received).containsExactly("hello");
  }

  @Test
  void aBodyOfUnknownLengthIsPassedOn() throws IOException {
    var answer = new Answer();

    proxy.handle(post("hello", Map.of("transfer-encoding", List.of("chunked"))), answer);

    assertThat(answer.status).isEqualTo(200);
    assertThat(received).containsExactly("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+5", "5x", "", "0x5", "5, 5", "99999999999999999999"})
  void aMalformedLengthIsRefusedAndNotPassedOn(String length) throws IOException {
    var answer = new Answer();

    proxy.handle(post("hello", Map.of("content-length", List.of(length))), answer);

    assertThat(answer.status).isEqualTo(400);
    assertThat(answer.text()).contains("malformed");
    assertThat(received).isEmpty();
  }

  /** Never as the server's fault, and never as a request that the server takes for whole. */
  @ParameterizedTest
  @ValueSource(strings = {"4", "6", "100000"})
  void aBodyOfAnotherLengthThanAnnouncedIsTheCallersMistake(String length) throws IOException {
    var answer = new Answer();

    proxy.handle(post("hello", Map.of("content-length", List.of(length))), answer);

    assertThat(answer.status).isEqualTo(400);
    assertThat(answer.text()).contains("not as long as announced");
    assertThat(received).doesNotContain("hello", "hell");
  }

  @Test
  void aServerThatIsGoneIsABadGateway() throws IOException {
    local.stop(0);
    var answer = new Answer();

    proxy.handle(post("hello", Map.of("content-length", List.of("5"))), answer);

    assertThat(answer.status).isEqualTo(502);
  }

  /** The client of the local server sends some methods never with a body, and some never without. */
  @Test
  void methodsHaveTheBodiesThatTheyMayHave() throws IOException {
    var get = new Answer();
    proxy.handle(new Asked("GET", "x", Map.of("content-length", List.of("1"))), get);
    assertThat(get.status).isEqualTo(400);
    assertThat(received).isEmpty();

    for (String method : List.of("GET", "REPORT", "PROPPATCH", "DELETE")) {
      var answer = new Answer();
      proxy.handle(new Asked(method, "", Map.of()), answer);
      assertThat(answer.status).as(method).isEqualTo(200);
    }
  }

  /** A name with an umlaut must not cost its reader the file. */
  @Test
  void aHeaderThatIsNotAsciiIsLeftOutEitherWay() throws IOException {
    var answer = new Answer();

    proxy.handle(
        new Asked("GET", "", Map.of("x-one", List.of("1"), "x-two", List.of("\u00fc"))), answer);

    assertThat(answer.status).isEqualTo(200);
    assertThat(headers).containsEntry("X-one", "1").doesNotContainKey("X-two");
    assertThat(answer.headers).contains("X-plain: plain").noneMatch(line -> line.contains("caf"));
  }

  private static Asked post(String content, Map<String, List<String>> headers) {
    return new Asked("POST", content, headers);
  }

  private record Asked(String method, String content, Map<String, List<String>> headers)
      implements ServiceRequest {
    @Override
    public String path() {
      return "/x";
    }

    @Override
    public String rawPath() {
      return "/x";
    }

    @Override
    public String query() {
      return "";
    }

    @Override
    public String parameter(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
    }

    @Override
    public InputStream body() {
      return new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Caller caller() {
      return new Caller(Optional.empty(), TransportKind.WS, "127.0.0.1:1");
    }
  }

  private static final class Answer implements ServiceResponse {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final List<String> headers = new ArrayList<>();
    private int status;

    String text() {
      return body.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public ServiceResponse status(int code) {
      status = code;
      return this;
    }

    @Override
    public ServiceResponse header(String name, String value) {
      assertThat(value).matches("[ -~]*"); // As the answer to a peer demands.
      headers.add(name + ": " + value);
      return this;
    }

    @Override
    public OutputStream body() {
      return body;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
      body.write(bytes);
    }

    @Override
    public void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
