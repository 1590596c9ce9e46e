package dev.twine.interop;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The variables by which a suite tells a program what to do. */
record Environment(Map<String, String> variables) {
  Environment {
    variables = Map.copyOf(variables);
  }

  /** Suites write {@code null} for what they leave open. */
  Optional<String> find(String name) {
    return Optional.ofNullable(variables.get(name))
        .filter(value -> !value.isBlank() && !value.equals("null"));
  }

  String text(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException(name + ": missing: set the variable"));
  }

  String oneOf(String name, Set<String> allowed) {
    String value = text(name);
    if (!allowed.contains(value)) {
      throw new IllegalArgumentException(name + ": not supported: " + value + ": use one of "
          + allowed.stream().sorted().toList());
    }
    return value;
  }

  boolean flag(String name) {
    return oneOf(name, Set.of("true", "false")).equals("true");
  }

  long count(String name, long otherwise) {
    String value = find(name).orElse(Long.toString(otherwise));
    try {
      long count = Long.parseLong(value);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException malformed) {
      // The same complaint as for a negative number.
    }
    throw new IllegalArgumentException(name + ": not a count: " + value + ": use 0 or more");
  }

  /** A host and port. */
  InetSocketAddress address(String name, String otherwise) {
    String value = find(name).orElse(otherwise);
    int colon = value.lastIndexOf(':');
    try {
      int port = Integer.parseInt(value.substring(colon + 1));
      if (colon > 0) {
        return InetSocketAddress.createUnresolved(value.substring(0, colon), port);
      }
    } catch (IllegalArgumentException malformed) {
      // The same complaint as for a missing host.
    }
    throw new IllegalArgumentException(name + ": not HOST:PORT: " + value + ": name both");
  }
}
