package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.TagSpec;
import dev.twine.network.TwineException;
import dev.twine.node.client.AdminClient;
import dev.twine.node.client.EventReader;
import dev.twine.node.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code twine chat}. */
@Command(
    name = "chat",
    description = "Type to everybody, see what everybody types, until Ctrl-C or end of input.")
final class ChatCommand implements LastingCommand {
  private static final String ENVELOPES = "tw";

  /** No longer text fits into an envelope, whose tag has the usual limit. */
  private static final int MOST_CHARACTERS = TagSpec.DEFAULT_MAX_BYTES;

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
    var ending = new Ending(console.termination());
    ending.start("twine-chat-show", () -> show(events));
    ending.start("twine-chat-send", () -> type(client, ending));
    ending.await();
    return Exit.OK;
  }

  private void show(EventReader events) throws IOException {
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
      throw ListenCommand.ended(null);
    }
  }

  /**
   * Sends line by line. The end of input ends the chat, unless there never was any: a chat in the
   * background, with nothing to read from, goes on showing.
   */
  private void type(AdminClient client, Ending ending) {
    boolean typed = false;
    try (var in = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))) {
      var lines = new LineReader(in, MOST_CHARACTERS, this::tooLong);
      for (String line = lines.next(); line != null; line = lines.next()) {
        typed = true;
        if (!line.isEmpty()) {
          send(client, line);
        }
      }
      if (typed) {
        ending.complete();
      }
    } catch (IOException e) {
      ending.complete(); // Input that cannot be read has ended.
    }
  }

  private void tooLong(long characters) {
    console.say("not sent: a line of " + characters + " characters: type at most " + MOST_CHARACTERS
        + ", or send a file: twine send -f FILE");
  }

  private void send(AdminClient client, String line) {
    try {
      JsonNode result =
          client.call("message.send", Json.object().put("text", line), NodeCommand.SOON);
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
}
