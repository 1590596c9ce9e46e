package dev.twine.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.http.PeerHttp;
import dev.twine.network.GossipNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.config.HostPort;
import dev.twine.node.text.Json;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What the admin API has at which path. */
final class AdminRoutes {
  private static final String JSON = "application/json";
  private static final int MAX_PARAMETERS = 16;

  private final ManagedNode managed;
  private final Guard guard;
  private final Executor calls;
  private final Rpc rpc;
  private final EventStreams events;
  private final HttpStreams http;
  private final Readiness readiness;
  private volatile String address = "";

  AdminRoutes(ManagedNode managed, Guard guard, Executor calls) {
    this.managed = managed;
    this.guard = guard;
    this.calls = calls;
    this.events = new EventStreams(managed.node(), managed.authorsChecked());
    this.readiness = new Readiness(managed, System::nanoTime);
    this.http = new HttpStreams(managed.node());
    var methods = new HashMap<>(new PeerMethods(managed.node().peers()).all());
    methods.put("id", (params, gone) -> managed.describe(address));
    methods.put("message.send", new SendMethod(managed));
    this.rpc = new Rpc(methods);
  }

  Guard guard() {
    return guard;
  }

  void listeningAt(HostPort at) {
    address = at.toString();
  }

  /** Answers a request that the guard let pass. Runs on a loop and does not wait. */
  void route(FullHttpRequest request, AdminReply reply) {
    var uri = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8, true, MAX_PARAMETERS);
    switch (request.method() + " " + uri.path()) {
      case "GET /livez" -> reply.text(HttpResponseStatus.OK, "ok\n");
      case "GET /readyz" -> ready(reply);
      case "GET /metrics" -> run(reply, () -> metrics(reply));
      case "POST /rpc" -> rpc(request, reply);
      case "GET /events" -> run(reply, () -> events.open(reply, first(uri, "tag")));
      case "GET /http" ->
        run(
            reply,
            () -> http.get(
                reply, first(uri, "peer").orElse(""), first(uri, "path").orElse("/")));
      case "POST /serve" ->
        run(
            reply,
            () -> http.serve(
                reply, first(uri, "prefix").orElse(""), first(uri, "to").orElse("")));
      default -> unknown(uri.path(), request.method(), reply);
    }
  }

  private void ready(AdminReply reply) {
    if (readiness.isReady()) {
      reply.text(HttpResponseStatus.OK, "ready\n");
    } else {
      reply.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "no session yet\n");
    }
  }

  private static void unknown(String path, HttpMethod method, AdminReply reply) {
    boolean known = List.of("/livez", "/readyz", "/metrics", "/rpc", "/events", "/http", "/serve")
        .contains(path);
    HttpResponseStatus status =
        known ? HttpResponseStatus.METHOD_NOT_ALLOWED : HttpResponseStatus.NOT_FOUND;
    reply.text(status, known ? "not with " + method + "\n" : "not found\n");
  }

  private void rpc(FullHttpRequest request, AdminReply reply) {
    // A form of a web page cannot have this type without asking first.
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)) {
      reply.text(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "send " + JSON + "\n");
      return;
    }
    byte[] body = ByteBufUtil.getBytes(request.content());
    Runnable call = () -> {
      Optional<JsonNode> answer = rpc.answer(body, reply::isLost);
      if (answer.isPresent()) {
        byte[] line = (Json.line(answer.get()) + "\n").getBytes(StandardCharsets.UTF_8);
        reply.send(HttpResponseStatus.OK, JSON, line);
      } else {
        reply.send(HttpResponseStatus.NO_CONTENT, JSON, new byte[0]);
      }
    };
    run(reply, call, () -> reply.send(HttpResponseStatus.OK, JSON, Rpc.errorBody(overload())));
  }

  private void metrics(AdminReply reply) {
    GossipNode node = managed.node();
    String text = MetricsText.of(node.metrics())
        + MetricsText.of(PeerHttp.metrics(node))
        + ProcessMetrics.text();
    reply.send(
        HttpResponseStatus.OK,
        "text/plain; version=0.0.4; charset=utf-8",
        text.getBytes(StandardCharsets.UTF_8));
  }

  private void run(AdminReply reply, Runnable action) {
    run(
        reply,
        action,
        () -> reply.send(HttpResponseStatus.SERVICE_UNAVAILABLE, JSON, Rpc.errorBody(overload())));
  }

  /** What is too much is refused on the loop and unread, so the error has no id. */
  private static TwineException overload() {
    return new TwineException(
        Code.RATE_LIMITED, "too many calls at a time", "" + AdminServer.MAX_CALLS, "try again");
  }

  private void run(AdminReply reply, Runnable action, Runnable overloaded) {
    try {
      calls.execute(() -> {
        try {
          action.run();
        } catch (TwineException e) {
          reply.send(HttpResponseStatus.BAD_GATEWAY, JSON, Rpc.errorBody(e));
        }
      });
    } catch (RejectedExecutionException e) {
      overloaded.run();
    }
  }

  private static Optional<String> first(QueryStringDecoder uri, String name) {
    List<String> values = uri.parameters().getOrDefault(name, List.of());
    return values.stream().findFirst();
  }
}
