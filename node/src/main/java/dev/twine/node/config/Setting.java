package dev.twine.node.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set by a flag, an environment variable or the configuration file.
 *
 * <p>The environment variable is {@code TWINE_} and the flag in upper case, or the key if there is no
 * flag. Limits have keys of their own, see {@link RecordSettings}.
 */
public enum Setting {
  NETWORK_ID("network.id", "--network-id"),
  MODE("network.mode", "--mode"),
  PEERS("network.peers", "--peer"),
  RELAY("network.relay", null),
  WS_LISTEN("ws.listen", "--ws-listen"),
  WS_PUBLIC_ADDRESS("ws.public_address", null),
  P2P_LISTEN("p2p.listen", "--p2p-listen"),
  TLS_CERT("ws.tls_cert", "--tls-cert"),
  TLS_KEY("ws.tls_key", "--tls-key"),
  TLS_CA("ws.tls_ca", "--tls-ca"),
  DATA_DIR("identity.data_dir", "--data-dir"),
  ADMIN("admin.listen", "--admin"),
  ADMIN_TOKEN_FILE("admin.token_file", "--admin-token-file"),
  PORTS_FILE("admin.ports_file", "--ports-file"),
  LOG_LEVEL("log.level", "--log-level");

  private static final String PREFIX = "TWINE_";

  private final String key;
  private final @Nullable String flag;

  Setting(String key, @Nullable String flag) {
    this.key = key;
    this.flag = flag;
  }

  /** Its name in the configuration file. */
  public String key() {
    return key;
  }

  /** Its name in the environment. */
  public String variable() {
    return flag == null ? variable(key) : variable(flag.substring(2));
  }

  static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
  }
}
