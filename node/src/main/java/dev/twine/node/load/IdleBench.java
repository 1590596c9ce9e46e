package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Child;
import dev.twine.node.child.Footprint;
import dev.twine.node.peer.PeerMain;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures what connections cost that say nothing: the memory of the process that accepted them, with
 * a few of them and with many more. Who dialled is in another process.
 */
public final class IdleBench implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** No handshake is slower than that, on the busiest machine. */
  private static final Duration EACH = Duration.ofMillis(100);

  private static final int MAX_LOOKS = 20;
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final IdlePlan.Kind kind;
  private final Child server;
  private final Child guests;

  private IdleBench(IdlePlan.Kind kind) {
    this.kind = kind;
    this.server = start();
    try {
      this.guests = kind.server() == IdlePlan.Server.WS ? Child.start(SinkProcess.class) : start();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private Child start() {
    if (kind.server() == IdlePlan.Server.WS) {
      return Child.start(ServerProcess.class, "ws");
    }
    ObjectNode options = Json.object().put("transport", "tcp").put("security", kind.security());
    return Child.start(PeerMain.class, Json.line(options));
  }

  /**
   * Measures everything, one kind after the other.
   *
   * @param progress takes a line about each step
   */
  public static IdleResult run(IdlePlan plan, Consumer<String> progress)
      throws InterruptedException {
    var rows = new ArrayList<IdleRow>();
    for (IdlePlan.Kind kind : plan.kinds()) {
      progress.accept("connecting " + plan.peers() + " times over " + kind);
      try (var bench = new IdleBench(kind)) {
        rows.add(bench.measure(plan.peers()));
      }
    }
    return new IdleResult(env(plan), rows);
  }

  @Override
  public void close() {
    guests.close();
    server.close();
  }

  private IdleRow measure(int peers) throws InterruptedException {
    connect(IdlePlan.FIRST);
    Footprint before = settled();
    connect(peers);
    return new IdleRow(kind, peers, before, settled());
  }

  private void connect(int count) throws InterruptedException {
    ObjectNode command;
    if (kind.server() == IdlePlan.Server.WS) {
      command = (ObjectNode) server.ask(command("status"), SOON);
      command.put("do", "connect").put("peers", count);
    } else {
      JsonNode at = server.ask(command("listen"), SOON);
      command = command("guests")
          .put("count", count)
          .put("address", at.path("address").asText());
    }
    guests.ask(command, SOON.plus(EACH.multipliedBy(count)));
  }

  /** When what follows a handshake is over, memory does not change any more. */
  private Footprint settled() throws InterruptedException {
    Footprint last = Footprint.of(server.ask(command("footprint"), SOON));
    for (int i = 0; i < MAX_LOOKS; i++) {
      TimeUnit.NANOSECONDS.sleep(BETWEEN.toNanos());
      Footprint next = Footprint.of(server.ask(command("footprint"), SOON));
      long held = last.heap() + last.direct();
      if (Math.abs(next.heap() + next.direct() - held) < held / 200) {
        return next;
      }
      last = next;
    }
    return last;
  }

  private static ObjectNode command(String name) {
    return Json.object().put("do", name);
  }

  private static ObjectNode env(IdlePlan plan) {
    ObjectNode env = Environment.json().put("peers", plan.peers()).put("first", IdlePlan.FIRST);
    ObjectNode raised = env.putObject("raisedLimits");
    PeerMain.raised().forEach((name, value) -> raised.put(name, value));
    NodeServer.raised().forEach((name, value) -> raised.put(name, value));
    return env;
  }
}
