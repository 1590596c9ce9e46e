package dev.twine.node.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Escape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A TOML file as values by dotted key. */
final class ConfigFile {
  /** Far above any configuration, and no burden to read at once. */
  private static final long MAX_BYTES = 1 << 20;

  private ConfigFile() {}

  /** Reads the file; a list has several texts, everything else one. */
  static Map<String, List<String>> read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw bad(file, "it is larger than " + MAX_BYTES + " bytes", null);
      }
      JsonNode tree = new TomlMapper().readTree(Files.readString(file));
      var values = new LinkedHashMap<String, List<String>>();
      flatten("", tree, values);
      return values;
    } catch (JacksonException e) {
      var place = e.getLocation();
      String where = place == null
          ? ""
          : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ";
      throw bad(file, where + Escape.log(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new TwineException(
          Code.BAD_VALUE, "cannot read the configuration", file.toString(), "check --config", e);
    }
  }

  private static void flatten(String prefix, JsonNode node, Map<String, List<String>> values) {
    node.properties().forEach(entry -> {
      String key = prefix + entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isObject()) {
        flatten(key + ".", value, values);
      } else if (value.isArray()) {
        var texts = new ArrayList<String>();
        value.forEach(element -> texts.add(element.asText()));
        values.put(key, texts);
      } else {
        values.put(key, List.of(value.asText()));
      }
    });
  }

  private static TwineException bad(Path file, String why, @Nullable Throwable cause) {
    return new TwineException(
        Code.BAD_VALUE, "not a configuration", file.toString(), "make it TOML: " + why, cause);
  }
}
