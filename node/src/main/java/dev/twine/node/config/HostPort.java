package dev.twine.node.config;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen or to call: {@code HOST:PORT}, IPv6 in brackets.
 *
 * @param host without brackets
 * @param port 0 lets the system choose
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");
  private static final int MAX_PORT = 65_535;

  /**
   * Reads the form above.
   *
   * @throws TwineException of code BAD_VALUE
   */
  public static HostPort parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group(2)) > MAX_PORT) {
      throw new TwineException(
          Code.BAD_VALUE, "not a host and port", text, "give HOST:PORT, such as 127.0.0.1:7800");
    }
    String host = form.group(1);
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new HostPort(bare, Integer.parseInt(form.group(2)));
  }

  public HostPort withPort(int port) {
    return new HostPort(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
