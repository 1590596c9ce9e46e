package dev.twine.node.cli;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.TransportKind;
import dev.twine.node.admin.AdminConfig;
import dev.twine.node.admin.AdminServer;
import dev.twine.node.admin.ManagedNode;
import dev.twine.node.config.AtomicFile;
import dev.twine.node.config.DataDirectory;
import dev.twine.node.config.Mode;
import dev.twine.node.config.NodeFactory;
import dev.twine.node.config.NodeSettings;
import dev.twine.node.config.SettingsLoader;
import dev.twine.node.logging.LogSetup;
import dev.twine.node.text.Escape;
import dev.twine.node.text.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code twine run}. */
@Command(
    name = "run",
    description = "Run a node in the foreground, until Ctrl-C.",
    footer = {
      "",
      "Every option can be set by TWINE_ and its name in upper case, or in the file of --config.",
      "",
      "Examples:",
      "  twine run --network-id demo --ws-listen 127.0.0.1:4160",
      "  twine run --network-id demo --peer 127.0.0.1:4160",
      "  twine run --network-id demo --mode p2p --p2p-listen /ip4/127.0.0.1/tcp/4190"
    })
final class RunCommand implements LastingCommand {
  /** Room for a whole reason: an address, what failed and what to do. */
  private static final int MAX_LINE_CHARS = 512;

  private final Console console;
  private final DialReports dials = new DialReports(System::nanoTime);

  @SuppressWarnings({"unused", "UnusedVariable"}) // picocli reads it.
  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Spec
  private CommandSpec spec; // With the flags that are settings.

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "TOML file. Default: TWINE_CONFIG")
  private @Nullable Path config;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    long started = System.nanoTime();
    var loader = new SettingsLoader(console.environment(), console::say);
    NodeSettings settings = loader.load(SettingFlags.given(spec), Optional.ofNullable(config));
    LogSetup.level(settings.logLevel());
    AdminConfig admin =
        AdminConfig.of(settings.admin().listen(), settings.admin().tokenFile());
    try (DataDirectory data = settings.dataDir().map(DataDirectory::open).orElse(null)) {
      NodeKey key = data == null ? NodeKey.generate(KeyType.ED25519) : data.key();
      run(settings, admin, key, started);
    }
    console.say("Node is stopped");
    return Exit.OK;
  }

  private void run(NodeSettings settings, AdminConfig admin, NodeKey key, long started)
      throws InterruptedException {
    try (GossipNode node = NodeFactory.create(settings, key, Version.agent())) {
      node.observe(this::report);
      node.start();
      var managed = new ManagedNode(
          node,
          key,
          settings.network().mode().label(),
          Version.number(),
          !settings.mesh().staticPeers().isEmpty()
              || !settings.network().discovery().names().isEmpty(),
          true,
          started);
      try (AdminServer server = AdminServer.start(managed, admin)) {
        console.termination().inPlace();
        announce(settings, managed, server);
        console.termination().await();
      }
    }
  }

  private void announce(NodeSettings settings, ManagedNode managed, AdminServer server) {
    String address = server.address().toString();
    settings
        .admin()
        .portsFile()
        .ifPresent(file -> AtomicFile.write(file, Json.line(managed.addresses(address))));
    console.say("node     " + managed.node().nodeId());
    console.say("network  " + managed.node().networkId() + " (" + managed.mode() + ")");
    announceTransports(settings.network().mode(), managed);
    console.say("admin    " + address);
    console.say("version  " + Version.number());
    console.say("Node is ready");
  }

  /** Of a hybrid node that listens on one side only, whom it misses by that. */
  private void announceTransports(Mode mode, ManagedNode managed) {
    String ws = managed.ws();
    List<Address> p2p = managed.p2p();
    if (mode.has(TransportKind.WS)) {
      String hint = p2p.isEmpty() ? "" : ": give --ws-listen to be dialled by nodes of mode ws";
      console.say("ws       " + (ws == null ? "client only" + hint : ws));
    }
    if (mode.has(TransportKind.P2P)) {
      String hint = ws == null ? "" : ": give --p2p-listen to be dialled by nodes of mode p2p";
      p2p.forEach(address -> console.say("p2p      " + address));
      if (p2p.isEmpty()) {
        console.say("p2p      client only" + hint);
      }
    }
  }

  /** Tells the operator what may need attention; sessions come and go without a word. */
  private void report(NodeEvent event) {
    String line = line(event);
    if (line != null) {
      console.say(Escape.log(line, MAX_LINE_CHARS));
    }
  }

  private @Nullable String line(NodeEvent event) {
    if (event instanceof NodeEvent.DialFailed failed) {
      if (!dials.failed(failed.address().toString())) {
        return null;
      }
      return "cannot reach " + failed.address() + ": " + failed.reason() + ", next try in "
          + Math.round(failed.retryInMillis() / 1_000.0) + " s";
    }
    if (event instanceof NodeEvent.SessionOpened opened) {
      dials.connected(opened.peer().address());
      return "connected " + opened.peer().session() + " " + opened.peer().address();
    }
    if (event instanceof NodeEvent.SessionClosed closed) {
      return "closed " + closed.peer().session() + " " + closed.peer().address() + ": "
          + closed.reason();
    }
    if (event instanceof NodeEvent.Warning warning) {
      return "warning: " + warning.text();
    }
    return null;
  }
}
