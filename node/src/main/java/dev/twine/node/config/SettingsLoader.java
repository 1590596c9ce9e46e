package dev.twine.node.config;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.gossip.Discovery;
import dev.twine.gossip.Limits;
import dev.twine.gossip.MeshConfig;
import dev.twine.http.ServiceLimits;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Nearest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Makes {@link NodeSettings} of flags, environment and file: a flag beats a {@code TWINE_} variable,
 * which beats the file, which beats the default.
 */
public final class SettingsLoader {
  private static final String MESH = "gossip.";
  private static final String LIMITS = "limits.";
  private static final String LANES = "lanes.";
  private static final String SERVICES = "http.";
  /** Variables that are none of the node's business: the launcher's, and the name of the file. */
  private static final List<String> OTHER_VARIABLES = List.of("TWINE_JAVA_OPTS", "TWINE_CONFIG");

  private final Map<String, String> environment;
  private final Consumer<String> warnings;
  private final Map<String, String> records = new TreeMap<>();
  private final Map<String, String> limits = RecordKeys.limits();
  private final Map<String, String> lanes = RecordKeys.lanes();

  /**
   * A loader.
   *
   * @param environment of the process
   * @param warnings takes lines about what is odd but harmless
   */
  public SettingsLoader(Map<String, String> environment, Consumer<String> warnings) {
    this.environment = Map.copyOf(environment);
    this.warnings = warnings;
    RecordSettings.keys(MeshConfig.defaults())
        .forEach((key, text) -> records.put(MESH + key, text));
    records.remove(MESH + "seed");
    limits.keySet().forEach(key -> records.put(LIMITS + key, ""));
    RecordSettings.keys(ServiceLimits.defaults())
        .forEach((key, text) -> records.put(SERVICES + key, text));
    lanes.keySet().forEach(key -> records.put(LANES + key, ""));
  }

  /**
   * Reads and checks everything.
   *
   * @param flags what the command line says; a setting without texts counts as not given
   * @param config the file, if the command line names one; else {@code TWINE_CONFIG} may
   * @throws TwineException of code BAD_VALUE naming key, value and what is allowed
   */
  public NodeSettings load(Map<Setting, List<String>> flags, Optional<Path> config) {
    var values = new Values();
    config
        .or(() -> Optional.ofNullable(environment.get("TWINE_CONFIG")).map(Path::of))
        .ifPresent(file -> putFile(values, file));
    putEnvironment(values);
    flags.forEach((setting, texts) -> {
      if (!texts.isEmpty()) {
        values.put(setting.key(), texts, "the command line");
      }
    });
    return settings(values);
  }

  private void putFile(Values values, Path file) {
    Map<String, List<String>> given = ConfigFile.read(file);
    knowP2p(given.keySet(), P2pLimits.PREFIX);
    given.forEach((key, texts) -> {
      boolean known = Setting.ofKey(key).isPresent() || records.containsKey(key);
      if (!known && !key.startsWith(TagSettings.PREFIX)) {
        throw unknown(key, texts, file);
      }
      if (!texts.isEmpty()) {
        values.put(key, texts, file.toString());
      }
    });
  }

  /** Only if somebody asks for it: a node of mode ws loads nothing of libp2p. */
  private void knowP2p(Set<String> given, String prefix) {
    if (given.stream().anyMatch(name -> name.startsWith(prefix))) {
      P2pLimits.keys().forEach(key -> records.put(key, ""));
    }
  }

  private TwineException unknown(String key, List<String> texts, Path file) {
    var keys = new TreeMap<>(records);
    Arrays.stream(Setting.values()).forEach(setting -> keys.put(setting.key(), ""));
    return new TwineException(
        Code.BAD_VALUE,
        "unknown key in " + file,
        key + " = " + String.join(", ", texts),
        Nearest.hint(key, keys.keySet()) + "known are " + String.join(", ", keys.keySet()));
  }

  private void putEnvironment(Values values) {
    knowP2p(environment.keySet(), Setting.variable(P2pLimits.PREFIX));
    var keys = new TreeMap<String, String>();
    records.keySet().forEach(key -> keys.put(Setting.variable(key), key));
    Arrays.stream(Setting.values()).forEach(setting -> keys.put(setting.variable(), setting.key()));
    environment.forEach((name, text) -> {
      String key = keys.get(name);
      if (key != null && !text.isEmpty()) {
        Optional<Setting> setting = Setting.ofKey(key);
        values.put(key, setting.map(one -> one.split(text)).orElse(List.of(text)), name);
      } else if (key == null && name.startsWith("TWINE_") && !OTHER_VARIABLES.contains(name)) {
        warnings.accept("unknown environment variable: " + name + ": "
            + Nearest.hint(name, keys.keySet()) + "it is ignored");
      }
    });
  }

