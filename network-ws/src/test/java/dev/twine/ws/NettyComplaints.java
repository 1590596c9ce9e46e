package dev.twine.ws;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Warnings of Netty, such as of exceptions that no handler took. It writes to the JDK's log as long as
 * no other one is there.
 */
final class NettyComplaints extends Handler implements AutoCloseable {
  private static final Logger NETTY = Logger.getLogger("io.netty");

  private final List<String> all = new ArrayList<>();

  NettyComplaints() {
    setLevel(Level.WARNING);
    NETTY.addHandler(this);
  }

  synchronized List<String> all() {
    return List.copyOf(all);
  }

  @Override
  public synchronized void publish(LogRecord complaint) {
    Throwable cause = complaint.getThrown();
    all.add(complaint.getMessage() + (cause == null ? "" : ": " + cause));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    NETTY.removeHandler(this);
  }
}
