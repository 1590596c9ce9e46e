package dev.twine.libp2p;

import dev.twine.libp2p.core.DescriptorLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many files and sockets the process may have open. */
final class Descriptors {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String NAME = "Max open files";

  private Descriptors() {}

  /** Sockets that a host may have open. */
  static int sockets(DescriptorLimits limits) {
    return sockets(processLimit(), limits);
  }

  /** What is reserved, at most half of it, is left to others. */
  static int sockets(long processLimit, DescriptorLimits limits) {
    long left = processLimit - Math.min(limits.reserved(), processLimit / 2);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, left));
  }

  /** A system that does not tell has none that is known; accepting will fail when it is reached. */
  private static long processLimit() {
    try {
      return parse(Files.readAllLines(LIMITS, StandardCharsets.US_ASCII));
    } catch (IOException elsewhere) {
      return Integer.MAX_VALUE;
    }
  }

  static long parse(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(NAME)) {
        String soft = line.substring(NAME.length()).strip().split("\\s+", 2)[0];
        return soft.matches("\\d{1,18}") ? Long.parseLong(soft) : Integer.MAX_VALUE;
      }
    }
    return Integer.MAX_VALUE;
  }
}
