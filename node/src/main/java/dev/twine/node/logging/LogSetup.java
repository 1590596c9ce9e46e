package dev.twine.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Nearest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/**
 * The log of the command: lines on standard error, warnings and worse unless told otherwise.
 *
 * <p>Found by logback through {@code META-INF/services}; in code, because reading XML takes a third
 * of the time in which a node starts.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

  /** One per process, as standard error is. */
  private static final LogLine LINE = new LogLine();

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LogLine layout = LINE;
    layout.setContext(context);
    layout.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Sets what is logged.
   *
   * @throws TwineException of code BAD_VALUE naming the levels there are
   */
  public static void level(String name) {
    if (!LEVELS.contains(name)) {
      throw new TwineException(
          Code.BAD_VALUE,
          "unknown log level",
          name,
          Nearest.hint(name, LEVELS) + "give " + String.join(", ", LEVELS));
    }
    LINE.debug(LEVELS.indexOf(name) >= LEVELS.indexOf("debug"));
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context
          .getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
          .setLevel(Level.toLevel(name.toUpperCase(Locale.ROOT)));
    }
  }
}
