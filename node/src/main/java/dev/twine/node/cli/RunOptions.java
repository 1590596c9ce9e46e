package dev.twine.node.cli;

import dev.twine.node.config.Setting;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code twine run}, as text: they are read together with environment and file. */
final class RunOptions {
  @Option(names = "--network-id", paramLabel = "ID", description = "The network to belong to.")
  private @Nullable String networkId;

  @Option(names = "--mode", paramLabel = "MODE", description = "ws, p2p or hybrid. Default: ws")
  private @Nullable String mode;

  @Option(
      names = "--ws-listen",
      paramLabel = "HOST:PORT",
      description = "Where WebSocket peers connect; port 0 picks one. Default: nowhere")
  private @Nullable String wsListen;

  @Option(
      names = "--p2p-listen",
      paramLabel = "MULTIADDR",
      description = "Where libp2p peers connect. Not available in this version")
  private List<String> p2pListen = List.of();

  @Option(
      names = "--peer",
      paramLabel = "ADDR",
      description = "A peer to stay connected with; may be repeated.")
  private List<String> peers = List.of();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keeps the key. Default: a new key at each start")
  private @Nullable String dataDir;

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "Default: 127.0.0.1:7800 or the next free port")
  private @Nullable String admin;

  @Option(
      names = "--admin-token-file",
      paramLabel = "FILE",
      description = "Token that commands must show; needed off loopback.")
  private @Nullable String adminTokenFile;

  @Option(
      names = "--ports-file",
      paramLabel = "FILE",
      description = "Gets node ID and bound addresses as JSON.")
  private @Nullable String portsFile;

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificates in PEM, for wss.")
  private @Nullable String tlsCert;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Their key in PEM.")
  private @Nullable String tlsKey;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Certificates in PEM to trust in wss peers. Default: those of Java")
  private @Nullable String tlsCa;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace. Default: info")
  private @Nullable String logLevel;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "TOML file. Default: TWINE_CONFIG")
  private @Nullable Path config;

  Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  Map<Setting, List<String>> flags() {
    var flags = new EnumMap<Setting, List<String>>(Setting.class);
    put(flags, Setting.NETWORK_ID, networkId);
    put(flags, Setting.MODE, mode);
    put(flags, Setting.WS_LISTEN, wsListen);
    flags.put(Setting.P2P_LISTEN, p2pListen);
    flags.put(Setting.PEERS, peers);
    put(flags, Setting.DATA_DIR, dataDir);
    put(flags, Setting.ADMIN, admin);
    put(flags, Setting.ADMIN_TOKEN_FILE, adminTokenFile);
    put(flags, Setting.PORTS_FILE, portsFile);
    put(flags, Setting.TLS_CERT, tlsCert);
    put(flags, Setting.TLS_KEY, tlsKey);
    put(flags, Setting.TLS_CA, tlsCa);
    put(flags, Setting.LOG_LEVEL, logLevel);
    return flags;
  }

  private static void put(
      Map<Setting, List<String>> flags, Setting setting, @Nullable String text) {
    if (text != null) {
      flags.put(setting, List.of(text));
    }
  }
}
