package dev.twine.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.broadcaster.QueueLimit;
import dev.twine.gossip.Discovery;
import dev.twine.gossip.Limits;
import dev.twine.http.ServiceLimits;
import dev.twine.http.ServiceLimits.Rate;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.Lane;
import dev.twine.network.TagSpec;
import dev.twine.network.TwineException;
import dev.twine.p2p.HttpLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
  private static final Map<Setting, List<String>> NETWORK =
      Map.of(Setting.NETWORK_ID, List.of("from-flag"));

  @TempDir
  private Path directory;

  private final List<String> warnings = new ArrayList<>();

  @Test
  void aFlagBeatsTheEnvironmentWhichBeatsTheFileWhichBeatsTheDefault() throws IOException {
    String file = "[network]\nid = 'from-file'\n[ws]\nlisten = '127.0.0.1:1'\n[gossip]\nfanout = 7";
    var environment =
        Map.of("TWINE_NETWORK_ID", "from-environment", "TWINE_WS_LISTEN", "127.0.0.1:2");

    NodeSettings settings = load(environment, NETWORK, file);

    assertThat(settings.network().id()).isEqualTo("from-flag");
    assertThat(settings.ws().listen()).contains(new HostPort("127.0.0.1", 2));
    assertThat(settings.mesh().fanout()).isEqualTo(7);
    assertThat(settings.network().mode()).isEqualTo(Mode.HYBRID);
  }

  /** What only one transport reads would do nothing on the other, and nobody would notice. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WS  | p2p.listen = ['/ip4/1.2.3.4/tcp/1'] | /ip4/1.2.3.4/tcp/1 | mode ws does not use it",
        "WS  | p2p.http.total = 3                  | 3                  | mode ws does not use it",
        "P2P | ws.listen = '1.2.3.4:1'             | 1.2.3.4:1          | mode p2p does not use it",
        "P2P | ws.tls_ca = 'ca.pem'                | ca.pem             | mode p2p does not use it",
        "P2P | network.peers = ['1.2.3.4:1']       | ws://1.2.3.4:1     | give a multiaddr",
        "WS  | network.peers = ['/dns/x/tcp/1/p2p/ID'] | /dns/x/tcp/1   | give HOST:PORT",
      })
  void whatAModeHasNoTransportForIsRefused(Mode mode, String line, String value, String remedy)
      throws IOException {
    String id = NodeKey.generate(KeyType.ED25519).nodeId().toString();
    String toml = line.replace("ID", id);
    Map<Setting, List<String>> flags =
        Map.of(Setting.NETWORK_ID, List.of("x"), Setting.MODE, List.of(mode.label()));

    assertThatThrownBy(() -> load(Map.of(), flags, toml))
        .hasMessageContaining(value)
        .hasMessageContaining(remedy)
        .hasMessageContaining("hybrid");
    load(Map.of(), NETWORK, toml);
  }

  @Test
  void listenersOfLibp2pComeFromTheEnvironmentAsAList() throws IOException {
    String two = "/ip4/127.0.0.1/tcp/0,/ip6/::1/tcp/0";

    NodeSettings settings = load(Map.of("TWINE_P2P_LISTEN", two), NETWORK, "");

    assertThat(settings.p2p().listen())
        .extracting(Address::toString)
        .containsExactly(two.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network.idd = 'x'          | unknown key    | did you mean network.id?",
        "limits.sessions.totl = 5   | unknown key    | did you mean limits.sessions.total?",
        "network.mode = 'wss'       | wss            | did you mean ws?",
        "network.relay = 'maybe'    | maybe          | give true or false",
        "ws.listen = 'nowhere'      | nowhere        | give HOST:PORT",
        "ws.listen = '1.2.3.4:70000'| 1.2.3.4:70000  | give HOST:PORT",
        "limits.sessions.total = 0  | 0              | give 1 to",
        "limits.liveness.idle = 'x' | x              | give 1ms to 24h",
        "http.load.concurrency = 0  | 0              | must be 1 to 1024",
        "http.body.byte = 1         | unknown key    | did you mean http.body.bytes?",
        "p2p.http.total = 0         | 0              | choose 1 to",
        "p2p.http.totl = 1          | unknown key    | did you mean p2p.http.total?",
        "p2p.limits.connection.rates.pings_burst = 0 | 0 | 1 to",
        "p2p.limits.dialling.dials.backoff.first = '1s' | unknown key | known are",
        "tags.XX.lane = 'fast'      | fast           | give priority, bulk",
        "tags.XX.lanes = 'bulk'     | tags.XX.lanes  | did you mean lane?",
        "tags.XXX.lane = 'bulk'     | XXX            | two printable",
        "p2p.listen = '1.2.3.4:1'   | 1.2.3.4:1      | give a multiaddr",
        "p2p.listen = ['/ip4/1.2.3.4/tcp/1', '/tcp/1'] | /tcp/1 | multiaddr",
        "ws.tls_cert = 'cert.pem'   | cert.pem       | give both",
        "ws = { tls_cert = 'c.pem', tls_key = 'k.pem' } | c.pem | give --ws-listen",
        "network.peers = ['x y']    | x y            | give HOST:PORT",
        "network.bootstrap = ['net.test'] | net.test | give _NAME._tcp.DOMAIN",
        "network.exchange = 'maybe' | maybe          | give true or false",
      })
  void aBadValueIsNamedWithWhatIsAllowed(String line, String value, String remedy) {
    assertThatThrownBy(() -> load(Map.of(), NETWORK, line))
        .isInstanceOfSatisfying(TwineException.class, e -> {
          assertThat(e.code()).isEqualTo(TwineException.Code.BAD_VALUE);
          assertThat(e.getMessage()).contains(value).contains(remedy);
        });
  }

  @Test
  void discoveryIsOnByDefaultAndItsFileIsInTheDataDirectory() throws IOException {
    Discovery all = load(Map.of(), NETWORK, "").network().discovery();
    assertThat(all).isEqualTo(Discovery.defaults());

    String file = "[network]\nexchange = false\nbootstrap = ['_a._tcp.b.test']\n"
        + "[identity]\ndata_dir = 'dir'";
    assertThat(load(Map.of(), NETWORK, file).network().discovery())
        .isEqualTo(new Discovery(false, List.of("_a._tcp.b.test"), Path.of("dir", "peers")));
  }

  @Test
  void aFileThatIsNotTomlIsReportedWithItsLine() {
    assertThatThrownBy(() -> load(Map.of(), NETWORK, "[network]\nid = \n"))
        .hasMessageContaining("twine.toml")
        .hasMessageContaining("line 2");
  }

  @Test
  void aMissingNetworkIsToldHowToGiveOne() {
    assertThatThrownBy(() -> load(Map.of(), Map.of(), ""))
        .hasMessageContaining("network.id")
        .hasMessageContaining("--network-id");
  }

  @Test
  void userTagsComeFromTheirTable() throws IOException {
    NodeSettings settings = load(
        Map.of(),
        NETWORK,
        "[tags.XY]\nlane = 'priority'\nmax_bytes = '2KiB'\nduplicates = 'kept'\n[tags.ZZ]\n"
            + "kind = 'direct'");

    assertThat(settings.tags())
        .containsExactly(
            TagSpec.of("XY")
                .withLane(Lane.PRIORITY)
                .withMaxBytes(2048)
                .withDuplicates(TagSpec.Duplicates.KEPT),
            TagSpec.of("ZZ").withKind(TagSpec.Kind.DIRECT));
  }

  @Test
  void limitsAreSetByNameFromFileAndEnvironment() throws IOException {
    NodeSettings settings = load(
        Map.of("TWINE_LIMITS_SESSIONS_PER_ADDRESS", "9"),
        NETWORK,
        "[limits.sessions]\ntotal = 12\nhandshake = '3s'\n[limits.inbound]\nbytes = '64MiB'");

    assertThat(settings.bounds().limits().sessions().total()).isEqualTo(12);
    assertThat(settings.bounds().limits().sessions().perAddress()).isEqualTo(9);
    assertThat(settings.bounds().limits().sessions().handshake()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.bounds().limits().inbound().total().bytes()).isEqualTo(64L << 20);
  }

  @Test
  void theKeysOfLimitsAreThoseThatFilesHave() throws IOException {
    NodeSettings settings = load(Map.of("TWINE_LIMITS_INBOUND_THREADS", "3"), NETWORK, """
        [limits.inbound]
        messages_per_peer = 1
        bytes_per_peer = '7MiB'
        bytes_per_second = 2000
        burst_bytes = '8MiB'
        messages_per_second = 4
        burst_messages = 5
        messages = 6
        bytes = '9MiB'
        validation = '2s'
        duplicate_ids = 1001
        duplicate_ttl = '4s'
        """);

    assertThat(settings.bounds().limits().inbound())
        .isEqualTo(new Limits.Inbound(
            new Limits.Inbound.PerPeer(1, 7 << 20),
            new Limits.Inbound.Rate(2_000, 8 << 20, 4, 5),
            new Limits.Inbound.Total(6, 9 << 20),
            new Limits.Inbound.Handling(Duration.ofSeconds(2), 3),
            new Limits.Inbound.Duplicates(1_001, Duration.ofSeconds(4))));
    assertThat(RecordKeys.limits()).hasSize(36);
  }

  @Test
  void whatServicesAndLibp2pMayTakeIsSetByNameToo() throws IOException {
    NodeSettings settings = load(Map.of("TWINE_P2P_HTTP_TOTAL", "9"), NETWORK, """
        [http]
        load = { concurrency = 3, per_peer = { per_second = 4, burst = 5 } }
        body.bytes = '1MiB'
        [p2p]
        http.per_connection = 6
        limits.connection.streams.inbound = 7
        limits.host.connections.water.grace = '8s'
        """);

    ServiceLimits services = settings.bounds().services();
    assertThat(services)
        .isEqualTo(ServiceLimits.defaults()
            .withConcurrency(3)
            .withRates(new Rate(4, 5), services.load().perService())
            .withMaxBodyBytes(1 << 20));
    P2pLimits p2p = settings.p2p().limits().orElseThrow();
    assertThat(p2p.http()).isEqualTo(new HttpLimits(9, 6));
    assertThat(p2p.host().connection().streams().inbound()).isEqualTo(7);
    assertThat(p2p.host().host().connections().water().grace()).isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void withoutAWordAboutThemTheLimitsOfLibp2pAreNotEvenLoaded() throws IOException {
    assertThat(load(Map.of(), NETWORK, "").p2p().limits()).isEmpty();
  }

  @Test
  void theKeysOfLanesAreThoseThatFilesHave() throws IOException {
    NodeSettings settings = load(Map.of("TWINE_LANES_PEER_BULK_MESSAGES", "9"), NETWORK, """
        [lanes]
        largest_message = '1MiB'
        priority_lane = { messages = 1, bytes = '2MiB' }
        bulk_lane = { messages = 3, bytes = '4MiB' }
        direct_inbox = { messages = 5, bytes = 6 }
        peer_priority = { messages = 7, bytes = 8 }
        peer_bulk = { bytes = 10 }
        batch_bytes = 11
        write_low_mark = 12
        write_high_mark = 13
        bulk_weight = 14
        max_bulk_age = '15s'
        behind_after = '16ms'
        stall_timeout = '17s'
        sweep_interval = '18ms'
        """);

    assertThat(settings.bounds().lanes())
        .isEqualTo(new BroadcasterConfig(
            new BroadcasterConfig.Lanes(
                1 << 20,
                new QueueLimit(1, 2 << 20),
                new QueueLimit(3, 4 << 20),
                new QueueLimit(5, 6),
                14,
                Duration.ofSeconds(15)),
            new BroadcasterConfig.Writes(11, 12, 13),
            new BroadcasterConfig.Lag(
                new QueueLimit(7, 8),
                new QueueLimit(9, 10),
                Duration.ofMillis(16),
                Duration.ofSeconds(17),
                Duration.ofMillis(18))));
    assertThat(RecordKeys.lanes()).hasSize(19);
  }

  @Test
  void anUnknownVariableIsOnlyWarnedOf() throws IOException {
    load(Map.of("TWINE_NETWORK_IDD", "x", "TWINE_JAVA_OPTS", "-Xmx1g"), NETWORK, "");

    assertThat(warnings).hasSize(1).first().asString().contains("did you mean TWINE_NETWORK_ID?");
  }

  private NodeSettings load(
      Map<String, String> environment, Map<Setting, List<String>> flags, String toml)
      throws IOException {
    Path file = Files.writeString(directory.resolve("twine.toml"), toml);
    return new SettingsLoader(environment, warnings::add).load(flags, Optional.of(file));
  }
}
