package dev.twine.node.config;

import dev.twine.libp2p.core.Limits;
import dev.twine.p2p.HttpLimits;
import dev.twine.p2p.P2pConfig;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What peers may take of the libp2p side.
 *
 * @param http streams for services
 * @param host all else, of the host under the transport
 */
public record P2pLimits(HttpLimits http, Limits host) {
  static final String PREFIX = "p2p.";
  static final String HTTP = PREFIX + "http.";
  static final String HOST = PREFIX + "limits.";

  /** The node decides when an address is dialled again, whatever is set: see {@link P2pConfig}. */
  private static final String BACKOFF = "dialling.dials.backoff.";

  /** The keys that set them. */
  static Set<String> keys() {
    var keys = new TreeSet<String>();
    RecordSettings.keys(HttpLimits.defaults()).keySet().forEach(key -> keys.add(HTTP + key));
    for (String key : RecordSettings.keys(Limits.defaults()).keySet()) {
      if (!key.startsWith(BACKOFF)) {
        keys.add(HOST + key);
      }
    }
    return keys;
  }

  /** The defaults with what is given. */
  static P2pLimits read(Values values) {
    return new P2pLimits(
        SettingsLoader.records(values, HTTP, HttpLimits.defaults(), Map.of()),
        SettingsLoader.records(values, HOST, Limits.defaults(), Map.of()));
  }

  P2pConfig on(P2pConfig config) {
    return config.withHttp(http).withLimits(host);
  }
}
