package dev.twine.node.config;

import dev.twine.network.Lane;
import dev.twine.network.TagSpec;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Nearest;
import dev.twine.node.text.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table {@code [tags]}: tags of the user, each with lane, size limit, kind and duplicates. */
final class TagSettings {
  static final String PREFIX = "tags.";

  private static final List<String> FIELDS = List.of("lane", "max_bytes", "kind", "duplicates");

  private TagSettings() {}

  /** Reads {@code XX.lane = bulk} and so on; what is not said has the default of user tags. */
  static List<TagSpec> read(Map<String, String> values) {
    var byTag = new LinkedHashMap<String, TagSpec>();
    values.forEach((key, text) -> {
      int dot = key.length() > 2 ? key.indexOf('.', 2) : -1;
      String tag = dot < 0 ? key : key.substring(0, dot);
      TagSpec spec = byTag.computeIfAbsent(tag, TagSettings::plain);
      if (dot >= 0) {
        byTag.put(tag, with(spec, key.substring(dot + 1), text));
      }
    });
    return new ArrayList<>(byTag.values());
  }

  private static TagSpec plain(String tag) {
    try {
      return TagSpec.of(tag);
    } catch (IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE,
          "unknown tag in [tags]",
          tag,
          "name it with two printable ASCII characters, such as [tags.XX]",
          e);
    }
  }

  private static TagSpec with(TagSpec spec, String field, String text) {
    return switch (field) {
      case "lane" -> spec.withLane(of(Lane.class, field, text));
      case "max_bytes" ->
        spec.withMaxBytes(
            Size.parse(text).asInt("size limit of tag " + spec.tag(), 1, TagSpec.MAX_BYTES));
      case "kind" -> spec.withKind(of(TagSpec.Kind.class, field, text));
      case "duplicates" -> spec.withDuplicates(of(TagSpec.Duplicates.class, field, text));
      default ->
        throw new TwineException(
            Code.BAD_VALUE,
            "unknown key",
            PREFIX + spec.tag() + "." + field,
            Nearest.hint(field, FIELDS) + "a tag has " + String.join(", ", FIELDS));
    };
  }

  private static <E extends Enum<E>> E of(Class<E> type, String field, String text) {
    var allowed = new ArrayList<String>();
    for (E constant : type.getEnumConstants()) {
      String label = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (label.equals(text)) {
        return constant;
      }
      allowed.add(label);
    }
    throw new TwineException(
        Code.BAD_VALUE,
        "bad value of " + field,
        text,
        Nearest.hint(text, allowed) + "give " + String.join(", ", allowed));
  }
}
