package dev.twine.node.config;

import dev.twine.broadcaster.BroadcasterConfig;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys under {@code lanes}. Files of users have them, so they stay what they are however the
 * record is put together: all on one level, with the names of their parts in front where two parts
 * have one name.
 */
final class LaneKeys {
  /** What the paths in the record begin with, and what the keys do. The longer ones first. */
  private static final String[][] BEGINNINGS = {
    {"lanes.priority.", "priority_lane."},
    {"lanes.bulk.", "bulk_lane."},
    {"lanes.", ""},
    {"writes.low_mark", "write_low_mark"},
    {"writes.high_mark", "write_high_mark"},
    {"writes.", ""},
    {"lag.priority.", "peer_priority."},
    {"lag.bulk.", "peer_bulk."},
    {"lag.", ""},
  };

  private LaneKeys() {}

  /** The keys, and where the record has what they mean. */
  static Map<String, String> paths() {
    var paths = new TreeMap<String, String>();
    RecordSettings.keys(BroadcasterConfig.defaults())
        .keySet()
        .forEach(path -> paths.put(key(path), path));
    return paths;
  }

  private static String key(String path) {
    for (String[] beginning : BEGINNINGS) {
      if (path.startsWith(beginning[0])) {
        return beginning[1] + path.substring(beginning[0].length());
      }
    }
    throw new IllegalStateException("a setting of lanes without a key: " + path);
  }
}
