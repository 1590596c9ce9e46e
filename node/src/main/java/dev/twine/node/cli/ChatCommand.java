package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.TwineException;
import dev.twine.node.client.AdminClient;
import dev.twine.node.client.EventReader;
import dev.twine.node.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code twine chat}. */
@Command(
    name = "chat",
    description = "Type to everybody, see what everybody types, until Ctrl-C or end of input.")
final class ChatCommand implements Callable<Integer> {
  private static final String ENVELOPES = "tw";

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final NodeOptions node = new NodeOptions();

  ChatCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    AdminClient client = node.client(console.environment());
    var events = new EventReader(client.stream("GET", "/events", Map.of("tag", ENVELOPES)));
    console.termination().orderly();
    var ended = new CompletableFuture<Void>();
    console.termination().asked().thenRun(() -> ended.complete(null));
    start("twine-chat-show", () -> show(events, ended));
    start("twine-chat-send", () -> type(client, ended));
    try {
      ended.get();
      return Exit.OK;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TwineException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void show(EventReader events, CompletableFuture<Void> ended) {
    try (events) {
      for (var event = events.next(); event != null; event = events.next()) {
        if (event.name().equals("open")) {
          console.say("ready");
        } else if (event.name().equals("missed")) {
          console.say("missed messages: " + event.data());
        } else if (event.name().equals("message")) {
          console.line(common.json() ? event.data() : text(event.data()));
        }
      }
      ended.completeExceptionally(ListenCommand.ended(null));
    } catch (IOException | RuntimeException e) {
      ended.completeExceptionally(ListenCommand.ended(e));
    }
  }

  /**
   * Sends line by line. The end of input ends the chat, unless there never was any: a chat in the
   * background, with nothing to read from, goes on showing.
   */
  private void type(AdminClient client, CompletableFuture<Void> ended) {
    boolean typed = false;
    try (var lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        typed = true;
        if (!line.isEmpty()) {
          send(client, line);
        }
      }
      if (typed) {
        ended.complete(null);
      }
    } catch (IOException e) {
      ended.complete(null);
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
    }
  }

  private void send(AdminClient client, String line) {
    try {
      JsonNode result =
          client.call("message.send", Json.object().put("text", line), IdCommand.SOON);
      if (result.path("refused").asInt() > 0) {
        console.say("not sent: " + Json.line(result.path("reasons")));
      }
    } catch (TwineException e) {
      if (e.code() == TwineException.Code.UNREACHABLE) {
        throw e;
      }
      console.say("not sent: " + e.getMessage());
    }
  }

  static String text(String data) {
    JsonNode message = Json.parse(data.getBytes(StandardCharsets.UTF_8));
    String body = message.has("text")
        ? Texts.of(message.path("text"))
        : "(" + message.path("size").asText() + " bytes)";
    return Texts.author(message) + ": " + body;
  }

  private static void start(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
