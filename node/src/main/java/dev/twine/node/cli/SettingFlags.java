package dev.twine.node.cli;

import dev.twine.node.config.Setting;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The flags of settings, as text: they are read together with environment and file. What they are
 * called and what the help says is declared in {@link Setting}.
 */
final class SettingFlags {
  private SettingFlags() {}

  /** Gives a command the flags of all settings. */
  static void addTo(CommandSpec command) {
    for (Setting setting : Setting.values()) {
      setting
          .flag()
          .ifPresent(flag -> command.addOption(OptionSpec.builder(flag.name())
              .paramLabel(flag.label())
              .description(setting.help().replace("%", "%%"))
              .arity("1")
              .type(flag.many() ? String[].class : String.class)
              .build()));
    }
  }

  /** What the command line says; a setting that it does not name is absent. */
  static Map<Setting, List<String>> given(CommandSpec command) {
    var given = new EnumMap<Setting, List<String>>(Setting.class);
    for (Setting setting : Setting.values()) {
      Object value = setting
          .flag()
          .<Object>map(flag -> command.findOption(flag.name()).getValue())
          .orElse(null);
      if (value instanceof String[] texts) {
        given.put(setting, Arrays.asList(texts));
      } else if (value instanceof String text) {
        given.put(setting, List.of(text));
      }
    }
    return given;
  }
}
