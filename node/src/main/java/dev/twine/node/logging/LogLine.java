package dev.twine.node.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import dev.twine.node.text.Escape;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One line of the log: time, level, logger, message. What peers put into a message cannot start a
 * line of its own or reach the terminal.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
  private volatile boolean debug;

  void debug(boolean on) {
    debug = on;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    String line = Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS)
        + " " + event.getLevel() + " " + event.getLoggerName() + ": "
        + Escape.screen(String.valueOf(event.getFormattedMessage())) + "\n";
    if (event.getThrowableProxy() == null) {
      return line;
    }
    // Whoever wants to know where it happened asks for debug; a peer that provokes it fills no log.
    String cause = debug
        ? ThrowableProxyUtil.asString(event.getThrowableProxy())
        : event.getThrowableProxy().getClassName() + ": "
            + event.getThrowableProxy().getMessage();
    StringBuilder lines = new StringBuilder(line);
    cause.lines().forEach(part -> lines.append("  ").append(Escape.screen(part)).append('\n'));
    return lines.toString();
  }
}
