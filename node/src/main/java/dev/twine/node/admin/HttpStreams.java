package dev.twine.node.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.http.PeerHttp;
import dev.twine.http.PeerHttpConfig;
import dev.twine.http.PeerHttpException;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The streams behind {@code twine http get} and {@code twine http serve}. */
final class HttpStreams {
  private static final int CHUNK = 16 << 10;

  /** A body goes on as it comes, so nothing here needs it to be short. */
  private static final PeerHttpConfig STREAMED = PeerHttpConfig.defaults().withMaxResponseBytes(0);

  private final GossipNode node;

  HttpStreams(GossipNode node) {
    this.node = node;
  }

  /**
   * Calls a service of a peer. The stream begins with one line of JSON, status and headers; the rest
   * is the body.
   */
  void get(AdminReply reply, String peer, String path) {
    PeerRef ref = Params.peer(peer, "peer");
    Request request = request(path);
    OkHttpClient client = PeerHttp.client(node, ref, STREAMED);
    try (Response response = client.newCall(request).execute()) {
      reply.begin("application/octet-stream");
      copy(response, reply);
      reply.end();
    } catch (PeerHttpException e) {
      throw e.reason();
    } catch (IOException e) {
      throw new TwineException(
          Code.REMOTE_ERROR, "call failed", ref + path, String.valueOf(e.getMessage()), e);
    }
  }

  private static Request request(String path) {
    try {
      // One call, so nothing is kept open for another.
      return new Request.Builder()
          .url(PeerHttp.url(path))
          .header("Connection", "close")
          .build();
    } catch (IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE, "not a path", path, "give one that starts with a slash", e);
    }
  }

  private static void copy(Response response, AdminReply reply) {
    ObjectNode head = Json.object().put("status", response.code());
    Headers headers = response.headers();
    var lines = head.putArray("headers");
    for (int i = 0; i < headers.size(); i++) {
      lines.add(headers.name(i) + ": " + headers.value(i));
    }
    byte[] line = (Json.line(head) + "\n").getBytes(StandardCharsets.UTF_8);
    try (InputStream body = response.body().byteStream()) {
      reply.write(line, 0, line.length);
      byte[] chunk = new byte[CHUNK];
      for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
        reply.write(chunk, 0, n);
      }
    } catch (IOException e) {
      reply.abort();
    }
  }

  /** Registers a proxy that lasts as long as this stream. */
  void serve(AdminReply reply, String prefix, String to) {
    HttpUrl target = HttpUrl.parse(to);
    if (target == null) {
      throw new TwineException(
          Code.BAD_VALUE, "not a URL", to, "give http://HOST:PORT of the local server");
    }
    if (!prefix.matches("(/[A-Za-z0-9._~-]+)+")) {
      throw new TwineException(
          Code.BAD_VALUE,
          "not a prefix",
          prefix,
          "give a path such as /x, without a slash at its end");
    }
    var proxy = new ServiceProxy(target);
    List<Registration> registrations = new ArrayList<>();
    try {
      registrations.add(node.serve(prefix, proxy));
      registrations.add(node.serve(prefix + "/*", proxy));
    } catch (RuntimeException e) { // One of two registrations is none.
      registrations.forEach(Registration::close);
      throw e;
    }
    reply.beginEvents();
    reply.onLost(() -> {
      registrations.forEach(Registration::close);
      proxy.close();
    });
    reply.offer("event: open\ndata: {}\n\n".getBytes(StandardCharsets.UTF_8));
  }
}
