package dev.twine.node.cli;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.config.Mode;
import dev.twine.node.load.BroadcastBench;
import dev.twine.node.load.BroadcastPlan;
import dev.twine.node.load.BroadcastResult;
import dev.twine.node.text.Json;
import dev.twine.node.text.Nearest;
import dev.twine.node.text.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine bench}. */
@Command(
    name = "bench",
    description = "Measure this machine.",
    subcommands = BenchCommand.Broadcast.class)
final class BenchCommand implements Callable<Integer> {
  private final Console console;

  @SuppressWarnings({"unused", "UnusedVariable"}) // picocli reads it.
  @Mixin
  private final CommonOptions common = new CommonOptions();

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return TwineCommandLine.report(
        console, "no command", "twine bench", "give broadcast", Exit.USAGE);
  }

  /** {@code twine bench broadcast}. */
  @Command(
      name = "broadcast",
      description = "Deliveries per second from one node to many, counted in another process.")
  static final class Broadcast implements Callable<Integer> {
    private static final int MAX_PEERS = 5_000;
    private static final int MAX_REPEAT = 1_000;

    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--transports", split = ",", paramLabel = "LIST", description = "Default: ws")
    private List<String> transports = List.of(Mode.BUILT.get(0).label());

    @Option(names = "--peers", paramLabel = "N", description = "Receivers. Default: 50")
    private int peers = 50;

    @Option(
        names = "--size",
        split = ",",
        paramLabel = "LIST",
        description = "Payloads. Default: 100B,1KiB")
    private List<Size> sizes = List.of(new Size(100), new Size(1 << 10));

    @Option(names = "--duration", paramLabel = "5s", description = "Of one measurement.")
    private Duration duration = Duration.ofSeconds(5);

    @Option(names = "--repeat", paramLabel = "N", description = "Measurements. Default: 5")
    private int repeat = 5;

    @Option(
        names = "--baselines",
        split = ",",
        paramLabel = "LIST",
        description = "Other servers to measure beside it, in a checkout.")
    private List<String> baselines = List.of();

    Broadcast(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
      var subjects = new ArrayList<String>();
      transports.forEach(name -> subjects.add(Mode.parse(name).label()));
      List<String> known = baselines.isEmpty() ? List.of() : BroadcastBench.baselines();
      baselines.forEach(name -> subjects.add(checkedBaseline(name, known)));
      var bytes = new ArrayList<Integer>();
      sizes.forEach(
          size -> bytes.add(size.asInt("size", BroadcastPlan.MIN_SIZE, BroadcastPlan.MAX_SIZE)));
      checkRange("--peers", peers, MAX_PEERS);
      checkRange("--repeat", repeat, MAX_REPEAT);
      BroadcastResult result = BroadcastBench.run(
          new BroadcastPlan(subjects, peers, bytes, duration, repeat), console::say);
      return report(result);
    }

    private int report(BroadcastResult result) {
      console.line(common.json() ? Json.line(result.json()) : result.text());
      return result.lost() == 0
          ? Exit.OK
          : TwineCommandLine.report(
              console,
              "messages lost",
              result.lost() + " of all rows",
              "see which row; rates with losses are not comparable",
              Exit.FAILED);
    }

    private static String checkedBaseline(String name, List<String> known) {
      if (!known.contains(name)) {
        throw new TwineException(
            Code.BAD_VALUE,
            "unknown baseline",
            name,
            known.isEmpty()
                ? "baselines come with a checkout: run ./twine there"
                : Nearest.hint(name, known) + "give " + String.join(", ", known));
      }
      return name;
    }

    private static void checkRange(String name, int value, int max) {
      if (value < 1 || value > max) {
        throw new TwineException(
            Code.BAD_VALUE, name + " out of range", "" + value, "give 1 to " + max);
      }
    }
  }
}
