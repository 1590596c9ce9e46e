package dev.twine.node.config;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Durations;
import dev.twine.node.text.Size;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers, durations and switches in a record of records, such as the limits of a node, as
 * settings: {@code sessions().perAddress()} is {@code sessions.per_address}. The records check their
 * ranges themselves.
 */
final class RecordSettings {
  private RecordSettings() {}

  /** The keys, with the values that the record holds. */
  static Map<String, String> keys(Record record) {
    var keys = new TreeMap<String, String>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(record, component);
      if (value instanceof Record nested) {
        keys(nested).forEach((key, text) -> keys.put(snake(component) + "." + key, text));
      } else if (isSetting(component.getType())) {
        keys.put(snake(component), text(value));
      }
    }
    return keys;
  }

  /** The same record with these values, whose keys are all among {@link #keys}. */
  static <R extends Record> R with(R record, Map<String, String> values) {
    if (values.isEmpty()) {
      return record;
    }
    RecordComponent[] components = record.getClass().getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = snake(components[i]);
      Object old = value(record, components[i]);
      if (old instanceof Record nested) {
        arguments[i] = with(nested, under(values, name + "."));
      } else {
        String text = values.get(name);
        arguments[i] = text == null ? old : parse(components[i].getType(), text);
      }
    }
    return create(record, components, arguments);
  }

  @SuppressWarnings("unchecked")
  private static <R extends Record> R create(
      R record, RecordComponent[] components, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return (R) record.getClass().getConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a settings record is public: " + record.getClass(), e);
    }
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      Object value = component.getAccessor().invoke(record);
      return value == null ? "" : value;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a settings record is public: " + record.getClass(), e);
    }
  }

  private static boolean isSetting(Class<?> type) {
    return type == int.class
        || type == long.class
        || type == boolean.class
        || type == Duration.class;
  }

  private static Object parse(Class<?> type, String text) {
    if (type == Duration.class) {
      return Durations.parse(text);
    }
    if (type == boolean.class) {
      return Booleans.parse(text);
    }
    long number = Size.parse(text).bytes();
    if (type == long.class) {
      return number;
    }
    if (number > Integer.MAX_VALUE) {
      throw new TwineException(Code.BAD_VALUE, "too large", text, "give a smaller number");
    }
    return (int) number;
  }

  private static String text(Object value) {
    return value instanceof Duration duration ? Durations.text(duration) : value.toString();
  }

  private static Map<String, String> under(Map<String, String> values, String prefix) {
    var nested = new TreeMap<String, String>();
    values.forEach((key, text) -> {
      if (key.startsWith(prefix)) {
        nested.put(key.substring(prefix.length()), text);
      }
    });
    return nested;
  }

  private static String snake(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
