package dev.twine.node.config;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values by key, each with where it came from. A key that is put again keeps the newer value, so
 * sources are put from the weakest to the strongest.
 */
final class Values {
  /**
   * One value as it was written.
   *
   * @param texts one, or several of a list
   * @param origin the flag, variable or file that it came from
   */
  record Value(List<String> texts, String origin) {
    Value {
      texts = List.copyOf(texts);
    }
  }

  private final Map<String, Value> byKey = new LinkedHashMap<>();

  void put(String key, List<String> texts, String origin) {
    byKey.put(key, new Value(texts, origin));
  }

  Optional<String> text(Setting setting) {
    return Optional.ofNullable(byKey.get(setting.key()))
        .map(value -> value.texts().get(0));
  }

  List<String> texts(Setting setting) {
    Value value = byKey.get(setting.key());
    return value == null ? List.of() : value.texts();
  }

  /** The value or the default, read; what is refused is reported with key, value and origin. */
  <T> Optional<T> read(Setting setting, Class<T> type) {
    return text(setting).or(setting::fallback).map(text -> type.cast(read(setting, text)));
  }

  /** As {@link #read}, of a setting that has a default. */
  <T> T readOrDefault(Setting setting, Class<T> type) {
    return read(setting, type).orElseThrow();
  }

  /** As {@link #read}, for each value of a list. */
  <T> List<T> readAll(Setting setting, Class<T> type) {
    return texts(setting).stream().map(text -> type.cast(read(setting, text))).toList();
  }

  /** The values whose keys start with that prefix, by what is left of the key. */
  Map<String, String> under(String prefix) {
    var found = new LinkedHashMap<String, String>();
    byKey.forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        found.put(key.substring(prefix.length()), value.texts().get(0));
      }
    });
    return found;
  }

  TwineException bad(String key, String text, String remedy) {
    Value value = byKey.get(key);
    String origin = value == null ? "" : " (from " + value.origin() + ")";
    return new TwineException(Code.BAD_VALUE, "bad value of " + key + origin, text, remedy);
  }

  private Object read(Setting setting, String text) {
    try {
      return setting.read(text);
    } catch (TwineException e) {
      throw bad(setting.key(), e.value(), e.remedy());
    } catch (IllegalArgumentException e) {
      throw bad(setting.key(), text, String.valueOf(e.getMessage()));
    }
  }
}
