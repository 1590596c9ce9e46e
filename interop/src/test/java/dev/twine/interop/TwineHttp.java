package dev.twine.interop;

import dev.twine.http.PeerHttp;
import dev.twine.http.PeerHttpConfig;
import dev.twine.http.ServiceContext;
import dev.twine.http.ServiceExecutor;
import dev.twine.http.ServiceLimits;
import dev.twine.http.ServiceLimits.Rate;
import dev.twine.http.ServiceRouter;
import dev.twine.libp2p.core.Connection;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.ServiceRequest;
import dev.twine.network.ServiceResponse;
import dev.twine.p2p.HttpLimits;
import dev.twine.p2p.ServiceStreams;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import okhttp3.OkHttpClient;

/** The services that each peer has, and clients for those of others, without a node of gossip. */
final class TwineHttp implements AutoCloseable {
  static final String PROTOCOL = "/twine/http/1";
  static final int DOWNLOAD_BYTES = 5 << 20;

  private static final Rate ENOUGH = new Rate(10_000, 10_000);

  private final ServiceRouter router = new ServiceRouter();
  private final ServiceExecutor threads = new ServiceExecutor("interop-service", 8);
  private final ServiceContext context = new ServiceContext(
      router, threads, ServiceLimits.defaults().withRates(ENOUGH, ENOUGH), System::nanoTime);
  private final ServiceStreams streams =
      new ServiceStreams(context, HttpLimits.defaults(), (address, reason) -> {});

  TwineHttp() {
    router.serve(PROTOCOL + "/download", (request, response) -> download(response));
    router.serve(PROTOCOL + "/upload", TwineHttp::upload);
    // go-libp2p asks for what is below a protocol, js-libp2p for protocols alone.
    router.serve(PROTOCOL + "/*", (request, response) -> response.status(404).send("nothing here"));
  }

  ServiceStreams streams() {
    return streams;
  }

  private static void download(ServiceResponse response) throws IOException {
    response.header("Content-Length", String.valueOf(DOWNLOAD_BYTES));
    try (OutputStream out = response.body()) {
      out.write(pattern(DOWNLOAD_BYTES));
    }
  }

  private static void upload(ServiceRequest request, ServiceResponse response) throws IOException {
    MessageDigest digest = Pattern.sha256();
    long count =
        request.body().transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    response.send(count + " " + HexFormat.of().formatHex(digest.digest()));
  }

  /** A client for the services at the other end, as an application would have it of its node. */
  OkHttpClient client(Connection connection) {
    var node = (GossipNode) Proxy.newProxyInstance(
        TwineHttp.class.getClassLoader(),
        new Class<?>[] {GossipNode.class},
        (self, method, arguments) -> switch (method.getName()) {
          case "openServiceStream" ->
            streams.route(connection, Optional::empty).open((Duration) arguments[1]);
          case "hashCode" -> System.identityHashCode(self);
          case "equals" -> self == arguments[0];
          default -> throw new UnsupportedOperationException(method.getName());
        });
    return PeerHttp.client(
        node,
        PeerRef.of(connection.peer()),
        PeerHttpConfig.defaults().withRate(ENOUGH, Duration.ofSeconds(10)));
  }

  /** The begin of the bytes that the README of this module defines. */
  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      int place = i % 65_521;
      bytes[i] = (byte) (place * 167 + (place >> 8) * 59);
    }
    return bytes;
  }

  @Override
  public void close() {
    streams.close();
    threads.close();
  }
}
