package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import dev.twine.node.text.Rate;
import dev.twine.node.text.Size;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code twine send}. */
@Command(
    name = "send",
    description = "Send one message, or many, from a running node.",
    footer = {
      "",
      "Examples:",
      "  twine send hello",
      "  twine send --to 12D3KooW... -f picture.png",
      "  twine send --count 1000 --size 1KiB --rate 200/s"
    })
final class SendCommand extends NodeCommand {
  /** Sending as fast as it goes: at least this many in a second, with a minute to spare. */
  private static final long SLOWEST_PER_SECOND = 100;

  @Option(names = "--tag", paramLabel = "XX", description = "Raw message of that tag.")
  private @Nullable String tag;

  @Option(names = "--to", paramLabel = "ID", description = "To that peer only.")
  private @Nullable String to;

  @Option(names = "-f", paramLabel = "FILE", description = "Send the bytes of a file.")
  private @Nullable Path file;

  @Option(names = "--count", paramLabel = "N", description = "Send N distinct messages.")
  private @Nullable Integer count;

  @Option(names = "--size", paramLabel = "S", description = "Their size, such as 1KiB.")
  private @Nullable Size size;

  @Option(names = "--rate", paramLabel = "R", description = "At that rate, such as 50/s.")
  private @Nullable Rate rate;

  @Parameters(arity = "0..1", paramLabel = "MESSAGE", description = "Text to send.")
  private @Nullable String message;

  SendCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    ObjectNode params = content();
    if (tag != null) {
      params.put("tag", checkedTag(tag));
    }
    if (to != null) {
      params.put("to", PeersCommand.checked(to));
    }
    JsonNode result = ask("message.send", params, deadline());
    int shown = show(result, () -> text(result));
    if (result.path("refused").asLong() > 0) {
      return TwineCommandLine.report(
          console,
          "messages refused",
          result.path("refused").asText() + " " + Json.line(result.path("reasons")),
          remedy(result.path("reasons")),
          Exit.FAILED);
    }
    return shown;
  }

  private ObjectNode content() {
    long given = Stream.of(message, file, count).filter(value -> value != null).count();
    if (given != 1) {
      throw new TwineException(
          Code.BAD_VALUE,
          given == 0 ? "nothing to send" : "more than one thing to send",
          "send",
          "give a MESSAGE, -f FILE, or --count N --size S");
    }
    if (count == null && (size != null || rate != null)) {
      throw new TwineException(
          Code.BAD_VALUE, "no count", "--size, --rate", "give --count N with them");
    }
    if (message != null) {
      return Json.object().put("text", message);
    }
    return file != null ? fileContent(file) : generated(count == null ? 0 : count);
  }

  private ObjectNode generated(int wanted) {
    if (wanted < 1) {
      throw new TwineException(
          Code.BAD_VALUE, "count out of range", "" + wanted, "give at least 1");
    }
    if (size == null) {
      throw new TwineException(Code.BAD_VALUE, "no size", "--count", "give --size S, such as 1KiB");
    }
    ObjectNode params =
        Json.object().put("count", wanted).put("size", size.asInt("size", 0, TagSpec.MAX_BYTES));
    return rate == null ? params : params.put("ratePerSecond", rate.perSecond());
  }

  private static ObjectNode fileContent(Path file) {
    byte[] bytes = Files.readUpTo(file, TagSpec.MAX_BYTES);
    return Json.object().put("base64", Base64.getEncoder().encodeToString(bytes));
  }

  private static String checkedTag(String text) {
    try {
      return Tag.of(text).toString();
    } catch (IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE, "not a tag", text, "give two printable ASCII characters", e);
    }
  }

  private Duration deadline() {
    long messages = count == null ? 1 : count;
    double perSecond =
        rate == null ? SLOWEST_PER_SECOND : Math.min(rate.perSecond(), SLOWEST_PER_SECOND);
    return Duration.ofSeconds(60 + 2 * (long) Math.ceil(messages / perSecond));
  }

  private static String remedy(JsonNode reasons) {
    var remedies = new ArrayList<String>();
    reasons.fieldNames().forEachRemaining(reason -> remedies.add(remedy(reason)));
    return String.join("; ", remedies);
  }

  private static String remedy(String reason) {
    return switch (reason) {
      case "TOO_LARGE" -> "send less at once, or under a tag of [tags] with a higher limit";
      case "DUPLICATE" -> "change the message, or wait until the node has forgotten the equal one";
      case "LANE_FULL" -> "send fewer at a time, with --rate";
      case "NOT_WANTED" -> "choose a tag that this peer takes";
      default -> "see whether the node still runs";
    };
  }

  private static String text(JsonNode result) {
    String line = "accepted " + result.path("accepted") + ", refused " + result.path("refused");
    return line + ", peers " + result.path("peers");
  }
}
