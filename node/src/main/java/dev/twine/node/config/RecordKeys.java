package dev.twine.node.config;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.gossip.Limits;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys under {@code lanes} and {@code limits}. Files of users have them, so they stay what they are
 * however the records are put together.
 */
public final class RecordKeys {
  /**
   * What the paths in the record begin with, and what the keys do. The longer ones first. All on one
   * level, with the names of their parts in front where two parts have one name.
   */
  private static final String[][] LANES = {
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

  /** Groups, and what is in them on one level. */
  private static final String[][] LIMITS = {
    {"inbound.per_peer.messages", "inbound.messages_per_peer"},
    {"inbound.per_peer.bytes", "inbound.bytes_per_peer"},
    {"inbound.rate.", "inbound."},
    {"inbound.total.", "inbound."},
    {"inbound.handling.", "inbound."},
    {"inbound.duplicates.", "inbound.duplicate_"},
    {"", ""},
  };

  private RecordKeys() {}

  /** The default limits of a node with these values, by the keys under {@code limits}. */
  public static Limits limits(Map<String, String> values) {
    return with(Limits.defaults(), values, limits());
  }

  /** The keys under {@code limits}, and where the record has what they mean. */
  static Map<String, String> limits() {
    return paths(Limits.defaults(), LIMITS);
  }

  /** The same of {@code lanes}. */
  static Map<String, String> lanes() {
    return paths(BroadcasterConfig.defaults(), LANES);
  }

  /**
   * The same record with these values.
   *
   * @param paths where the record has what a key means, if that is not its name
   */
  static <R extends Record> R with(
      R record, Map<String, String> values, Map<String, String> paths) {
    var given = new TreeMap<String, String>();
    values.forEach((key, text) -> given.put(paths.getOrDefault(key, key), text));
    return RecordSettings.with(record, given);
  }

  private static Map<String, String> paths(Record record, String[][] beginnings) {
    var paths = new TreeMap<String, String>();
    RecordSettings.keys(record).keySet().forEach(path -> paths.put(key(path, beginnings), path));
    return paths;
  }

  private static String key(String path, String[][] beginnings) {
    for (String[] beginning : beginnings) {
      if (path.startsWith(beginning[0])) {
        return beginning[1] + path.substring(beginning[0].length());
      }
    }
    throw new IllegalStateException("a setting without a key: " + path);
  }
}
