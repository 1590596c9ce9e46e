package dev.twine.node.config;

import dev.twine.network.Address;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set, declared once: its key in the configuration file, how its text is read,
 * what holds if nobody says anything, and its flag with what the help says of it.
 *
 * <p>The environment variable is {@code TWINE_} and the flag in upper case, or the key if there is no
 * flag. Limits have keys of their own, see {@link RecordKeys}.
 */
@SuppressWarnings("ImmutableEnumChecker") // The readers are references to static methods.
public enum Setting {
  NETWORK_ID(
      "network.id",
      Readers::networkId,
      null,
      Flag.once("--network-id", "ID", "The network to belong to.")),
  MODE(
      "network.mode",
      Mode::parse,
      Mode.DEFAULT.label(),
      Flag.once("--mode", "MODE", "ws, p2p or hybrid.")),
  PEERS(
      "network.peers",
      Readers::peer,
      null,
      Flag.repeated("--peer", "ADDR", "A peer to stay connected with; may be repeated.")),
  BOOTSTRAP(
      "network.bootstrap",
      Readers::bootstrap,
      null,
      Flag.repeated(
          "--bootstrap",
          "NAME",
          "Name of peers in DNS, _algobootstrap._tcp.DOMAIN or /dnsaddr/DOMAIN; may be repeated.")),
  EXCHANGE(
      "network.exchange",
      Booleans::parse,
      "true",
      Flag.once("--exchange", "BOOL", "Whether to ask peers for others, and tell them.")),
  RELAY("network.relay", Booleans::parse, "true", null),
  WS_LISTEN(
      "ws.listen",
      HostPort::parse,
      null,
      Flag.once(
          "--ws-listen",
          "HOST:PORT",
          "Where WebSocket peers connect; port 0 picks one. Default: nowhere")),
  WS_PUBLIC_ADDRESS("ws.public_address", Address::parse, null, null),
  P2P_LISTEN(
      "p2p.listen",
      Readers::p2pListen,
      null,
      Flag.repeated(
          "--p2p-listen",
          "MULTIADDR",
          "Where libp2p peers connect; port 0 picks one, may be repeated. Default: nowhere")),
  TLS_CERT(
      "ws.tls_cert",
      Readers::path,
      null,
      Flag.once("--tls-cert", "FILE", "Certificates in PEM, for wss.")),
  TLS_KEY("ws.tls_key", Readers::path, null, Flag.once("--tls-key", "FILE", "Their key in PEM.")),
  TLS_CA(
      "ws.tls_ca",
      Readers::path,
      null,
      Flag.once(
          "--tls-ca", "FILE", "Certificates in PEM to trust in wss peers. Default: those of Java")),
  DATA_DIR(
      "identity.data_dir",
      Readers::path,
      null,
      Flag.once("--data-dir", "DIR", "Keeps the key. Default: a new key at each start")),
  ADMIN(
      "admin.listen",
      HostPort::parse,
      null,
      Flag.once("--admin", "HOST:PORT", "Default: 127.0.0.1:7800 or the next free port")),
  ADMIN_TOKEN_FILE(
      "admin.token_file",
      Readers::path,
      null,
      Flag.once(
          "--admin-token-file", "FILE", "Token that commands must show; needed off loopback.")),
  PORTS_FILE(
      "admin.ports_file",
      Readers::path,
      null,
      Flag.once("--ports-file", "FILE", "Gets node ID and bound addresses as JSON.")),
  LOG_LEVEL(
      "log.level",
      text -> text, // The log knows its levels.
      "warn",
      Flag.once("--log-level", "LEVEL", "error, warn, info, debug or trace."));

  /**
   * Its flag.
   *
   * @param name with its dashes
   * @param label of its value in the help
   * @param help a sentence
   * @param many whether it may be repeated; variable and file have a list then
   */
  public record Flag(String name, String label, String help, boolean many) {
    static Flag once(String name, String label, String help) {
      return new Flag(name, label, help, false);
    }

    static Flag repeated(String name, String label, String help) {
      return new Flag(name, label, help, true);
    }
  }

  private static final String PREFIX = "TWINE_";

  private final String key;
  private final Function<String, ?> reader;
  private final @Nullable String fallback;
  private final @Nullable Flag flag;

  Setting(String key, Function<String, ?> reader, @Nullable String fallback, @Nullable Flag flag) {
    this.key = key;
    this.reader = reader;
    this.fallback = fallback;
    this.flag = flag;
  }

  /** Its name in the configuration file. */
  public String key() {
    return key;
  }

  /** Its name in the environment. */
  public String variable() {
    return flag == null ? variable(key) : variable(flag.name().substring(2));
  }

  /** Its flag; empty if only variable and file set it. */
  public Optional<Flag> flag() {
    return Optional.ofNullable(flag);
  }

  /** What the help says, with the default. */
  public String help() {
    String sentence = flag == null ? "" : flag.help();
    return fallback == null ? sentence : sentence + " Default: " + fallback;
  }

  /** What holds if nobody sets it; empty if that is no text. */
  Optional<String> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** The texts in a variable. */
  List<String> split(String text) {
    return flag != null && flag.many() ? List.of(text.split(",")) : List.of(text);
  }

  /**
   * The value of a text.
   *
   * @throws dev.twine.network.TwineException of code BAD_VALUE, or an IllegalArgumentException that
   *     says what to give
   */
  Object read(String text) {
    return reader.apply(text);
  }

  static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }
}
