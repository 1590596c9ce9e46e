package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.client.EventReader;
import dev.twine.node.text.Durations;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine listen}. */
@Command(name = "listen", description = "Show the messages that a running node handles.")
final class ListenCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final NodeOptions node = new NodeOptions();

  @Option(names = "--tag", paramLabel = "XX", description = "Only messages of that tag.")
  private @Nullable String tag;

  @Option(names = "--count", paramLabel = "N", description = "End after N messages.")
  private @Nullable Integer count;

  @Option(names = "--timeout", paramLabel = "10s", description = "End after that time.")
  private @Nullable Duration timeout;

  ListenCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (count != null && count < 1) {
      throw new TwineException(Code.BAD_VALUE, "count out of range", "" + count, "give at least 1");
    }
    var counted = new CompletableFuture<Void>();
    Map<String, String> parameters = tag == null ? Map.of() : Map.of("tag", tag);
    var events =
        new EventReader(node.client(console.environment()).stream("GET", "/events", parameters));
    var reader = new Thread(() -> read(events, counted), "twine-listen");
    reader.setDaemon(true);
    reader.start();
    return await(counted);
  }

  private int await(CompletableFuture<Void> counted) throws InterruptedException {
    try {
      if (timeout == null) {
        counted.get();
      } else {
        counted.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      }
      return Exit.OK;
    } catch (TimeoutException e) {
      // Whatever is written from here on would follow the last line.
      synchronized (console.out()) {
        console.out().flush();
        return count == null || timeout == null
            ? Exit.OK
            : TwineCommandLine.report(
                console,
                "fewer messages than asked for",
                count + " in " + Durations.text(timeout),
                "wait longer with --timeout",
                Exit.FAILED);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TwineException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void read(EventReader events, CompletableFuture<Void> counted) {
    try (events) {
      int seen = 0;
      for (var event = events.next(); event != null; event = events.next()) {
        switch (event.name()) {
          case "open" -> console.say("listening");
          case "missed" -> console.say("missed messages: " + event.data());
          case "message" -> {
            console.line(common.json() ? event.data() : text(event.data()));
            seen++;
            if (count != null && seen >= count) {
              counted.complete(null);
              return;
            }
          }
          default -> {}
        }
      }
      counted.completeExceptionally(ended(null));
    } catch (IOException | RuntimeException e) { // Thrown again on the thread that waits for it.
      counted.completeExceptionally(ended(e));
    }
  }

  static TwineException ended(@Nullable Throwable cause) {
    return new TwineException(
        Code.CLOSED, "the node is gone", "event stream ended", "start it again", cause);
  }

  private static String text(String data) {
    JsonNode message = Json.parse(data.getBytes(StandardCharsets.UTF_8));
    String body = message.has("text")
        ? Texts.of(message.path("text"))
        : message.path("size").asText() + " bytes";
    return message.path("tag").asText() + " " + Texts.author(message) + ": " + body;
  }
}
