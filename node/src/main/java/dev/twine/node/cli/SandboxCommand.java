package dev.twine.node.cli;

import dev.twine.node.sandbox.Sandbox;
import dev.twine.node.sandbox.SandboxPlan;
import dev.twine.node.sandbox.SandboxResult;
import dev.twine.node.text.Rate;
import dev.twine.node.text.Size;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine sandbox}. */
@Command(
    name = "sandbox",
    description = "Run a small network in this process and show its messages.",
    footer = {"", "Ends by itself after 10 s, on a terminal at Ctrl-C."})
final class SandboxCommand implements LastingCommand {
  private static final Duration DEFAULT_DURATION = Duration.ofSeconds(10);
  private static final Duration LAST_DELIVERIES = Duration.ofSeconds(5);
  /** After Ctrl-C: the whole process has to end within 5 s. */
  private static final Duration LAST_DELIVERIES_IN_A_HURRY = Duration.ofSeconds(2);

  private static final Duration REDRAW = Duration.ofMillis(500);

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Option(
      names = "--mix",
      paramLabel = "MODE=N,...",
      description = "Default: " + SandboxPlan.DEFAULT_MIX)
  private String mix = SandboxPlan.DEFAULT_MIX;

  @Option(names = "--duration", paramLabel = "10s", description = "How long to send.")
  private @Nullable Duration duration;

  @Option(names = "--rate", paramLabel = "50/s", description = "Of all nodes together.")
  private Rate rate = new Rate(50);

  @Option(names = "--size", paramLabel = "1KiB", description = "Of each message.")
  private Size size = new Size(1 << 10);

  SandboxCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    SandboxPlan plan = plan();
    console.termination().inPlace();
    console.say("starting " + plan.modes().size() + " nodes");
    try (Sandbox sandbox = Sandbox.start(plan, console.termination().asked())) {
      console.say("sending " + plan.rate() + " of " + new Size(plan.size()));
      boolean hurry = watch(sandbox, plan);
      sandbox.finish(hurry ? LAST_DELIVERIES_IN_A_HURRY : LAST_DELIVERIES);
      return report(sandbox.result());
    }
  }

  private SandboxPlan plan() {
    boolean endless = duration == null && console.terminal() && !common.json();
    return new SandboxPlan(
        SandboxPlan.mix(mix),
        endless ? Optional.empty() : Optional.of(duration == null ? DEFAULT_DURATION : duration),
        rate,
        size.asInt("size", SandboxPlan.MIN_SIZE, SandboxPlan.MAX_SIZE));
  }

  /** Waits for the end of sending; true if the user asked for it. */
  private boolean watch(Sandbox sandbox, SandboxPlan plan) throws InterruptedException {
    boolean panel = console.terminal() && !common.json();
    int rows = panel ? SandboxPanel.terminalRows() : 0;
    long start = System.nanoTime();
    long left = plan.duration().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    while (left > 0) {
      Duration step = panel ? REDRAW : Duration.ofNanos(left);
      if (console.termination().await(step.toNanos() < left ? step : Duration.ofNanos(left))) {
        return true;
      }
      long elapsed = System.nanoTime() - start;
      left = plan.duration().map(Duration::toNanos).orElse(Long.MAX_VALUE) - elapsed;
      if (panel) {
        draw(sandbox, Duration.ofNanos(elapsed), rows);
      }
    }
    return false;
  }

  private void draw(Sandbox sandbox, Duration elapsed, int rows) {
    console.out().print(SandboxPanel.screen(sandbox.result(), sandbox.sessions(), elapsed, rows));
    console.out().flush();
  }

  private int report(SandboxResult result) {
    common.show(console, result.json(), result::text);
    if (result.lost() == 0 && result.duplicates() == 0) {
      return Exit.OK;
    }
    return TwineCommandLine.report(
        console,
        "messages lost or handled twice",
        result.lost() + " lost, " + result.duplicates() + " twice",
        "lower --rate or --size, or look at dropped",
        Exit.FAILED);
  }
}
