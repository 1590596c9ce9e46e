package dev.twine.gossip;

import dev.twine.broadcaster.Broadcaster;
import dev.twine.broadcaster.OutboundMessage;
import dev.twine.broadcaster.WireForm;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/** What a node has of a mesh, on a transport that leads to the other nodes of the simulation. */
final class SimulatedNode implements Transport, SessionControl, WireForm {
  final int number;
  final Mesh mesh;
  final MeshFeeler feeler;

  /** Whether it turns away all that dial it. */
  boolean full;

  /** Each dial that was tried, in order. */
  final List<Integer> dials = new ArrayList<>();

  private final SimulatedNetwork network;
  private final Core core;
  private final PeerTable table;
  private final MeshUpkeep upkeep;
  private long sessions;

  SimulatedNode(SimulatedNetwork network, int number, MeshConfig config) {
    this.network = network;
    this.number = number;
    byte[] seed = ByteBuffer.allocate(32).putInt(number).array();
    core = Core.create(GossipConfig.of(NodeKey.ed25519FromSeed(seed), "test-v1")
        .withClock(network.clock)
        .withMesh(config));
    table = new PeerTable(id(), 1_000);
    mesh = new Mesh(core, table, new Transports(List.of(this)));
    feeler = new MeshFeeler(core, mesh);
    upkeep = new MeshUpkeep(core, mesh, feeler);
  }

  void start(List<SavedAddress> known, boolean feels) {
    mesh.restore(known);
    mesh.start();
    if (feels) {
      feeler.start();
    }
    upkeep.start();
  }

  /** Ends without a word, as its process does. */
  void kill() {
    mesh.close();
    feeler.close();
    upkeep.close();
    table.close().forEach(session -> session.close(CloseReason.of(CloseReason.Kind.SHUTDOWN)));
    core.executors().close(Duration.ZERO);
    core.broadcaster().close();
  }

  /** Loses its sessions with those nodes. */
  void lose(IntPredicate others) {
    for (Session session : table.list()) {
      if (others.test(number(session))) {
        session.close(CloseReason.of(CloseReason.Kind.IDLE));
      }
    }
  }

  /** As it stands in the file. */
  List<SavedAddress> written() {
    return mesh.saved().stream().map(one -> SavedAddress.parse(one.line())).toList();
  }

  /** The same node, but for what sends its messages. */
  Core coreWith(Broadcaster other) {
    return new Core(
        core.config(),
        core.local(),
        core.tags(),
        core.clock(),
        core.counters(),
        core.executors(),
        core.completions(),
        core.events(),
        core.taps(),
        core.duplicates(),
        other,
        core.inflow());
  }

  NodeId id() {
    return core.local().nodeId();
  }

  Address address() {
    return Address.parse("ws://" + id() + "@127.0.0.1:" + (number + 1));
  }

  List<NodeId> peers() {
    return table.list().stream()
        .map(one -> Objects.requireNonNull(one.nodeId()))
        .toList();
  }

  long dialled() {
    return table.list().stream()
        .filter(one -> one.terms.direction() == Direction.OUT)
        .count();
  }

  double counted(String name, String... labels) {
    return core.counters().of(name, labels).sum();
  }

  @Override
  public CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
    int there = address.port() - 1;
    dials.add(there);
    SimulatedNode other = network.find(there);
    if (other == null || network.isCut(number, there)) {
      return CompletableFuture.failedFuture(
          new TwineException(Code.UNREACHABLE, "nothing there", "" + address, "start a node"));
    }
    if (other.full) {
      return CompletableFuture.failedFuture(
          new TwineException(Code.REFUSED, "too many sessions", "" + address, "try later"));
    }
    Session in = other.open(this, Direction.IN);
    Session out;
    try {
      out = open(other, Direction.OUT);
    } catch (TwineException refused) {
      in.close(CloseReason.of(CloseReason.Kind.DUPLICATE_ID));
      throw refused;
    }
    in.closed().thenAccept(reason -> out.close(heard(reason)));
    out.closed().thenAccept(reason -> in.close(heard(reason)));
    other.mesh.opened(in);
    return CompletableFuture.completedFuture(out);
  }

  private static CloseReason heard(CloseReason other) {
    boolean said = other.kind() != CloseReason.Kind.IDLE;
    return said ? CloseReason.of(CloseReason.Kind.REMOTE_CLOSED) : other;
  }

  /** One end of a session, which the mesh knows nothing of. */
  Session open(SimulatedNode other, Direction direction) {
    var channel = new EmbeddedChannel();
    var session = new Session(
        ++sessions, channel, terms(other, direction), core, (one, reason) -> table.remove(one));
    session.writer(core.broadcaster().attach(channel, this, session.interest(), (x, y) -> {}));
    PeerTable.Claim claim = table.register(session, other.id());
    if (!(claim instanceof PeerTable.Claim.Granted granted)) {
      throw new TwineException(Code.DUPLICATE_ID, "there is one", "" + other.id(), "use it");
    }
    if (granted.displaced() != null) {
      granted.displaced().close(CloseReason.of(CloseReason.Kind.REPLACED));
    }
    session.proven.complete(other.id());
    return session;
  }

  private SessionTerms terms(SimulatedNode other, Direction direction) {
    return new SessionTerms(
        kind(),
        direction,
        "",
        other.address(),
        "",
        Set.of(),
        other.id(),
        other.id(),
        new byte[0],
        new byte[0],
        new byte[0],
        new byte[0],
        this,
        this,
        null,
        List.of(),
        null,
        new Permit(InetAddress.getLoopbackAddress(), () -> {}));
  }

  private static int number(Session session) {
    return Objects.requireNonNull(session.terms.dialBack()).port() - 1;
  }

  @Override
  public TransportKind kind() {
    return TransportKind.WS;
  }

  @Override
  public List<Address> listen(TransportContext context) {
    return List.of();
  }

  @Override
  public boolean canDial(Address address) {
    return true;
  }

  @Override
  public void close() {}

  @Override
  public void ping(Channel channel, long id) {}

  @Override
  public void close(Channel channel, CloseReason reason) {}

  @Override
  public int frameBytes(int bodyLength) {
    return bodyLength;
  }

  @Override
  public void frame(OutboundMessage message, ByteBuf out) {}
}
