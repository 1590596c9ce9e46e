package dev.twine.libp2p;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many files and sockets the process has open, and may have, as Linux tells it. */
final class ProcessFiles {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path OPEN = Path.of("/proc/self/fd");
  private static final String NAME = "Max open files";

  private ProcessFiles() {}

  /** A system that does not tell has none that is known; accepting will fail when it is reached. */
  static long limit() {
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

  /** Zero if the system does not tell. May take milliseconds when there are thousands. */
  static long open() {
    try {
      // Since Linux 6.2, and at once.
      long size = Files.size(OPEN);
      return size > 0 ? size : count();
    } catch (IOException elsewhere) {
      return 0;
    }
  }

  /** The list takes a descriptor, so without one there is none. */
  static long count() {
    String[] names = OPEN.toFile().list();
    return names == null ? Integer.MAX_VALUE : names.length - 1L;
  }
}
