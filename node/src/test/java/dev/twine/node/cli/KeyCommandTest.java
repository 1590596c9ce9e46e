package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCommandTest {
  @TempDir
  private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "secp256k1", "p256"})
  void whatAKeySignsItsPublicHalfVerifies(String type) {
    String file = directory.resolve("a.key").toString();
    JsonNode made = json("key", "new", "--out", file, "--type", type);
    assertThat(made.get("type").asText()).isEqualTo(type);
    assertThat(json("key", "show", file).get("nodeId")).isEqualTo(made.get("nodeId"));
    assertThat(json("key", "address", file).get("address")).isEqualTo(made.get("address"));

    String signature = json("key", "sign", file, "hello").get("signature").asText();

    assertThat(Run.of("key", "verify", file, signature, "hello").code()).isZero();
    Run other = Run.of("key", "verify", file, signature, "hullo");
    assertThat(other.code()).isEqualTo(4);
    assertThat(other.lastErr()).startsWith("error: signature does not hold");
    assertThat(other.out()).isEmpty();
  }

  @Test
  void anIdThatHoldsItsKeyVerifies() {
    String file = directory.resolve("a.key").toString();
    String id = json("key", "new", "--out", file).get("nodeId").asText();
    String signature = json("key", "sign", file, "hello").get("signature").asText();

    assertThat(Run.of("key", "verify", id, signature, "hello").code()).isZero();
  }

  @Test
  void aKeyIsNotReplacedUnlessForced() throws IOException {
    Path file = directory.resolve("a.key");
    Run.of("key", "new", "--out", file.toString());
    String before = Files.readString(file);

    Run again = Run.of("key", "new", "--out", file.toString());

    assertThat(again.code()).isEqualTo(2);
    assertThat(again.lastErr()).startsWith("error: ").contains(file.toString());
    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(Run.of("key", "new", "--out", file.toString(), "--force").code()).isZero();
    assertThat(Files.readString(file)).isNotEqualTo(before);
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws IOException {
    Path file = directory.resolve("a.key");
    Run.of("key", "new", "--out", file.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    Run show = Run.of("key", "show", file.toString());

    assertThat(show.code()).isEqualTo(2);
    assertThat(show.lastErr()).contains(file.toString()).contains("chmod 600");
  }

  private static JsonNode json(String... args) {
    var all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "-o";
    all[args.length + 1] = "json";
    Run run = Run.of(all);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
  }
}
