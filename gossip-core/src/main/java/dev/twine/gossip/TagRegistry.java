package dev.twine.gossip;

import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TagSpec.Kind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.util.collection.IntObjectHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tags of a node with their handlers. The set of tags is fixed; safe for every thread. */
final class TagRegistry {
  final TagTable table;
  private final IntObjectHashMap<TagEntry> entries = new IntObjectHashMap<>();

  TagRegistry(TagTable table, Counters counters) {
    this.table = table;
    for (TagSpec spec : table.specs()) {
      entries.put(spec.tag().code(), new TagEntry(spec, table, counters));
    }
  }

  @Nullable
  TagEntry get(int code) {
    return entries.get(code);
  }

  /** A tag that applications may send; null if it is unknown or the engine's own. */
  @Nullable
  TagEntry sendable(Tag tag) {
    TagEntry entry = entries.get(tag.code());
    return entry == null || entry.control || entry.spec.kind() == Kind.REQUEST ? null : entry;
  }

  /** The entry to register a handler at. */
  TagEntry message(Tag tag) {
    TagEntry entry = sendable(tag);
    if (entry == null) {
      throw bad(tag, "not a tag for messages");
    }
    return entry;
  }

  /** The entry to ask or answer under. */
  TagEntry request(Tag tag) {
    TagEntry entry = entries.get(tag.code());
    if (entry == null || entry.spec.kind() != Kind.REQUEST) {
      throw bad(tag, "not a tag for requests");
    }
    return entry;
  }

  private TwineException bad(Tag tag, String what) {
    String known = entries.values().stream()
        .filter(entry -> !entry.control)
        .map(entry -> entry.spec.tag().toString())
        .sorted()
        .collect(Collectors.joining(", "));
    return new TwineException(
        Code.BAD_VALUE, what, tag.toString(), "define it in the tag table, or use one of " + known);
  }
}
