package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.client.EventReader;
import dev.twine.node.text.Escape;
import dev.twine.node.text.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code twine http}. */
@Command(
    name = "http",
    description = "Call a peer's HTTP services, or offer one.",
    subcommands = {HttpCommand.Get.class, HttpCommand.Serve.class})
final class HttpCommand implements Callable<Integer> {
  private final Console console;

  @SuppressWarnings({"unused", "UnusedVariable"}) // picocli reads it.
  @Mixin
  private final CommonOptions common = new CommonOptions();

  HttpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return TwineCommandLine.report(
        console, "no command", "twine http", "give get or serve", Exit.USAGE);
  }

  /** {@code twine http get}. */
  @Command(name = "get", description = "Call a service of a peer and print the body.")
  static final class Get implements Callable<Integer> {
    private static final int FIRST_ERROR_STATUS = 400;
    /** Status and headers of a peer, as one line: more than its own limits let through. */
    private static final int MAX_HEAD = 256 << 10;

    private final Console console;

    @SuppressWarnings({"unused", "UnusedVariable"}) // picocli reads it.
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final NodeOptions node = new NodeOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "Node ID, or session such as s1")
    private String peer = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "Path of the service")
    private String path = "";

    @Option(names = "-i", description = "Print status and headers first.")
    private boolean include;

    Get(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      if (!path.startsWith("/")) {
        throw new TwineException(
            Code.BAD_VALUE, "not a path", path, "give one that starts with a slash");
      }
      var parameters = Map.of("peer", PeersCommand.checked(peer), "path", path);
      try (InputStream stream =
          node.client(console.environment()).stream("GET", "/http", parameters)) {
        JsonNode head = head(stream);
        if (include) {
          printHead(head);
        }
        stream.transferTo(console.bytes());
        console.bytes().flush();
        return exit(head.path("status").asInt());
      } catch (IOException e) {
        throw new TwineException(Code.REMOTE_ERROR, "the answer broke off", path, "try again", e);
      }
    }

    private int exit(int status) {
      return status < FIRST_ERROR_STATUS
          ? Exit.OK
          : TwineCommandLine.report(
              console, "the service answers " + status, path, "see the body", Exit.FAILED);
    }

    private void printHead(JsonNode head) {
      console.out().println("HTTP/1.1 " + head.path("status").asText());
      head.path("headers").forEach(line -> console.out().println(Escape.screen(line.asText())));
      console.out().println();
      console.out().flush();
    }

    private static JsonNode head(InputStream stream) throws IOException {
      var line = new ByteArrayOutputStream();
      for (int b = stream.read(); b != '\n'; b = stream.read()) {
        if (b < 0 || line.size() > MAX_HEAD) {
          throw new IOException("no status line");
        }
        line.write(b);
      }
      return Json.parse(line.toByteArray());
    }
  }

  /** {@code twine http serve}. */
  @Command(
      name = "serve",
      description = "Offer a local HTTP server to peers as a service, until Ctrl-C.")
  static final class Serve implements LastingCommand {
    private final Console console;

    @SuppressWarnings({"unused", "UnusedVariable"}) // picocli reads it.
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final NodeOptions node = new NodeOptions();

    @Option(
        names = "--prefix",
        required = true,
        paramLabel = "/x",
        description = "Path under which peers find it, kept in the forwarded path.")
    private String prefix = "";

    @Option(names = "--to", required = true, paramLabel = "URL", description = "The local server.")
    private String to = "";

    Serve(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
      var events = new EventReader(node.client(console.environment()).stream(
          "POST", "/serve", Map.of("prefix", prefix, "to", to)));
      var ending = new Ending(console.termination());
      ending.start("twine-serve", () -> serve(events));
      ending.await();
      return Exit.OK;
    }

    private void serve(EventReader events) throws IOException {
      try (events) {
        for (var event = events.next(); event != null; event = events.next()) {
          if (event.name().equals("open")) {
            console.say("serving");
          }
        }
        throw ListenCommand.ended(null);
      }
    }
  }
}
