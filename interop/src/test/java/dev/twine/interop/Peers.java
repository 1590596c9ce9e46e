package dev.twine.interop;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;

/** The peers of all tests; they end with the JVM. */
final class Peers {
  private static final PeerPool POOL = new PeerPool(
      PeerBuilds.inUserCache(System.out), Optimisation.TESTS, Path.of("target", "peers"));

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(POOL::close));
  }

  private Peers() {}

  /** Skips the test if a tool is missing; fails it if the build does. */
  static PeerProcess get(Language language, Setting setting) {
    try {
      return POOL.get(language, setting);
    } catch (PeerUnavailable missing) {
      return abort(missing.getMessage());
    }
  }

  /** Likewise, a process for this test alone, which closes it. */
  static PeerProcess start(Language language, Setting setting) {
    try {
      return POOL.start(language, setting);
    } catch (PeerUnavailable missing) {
      return abort(missing.getMessage());
    }
  }
}
