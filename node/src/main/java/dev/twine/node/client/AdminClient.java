package dev.twine.node.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.admin.AdminConfig;
import dev.twine.node.config.HostPort;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Calls the admin API of a running node. Safe for use by several threads. */
public final class AdminClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  /** Ports after 7800 that are looked at if nothing answers there and nothing was said. */
  private static final int SEARCHES = 9;

  private static final int SEARCH_MILLIS = 300;
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int OVERLOADED = 503;
  private static final int BAD_GATEWAY = 502;

  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(CONNECT)
      .build();
  private final HostPort address;
  private final Optional<AdminConfig.Token> token;

  private AdminClient(HostPort address, Optional<AdminConfig.Token> token) {
    this.address = address;
    this.token = token;
  }

  /**
   * The API at that address; if none is given at 127.0.0.1:7800, or at the first port after it where
   * something listens.
   */
  public static AdminClient at(Optional<HostPort> given, Optional<AdminConfig.Token> token) {
    return new AdminClient(given.orElseGet(AdminClient::find), token);
  }

  private static HostPort find() {
    HostPort first = AdminConfig.DEFAULT;
    for (int i = 0; i <= SEARCHES; i++) {
      HostPort candidate = first.withPort(first.port() + i);
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(candidate.host(), candidate.port()), SEARCH_MILLIS);
        return candidate;
      } catch (IOException e) {
        // Nobody there: the next one may be a node.
      }
    }
    return first;
  }

  /**
   * Calls a method and waits for its result.
   *
   * @param deadline for the answer
   * @throws TwineException as the node says, or UNREACHABLE
   */
  public JsonNode call(String method, ObjectNode params, Duration deadline) {
    ObjectNode call = Json.object().put("jsonrpc", "2.0").put("method", method);
    call.set("params", params);
    call.put("id", 1);
    HttpRequest request = request("/rpc")
        .timeout(deadline)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(Json.line(call)))
        .build();
    HttpResponse<byte[]> response = exchange(request, BodyHandlers.ofByteArray());
    check(response.statusCode());
    JsonNode answer = Json.parse(response.body());
    if (answer.has("error")) {
      throw failure(answer.get("error"));
    }
    return answer.path("result");
  }

  /**
   * Opens a stream; the caller closes it.
   *
   * @param method GET or POST
   * @param parameters of the query
   */
  public InputStream stream(String method, String path, Map<String, String> parameters) {
    String query = parameters.entrySet().stream()
        .map(entry ->
            entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
    HttpRequest request = request(path + (query.isEmpty() ? "" : "?" + query))
        .method(method, BodyPublishers.noBody())
        .build();
    HttpResponse<InputStream> response = exchange(request, BodyHandlers.ofInputStream());
    if (response.statusCode() == BAD_GATEWAY || response.statusCode() == OVERLOADED) {
      throw refused(response.body());
    }
    check(response.statusCode());
    return response.body();
  }

  private static TwineException refused(InputStream body) {
    try (body) {
      return failure(Json.parse(body.readAllBytes()).path("error"));
    } catch (IOException e) {
      return new TwineException(Code.REMOTE_ERROR, "call failed", "answer", "try again", e);
    }
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + pathAndQuery));
    token.ifPresent(secret -> request.header("Authorization", secret.bearer()));
    return request;
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return http.send(request, body);
    } catch (java.net.http.HttpConnectTimeoutException | java.net.ConnectException e) {
      throw new TwineException(
          Code.UNREACHABLE,
          "no node answers",
          address.toString(),
          "start one with twine run, or name its admin address with --admin or TWINE_ADMIN",
          e);
    } catch (java.net.http.HttpTimeoutException e) {
      throw new TwineException(
          Code.TIMEOUT, "no answer from the node in time", address.toString(), "try again", e);
    } catch (IOException e) {
      throw new TwineException(
          Code.UNREACHABLE,
          "the node broke the connection",
          address.toString(),
          "see whether it still runs, and whether that is its admin address",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TwineException(Code.CLOSED, "interrupted", address.toString(), "run it again", e);
    }
  }

  private void check(int status) {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new TwineException(
          Code.REFUSED,
          status == UNAUTHORIZED ? "the node wants its token" : "the node refuses this host",
          address.toString(),
          status == UNAUTHORIZED
              ? "give --admin-token-file FILE"
              : "use the address that it printed at start");
    }
    if (status != OK) {
      throw new TwineException(
          Code.REMOTE_ERROR,
          "the admin API answers " + status,
          address.toString(),
          "see whether that is the admin address of a node of this version");
    }
  }

  private static TwineException failure(JsonNode error) {
    JsonNode data = error.path("data");
    String message = error.path("message").asText();
    try {
      return new TwineException(
          Code.valueOf(data.path("code").asText()),
          data.path("what").asText(),
          data.path("value").asText(),
          data.path("remedy").asText());
    } catch (IllegalArgumentException e) {
      return new TwineException(
          Code.REMOTE_ERROR, "the node cannot do that", message, "see its log", e);
    }
  }
}
