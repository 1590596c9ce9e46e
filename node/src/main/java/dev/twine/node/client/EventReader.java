package dev.twine.node.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events, as far as the admin API uses them. For one thread. */
public final class EventReader implements AutoCloseable {
  private static final String EVENT = "event: ";
  private static final String DATA = "data: ";

  /**
   * One event.
   *
   * @param name what it is
   * @param data one line
   */
  public record Event(String name, String data) {}

  private final BufferedReader lines;

  public EventReader(InputStream stream) {
    this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /** Waits for the next event; null at the end of the stream. */
  public @Nullable Event next() throws IOException {
    String name = "message";
    String data = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(EVENT)) {
        name = line.substring(EVENT.length());
      } else if (line.startsWith(DATA)) {
        data = line.substring(DATA.length());
      } else if (line.isEmpty() && !data.isEmpty()) { // A comment alone is no event.
        return new Event(name, data);
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
