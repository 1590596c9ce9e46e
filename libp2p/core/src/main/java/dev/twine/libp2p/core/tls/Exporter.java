package dev.twine.libp2p.core.tls;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The exporter of TLS 1.3 by the label of RFC 9266, which JDK 25 brought. */
final class Exporter {
  private static final String LABEL = "EXPORTER-Channel-Binding";
  private static final int LENGTH = 32;
  private static final @Nullable Method EXPORT = method();

  private Exporter() {}

  static boolean isHere() {
    return EXPORT != null;
  }

  /** What both ends of this session compute alike and nobody else knows; absent without exporter. */
  static Optional<byte[]> binding(SSLSession session) {
    if (EXPORT == null) {
      return Optional.empty();
    }
    try {
      return Optional.of((byte[]) EXPORT.invoke(session, LABEL, new byte[0], LENGTH));
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("the TLS session exports nothing", e);
    }
  }

  private static @Nullable Method method() {
    try {
      return ExtendedSSLSession.class.getMethod(
          "exportKeyingMaterialData", String.class, byte[].class, int.class);
    } catch (NoSuchMethodException olderThan25) {
      return null;
    }
  }
}
