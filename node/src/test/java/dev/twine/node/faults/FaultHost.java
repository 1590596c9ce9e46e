package dev.twine.node.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.gossip.Loops;
import dev.twine.node.child.Lines;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process with some nodes, driven by lines on its standard input, which ends with it. */
final class FaultHost implements Lines.Command {
  private final Path directory;
  private final Loops loops = Loops.start(2);
  private final List<FaultNode> nodes = new CopyOnWriteArrayList<>();
  private volatile boolean sending;

  private FaultHost(Path directory) {
    this.directory = directory;
  }

  /** The argument is where to write. */
  public static void main(String[] args) {
    Lines.serve(Json.object(), new FaultHost(Path.of(args[0])));
  }

  @Override
  public ObjectNode run(JsonNode command) throws IOException {
    switch (command.path("do").asText()) {
      case "start" -> nodes.add(new FaultNode(command.path("node"), directory, loops));
      case "send" -> {
        sending = true;
        long interval =
            TimeUnit.MICROSECONDS.toNanos(command.path("everyMicros").asLong());
        var sender = new Thread(() -> send(interval), "sender");
        sender.setDaemon(true);
        sender.start();
      }
      case "stop" -> sending = false;
      default -> {}
    }
    ObjectNode status = Json.object().put("pid", ProcessHandle.current().pid());
    var all = status.putArray("nodes");
    nodes.forEach(node -> all.add(node.status()));
    return status;
  }

  /** The nodes in turn; after a pause of the machine it goes on, and does not catch up. */
  private void send(long intervalNanos) {
    long next = System.nanoTime();
    for (int turn = 0; sending; turn++) {
      for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      nodes.get(turn % nodes.size()).send();
      next = Math.max(next + intervalNanos, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
