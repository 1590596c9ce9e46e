package dev.twine.leakcheck;

import io.netty.util.LeakPresenceDetector;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test class that ends while a Netty buffer is unreleased. JUnit finds it on the class path and
 * applies it to every class, so that none can forget it.
 *
 * <p>It counts the buffers of the whole process: test classes run one after another.
 */
public final class LeakCheck implements BeforeAllCallback {
  private static final String DETECTOR = "io.netty.customResourceLeakDetector";

  static {
    // JUnit loads extensions before it runs the first class, and so before Netty reads this.
    System.setProperty(DETECTOR, LeakPresenceDetector.class.getName());
  }

  /** For the service loader. */
  public LeakCheck() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    // JUnit closes what is stored for a class behind its last callback, and last what was stored
    // first. By then the class has closed what it has: in @AfterAll, by @AutoClose or an extension.
    AutoCloseable check = LeakPresenceDetector::check;
    context.getStore(Namespace.create(LeakCheck.class)).put(LeakCheck.class, check);
  }
}
