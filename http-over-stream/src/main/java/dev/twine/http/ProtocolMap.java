package dev.twine.http;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Tells peers which services there are, at the well-known path of libp2p's HTTP specification: a JSON
 * object of protocol names, each with its path.
 *
 * <p>A service's name is the literal begin of its path, as go-libp2p and js-libp2p name one by
 * default. Those that begin with a parameter have no name, and neither have paths that a URL would
 * have to escape.
 */
final class ProtocolMap {
  static final String PATH = "/.well-known/libp2p/protocols";

  /** What go-libp2p reads at most. Services that no longer fit are left out, the last by name. */
  static final int MAX_BYTES = 8 << 10;

  private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9._~!$&'()+,;=:@-]+)+");

  private ProtocolMap() {}

  static ImmediateAnswer of(List<PathTemplate> services) {
    var paths = new TreeMap<String, String>();
    for (PathTemplate service : services) {
      String path = service.literal();
      String name = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      if (PLAIN.matcher(name).matches()) {
        // Where a path and what is below it are two services, the name stands for both.
        paths.merge(name, path, (one, other) -> one.length() > other.length() ? one : other);
      }
    }
    return ImmediateAnswer.json(200, json(paths));
  }

  private static String json(Map<String, String> paths) {
    var json = new StringBuilder("{");
    paths.forEach((name, path) -> {
      String entry = "\"" + name + "\":{\"path\":\"" + path + "\"}";
      if (json.length() + entry.length() + 2 <= MAX_BYTES) {
        json.append(json.length() > 1 ? "," : "").append(entry);
      }
    });
    return json.append('}').toString();
  }
}
