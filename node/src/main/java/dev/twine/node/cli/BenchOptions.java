package dev.twine.node.cli;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Durations;
import dev.twine.node.text.Nearest;
import dev.twine.node.text.Size;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every benchmark takes. */
final class BenchOptions {
  private static final int MAX_REPEAT = 1_000;
  private static final Size MIN_TRANSFER = new Size(1 << 10);
  private static final Size MAX_TRANSFER = new Size(1L << 40);
  private static final Duration MIN_DURATION = Duration.ofMillis(10);
  private static final Duration MAX_DURATION = Duration.ofMinutes(10);

  @Option(
      names = "--duration",
      paramLabel = "5s",
      description = "Of one measurement. Default: 5s for broadcast, 1s for the others")
  private @Nullable Duration duration;

  @Option(names = "--repeat", paramLabel = "N", description = "Measurements. Default: 5")
  private int repeat = 5;

  @Option(
      names = "--baselines",
      split = ",",
      paramLabel = "LIST",
      description = "Other programs to measure beside it, in a checkout.")
  private List<String> baselines = List.of();

  /**
   * What was given.
   *
   * @param seconds unless anything was
   */
  Duration duration(int seconds) {
    Duration value = duration == null ? Duration.ofSeconds(seconds) : duration;
    checkRange("--duration", value, MIN_DURATION, MAX_DURATION);
    return value;
  }

  int repeat() {
    checkRange("--repeat", repeat, MAX_REPEAT);
    return repeat;
  }

  /**
   * The names that were given, each of them known.
   *
   * @param known asked only if there is one to check: it looks through the class path
   */
  List<String> baselines(Supplier<List<String>> known) {
    if (!baselines.isEmpty()) {
      List<String> names = known.get();
      baselines.forEach(name -> checkBaseline(name, names));
    }
    return baselines.stream().distinct().toList();
  }

  private static void checkBaseline(String name, List<String> known) {
    if (!known.contains(name)) {
      throw new TwineException(
          Code.BAD_VALUE,
          "unknown baseline",
          name,
          known.isEmpty()
              ? "baselines come with a checkout: run ./twine there"
              : Nearest.hint(name, known) + "give " + String.join(", ", known)
                  + "; others come with a checkout");
    }
  }

  static void checkRange(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new TwineException(
          Code.BAD_VALUE, name + " out of range", "" + value, "give 1 to " + max);
    }
  }

  static void checkRange(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new TwineException(
          Code.BAD_VALUE,
          name + " out of range",
          Durations.text(value),
          "give " + Durations.text(min) + " to " + Durations.text(max));
    }
  }

  /** The {@code --size} of an upload or download. */
  static void checkTransfer(Size size) {
    if (size.bytes() < MIN_TRANSFER.bytes() || size.bytes() > MAX_TRANSFER.bytes()) {
      throw new TwineException(
          Code.BAD_VALUE,
          "--size out of range",
          size.toString(),
          "give " + MIN_TRANSFER + " to " + MAX_TRANSFER);
    }
  }

  /** The exit code of a benchmark in which every message has to arrive. */
  static int exit(Console console, long lost, String remedy) {
    return lost == 0
        ? Exit.OK
        : TwineCommandLine.report(
            console, "messages lost", lost + " of all rows", remedy, Exit.FAILED);
  }

  /** Each of them once, and all of a few words. */
  static List<String> checkWords(String name, List<String> values, List<String> allowed) {
    for (String value : values) {
      if (!allowed.contains(value)) {
        throw new TwineException(
            Code.BAD_VALUE,
            "unknown value of " + name,
            value,
            Nearest.hint(value, allowed) + "give " + String.join(" or ", allowed));
      }
    }
    return values.stream().distinct().toList();
  }
}
