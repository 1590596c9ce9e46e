package dev.twine.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.identity.AccountAddress;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import dev.twine.node.text.Nearest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code twine key}. */
@Command(
    name = "key",
    description = "Make and use key files.",
    subcommands = {
      KeyCommand.New.class,
      KeyCommand.Show.class,
      KeyCommand.Address.class,
      KeyCommand.Sign.class,
      KeyCommand.Verify.class
    })
final class KeyCommand implements Callable<Integer> {
  private static final String DEFAULT_TYPE = "ed25519";

  /** The types that can be made, as users call them, in the order of the help. */
  private static final Map<String, KeyType> TYPES = new TreeMap<>(
      Map.of(DEFAULT_TYPE, KeyType.ED25519, "p256", KeyType.ECDSA, "secp256k1", KeyType.SECP256K1));

  private final Console console;

  @SuppressWarnings({"unused", "UnusedVariable"}) // picocli reads it.
  @Mixin
  private final CommonOptions common = new CommonOptions();

  KeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return TwineCommandLine.report(
        console, "no command", "twine key", "give new, show, address, sign or verify", Exit.USAGE);
  }

  /** {@code twine key new}. */
  @Command(name = "new", description = "Make a key and write it to a file, readable by you only.")
  static final class New implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to.")
    private Path out = Path.of("");

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        description = "ed25519, secp256k1 or p256. Default: ed25519")
    private String type = DEFAULT_TYPE;

    @Option(names = "--force", description = "Replace the file if there is one.")
    private boolean force;

    New(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      NodeKey key = NodeKey.generate(type(type));
      key.save(out, force);
      ObjectNode json = describe(key.publicKey()).put("file", out.toString());
      return common.show(console, json, () -> key.nodeId().toString());
    }

    private static KeyType type(String name) {
      KeyType type = TYPES.get(name);
      if (type == null) {
        throw new TwineException(
            Code.BAD_VALUE,
            "unknown key type",
            name,
            Nearest.hint(name, TYPES.keySet()) + "give " + String.join(", ", TYPES.keySet()));
      }
      return type;
    }
  }

  /** {@code twine key show}. */
  @Command(name = "show", description = "Show what is public of a key file.")
  static final class Show implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE", description = "Key file")
    private Path file = Path.of("");

    Show(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      ObjectNode json = describe(NodeKey.load(file).publicKey());
      return common.show(console, json, () -> Texts.fields(json, 10));
    }
  }

  /** {@code twine key address}. */
  @Command(name = "address", description = "Show the address of a key, with its checksum.")
  static final class Address implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE|ID", description = "Key file, or node ID that holds its key")
    private String key = "";

    Address(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      String address = AccountAddress.of(publicKey(key)).toString();
      return common.show(console, Json.object().put("address", address), () -> address);
    }
  }

  /** {@code twine key sign}. */
  @Command(name = "sign", description = "Sign a message; prints the signature in base64.")
  static final class Sign implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final MessageOption message = new MessageOption();

    @Parameters(index = "0", paramLabel = "FILE", description = "Key file")
    private Path file = Path.of("");

    @Parameters(index = "1", arity = "0..1", paramLabel = "MESSAGE", description = "Text")
    private @Nullable String text;

    Sign(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      NodeKey key = NodeKey.load(file);
      String signature = Base64.getEncoder().encodeToString(key.sign(message.bytes(text)));
      ObjectNode json =
          Json.object().put("nodeId", key.nodeId().toString()).put("signature", signature);
      return common.show(console, json, () -> signature);
    }
  }

  /** {@code twine key verify}. */
  @Command(name = "verify", description = "Check a signature; exit code 4 if it does not hold.")
  static final class Verify implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final MessageOption message = new MessageOption();

    @Parameters(
        index = "0",
        paramLabel = "FILE|ID",
        description = "Key file, or node ID that holds its key")
    private String key = "";

    @Parameters(index = "1", paramLabel = "SIGNATURE", description = "In base64")
    private String signature = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "MESSAGE", description = "Text")
    private @Nullable String text;

    Verify(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      NodePublicKey signer = publicKey(key);
      if (!signer.verify(message.bytes(text), decoded())) {
        return TwineCommandLine.report(
            console,
            "signature does not hold",
            signer.nodeId().toString(),
            "check the key, the message to the last byte, and the signature",
            Exit.CHECK_FAILED);
      }
      var json = Json.object().put("nodeId", signer.nodeId().toString()).put("valid", true);
      return common.show(console, json, () -> "valid");
    }

    private byte[] decoded() {
      try {
        return Base64.getDecoder().decode(signature);
      } catch (IllegalArgumentException e) {
        throw new TwineException(
            Code.BAD_VALUE, "not a signature", signature, "give base64 as key sign prints it", e);
      }
    }
  }

  /** The message of a signature, if it is a file. */
  static final class MessageOption {
    /** What fits into memory beside everything else. */
    private static final int MAX_BYTES = 64 << 20;

    @Option(names = "-f", paramLabel = "FILE", description = "The message is that file.")
    private @Nullable Path file;

    byte[] bytes(@Nullable String text) {
      if (text == null == (file == null)) {
        throw new TwineException(
            Code.BAD_VALUE, "no message, or two", "key", "give either MESSAGE or -f FILE");
      }
      return text != null ? text.getBytes(StandardCharsets.UTF_8) : Files.readUpTo(file, MAX_BYTES);
    }
  }

  private static ObjectNode describe(NodePublicKey key) {
    String type = TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == key.type())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(key.type().label());
    return Json.object()
        .put("nodeId", key.nodeId().toString())
        .put("type", type)
        .put("publicKey", HexFormat.of().formatHex(key.raw()))
        .put("address", AccountAddress.of(key).toString());
  }

  /** Of a node ID that contains its key, or of a key file. */
  private static NodePublicKey publicKey(String fileOrId) {
    if (!java.nio.file.Files.exists(Path.of(fileOrId))) {
      try {
        return NodePublicKey.inlinedIn(NodeId.parse(fileOrId))
            .orElseThrow(() -> new TwineException(
                Code.BAD_VALUE,
                "ID of a key that it does not hold",
                fileOrId,
                "give the key file"));
      } catch (IllegalArgumentException e) {
        throw new TwineException(
            Code.BAD_VALUE, "neither key file nor node ID", fileOrId, "check the path", e);
      }
    }
    return NodeKey.load(Path.of(fileOrId)).publicKey();
  }
}
