package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Child;
import dev.twine.node.text.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The two processes of whatever is measured, which end together. For one thread. */
record Pair(Child server, Child client) implements AutoCloseable {
  /** How long a question may take that measures nothing. */
  static final Duration SOON = Duration.ofSeconds(30);

  /** Takes a server over and starts its client; if that fails the server ends. */
  static Pair of(Child server, Supplier<Child> client) {
    try {
      return new Pair(server, client.get());
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Starts the same program twice.
   *
   * @param name for messages
   * @param directory to start it in; null for that of this process
   */
  static Pair start(String name, List<String> command, @Nullable Path directory) {
    return of(
        Child.start(name + " server", command, directory),
        () -> Child.start(name + " client", command, directory));
  }

  /** Lets the server listen; returns its address. */
  String listen() throws InterruptedException {
    return server.ask(command("listen"), SOON).path("address").asText();
  }

  /** Connects the client; returns the name that it has for the other end. */
  String dial(String address) throws InterruptedException {
    return client
        .ask(command("dial").put("address", address), SOON)
        .path("peer")
        .asText();
  }

  /** For how long the compilers of both had worked at their last answers. */
  long compiledMillis() {
    return client.compiledMillis() + server.compiledMillis();
  }

  /** A question that is answered soon. */
  static ObjectNode command(String name) {
    return Json.object().put("do", name).put("millis", SOON.toMillis());
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