  private NodeSettings settings(Values values) {
    NodeSettings.Network network = network(values);
    ModeCheck.check(network.mode(), values);
    MeshConfig mesh = records(values, MESH, MeshConfig.defaults(), Map.of())
        .withStaticPeers(values.readAll(Setting.PEERS, Address.class));
    return new NodeSettings(
        network,
        new NodeSettings.Ws(
            values.read(Setting.WS_LISTEN, HostPort.class),
            values.read(Setting.WS_PUBLIC_ADDRESS, Address.class),
            tls(values),
            values.read(Setting.TLS_CA, Path.class)),
        new NodeSettings.P2p(values.readAll(Setting.P2P_LISTEN, Address.class), p2pLimits(values)),
        new NodeSettings.Admin(
            values.read(Setting.ADMIN, HostPort.class),
            values.read(Setting.ADMIN_TOKEN_FILE, Path.class),
            values.read(Setting.PORTS_FILE, Path.class)),
        values.read(Setting.DATA_DIR, Path.class),
        TagSettings.read(values.under(TagSettings.PREFIX)),
        mesh,
        new NodeSettings.Bounds(
            records(values, LIMITS, Limits.defaults(), limits),
            records(values, LANES, BroadcasterConfig.defaults(), lanes),
            records(values, SERVICES, ServiceLimits.defaults(), Map.of())),
        values.readOrDefault(Setting.LOG_LEVEL, String.class));
  }

  private static Optional<P2pLimits> p2pLimits(Values values) {
    boolean none =
        values.under(P2pLimits.HTTP).isEmpty() && values.under(P2pLimits.HOST).isEmpty();
    return none ? Optional.empty() : Optional.of(P2pLimits.read(values));
  }

  private static NodeSettings.Network network(Values values) {
    String id = values
        .read(Setting.NETWORK_ID, String.class)
        .orElseThrow(() -> new TwineException(
            Code.BAD_VALUE,
            "no network ID",
            Setting.NETWORK_ID.key(),
            "give --network-id ID, TWINE_NETWORK_ID or network.id in the configuration"));
    return new NodeSettings.Network(
        id,
        values.readOrDefault(Setting.MODE, Mode.class),
        values.readOrDefault(Setting.RELAY, Boolean.class),
        new Discovery(
            values.readOrDefault(Setting.EXCHANGE, Boolean.class),
            values.readAll(Setting.BOOTSTRAP, String.class),
            values.read(Setting.DATA_DIR, Path.class).map(DataDirectory::peers).orElse(null)));
  }

  private static Optional<NodeSettings.TlsFiles> tls(Values values) {
    Optional<Path> cert = values.read(Setting.TLS_CERT, Path.class);
    Optional<Path> key = values.read(Setting.TLS_KEY, Path.class);
    if (cert.isPresent() != key.isPresent()) {
      throw new TwineException(
          Code.BAD_VALUE,
          "half of a TLS identity",
          cert.or(() -> key).map(Path::toString).orElse(""),
          "give both --tls-cert and --tls-key");
    }
    if (cert.isPresent() && values.read(Setting.WS_LISTEN, HostPort.class).isEmpty()) {
      throw new TwineException(
          Code.BAD_VALUE,
          "a TLS identity without a listener",
          cert.get().toString(),
          "give --ws-listen HOST:PORT too, or neither file: to dial takes --tls-ca alone");
    }
    return cert.map(file -> new NodeSettings.TlsFiles(file, key.orElseThrow()));
  }

  /**
   * The record with what is given under the prefix.
   *
   * @param paths where the record has what a key means, if that is not its name
   */
  static <R extends Record> R records(
      Values values, String prefix, R defaults, Map<String, String> paths) {
    try {
      return RecordKeys.with(defaults, values.under(prefix), paths);
    } catch (TwineException | IllegalArgumentException refused) {
      return blame(values, prefix, defaults, paths);
    }
  }

  /** One at a time, so that what is refused is reported under its own key. */
  private static <R extends Record> R blame(
      Values values, String prefix, R defaults, Map<String, String> paths) {
    R record = defaults;
    for (Map.Entry<String, String> entry : values.under(prefix).entrySet()) {
      String key = prefix + entry.getKey();
      try {
        record = RecordKeys.with(record, Map.of(entry.getKey(), entry.getValue()), paths);
      } catch (TwineException e) {
        throw values.bad(key, entry.getValue(), e.remedy());
      } catch (IllegalArgumentException e) {
        throw values.bad(key, entry.getValue(), String.valueOf(e.getMessage()));
      }
    }
    return record;
  }
}
