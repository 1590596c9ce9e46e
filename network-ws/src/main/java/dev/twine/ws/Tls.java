package dev.twine.ws;

import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Builds the TLS contexts of {@code wss}: the JDK's provider, TLS 1.3 and 1.2. */
final class Tls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private Tls() {}

  /**
   * The context of a listener.
   *
   * @throws TwineException of code BAD_VALUE naming the file that cannot be used
   */
  static SslContext server(WsConfig.PemFiles files) {
    readable(files.certificates(), "TLS certificate");
    readable(files.key(), "TLS key");
    try {
      SslContext context = SslContextBuilder.forServer(
              files.certificates().toFile(), files.key().toFile())
          .sslProvider(SslProvider.JDK)
          .protocols(PROTOCOLS)
          .build();
      TrialHandshake.between(context, client(Trust.unchecked()));
      return context;
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(
          "TLS certificate or key",
          files.certificates() + ", " + files.key(),
          "X.509 certificates and a PKCS#8 key in PEM that belong together",
          e);
    }
  }

  /** The context of a dialler. */
  static SslContext client(Trust trust) {
    SslContextBuilder builder =
        SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(PROTOCOLS);
    if (trust instanceof Trust.Unchecked) {
      builder
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm("");
    }
    try {
      return trust instanceof Trust.Pem pem ? trusting(builder, pem) : builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
  }

  private static SslContext trusting(SslContextBuilder builder, Trust.Pem pem) {
    readable(pem.certificates(), "trusted certificates");
    try {
      return builder.trustManager(pem.certificates().toFile()).build();
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(
          "trusted certificates", pem.certificates().toString(), "X.509 certificates in PEM", e);
    }
  }

  /**
   * The handler of one connection. Its handshake computes on the given executor, and has no deadline
   * of its own: whoever adds it has one that covers more than TLS.
   *
   * @param dialled null on the side of the server
   */
  static SslHandler handler(
      SslContext context, ByteBufAllocator allocator, @Nullable Address dialled, Executor work) {
    SslHandler handler = dialled == null
        ? context.newHandler(allocator, work)
        : context.newHandler(allocator, dialled.host(), dialled.port(), work);
    handler.setHandshakeTimeoutMillis(0);
    return handler;
  }

  /** The same trust for blocking sockets. */
  static SSLSocketFactory sockets(SslContext context) {
    if (context instanceof JdkSslContext jdk) {
      return jdk.context().getSocketFactory();
    }
    throw new IllegalStateException("not a context of the JDK's provider");
  }

  private static void readable(Path file, String what) {
    if (!Files.isReadable(file)) {
      throw new TwineException(
          Code.BAD_VALUE, "cannot read " + what, file.toString(), "give a readable PEM file");
    }
  }

  private static TwineException unusable(
      String what, String value, String wanted, Exception cause) {
    return new TwineException(
        Code.BAD_VALUE,
        "cannot use " + what,
        value,
        "give " + wanted + " (" + cause.getMessage() + ")",
        cause);
  }
}
