package dev.twine.node.faults;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Loops;
import dev.twine.gossip.MeshConfig;
import dev.twine.http.PeerHttp;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Receipt;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TransportKind;
import dev.twine.node.config.Mode;
import dev.twine.node.config.NodeFactory;
import dev.twine.p2p.P2pConfig;
import dev.twine.ws.WsConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Three nodes that stay, one of each kind, and in each round three that come, talk and go. */
final class Churn implements AutoCloseable {
  private static final Tag TAG = Tag.of("ck");
  private static final int MESSAGES = 30;
  private static final int BODY = 16 << 10;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Loops loops = Loops.start(2);
  private final Random random;
  private final Member ws;
  private final Member p2p;
  private final Member hybrid;
  private final List<Member> here = new ArrayList<>();
  private long sent;
  private final Map<TransportKind, Integer> calls = new EnumMap<>(TransportKind.class);
  private int repeated;

  Churn(long seed) {
    random = new Random(seed);
    ws = join(Mode.WS, List.of());
    p2p = join(Mode.P2P, List.of());
    hybrid = join(Mode.HYBRID, List.of(ws.address(), p2p.address()));
  }

  /** Messages that some node handled more than once. */
  int repeated() {
    return repeated;
  }

  /** HTTP requests that were answered, by the transport of the session with the service. */
  Map<TransportKind, Integer> calls() {
    return calls;
  }

  /** Returns when all have met, every message and answer has come, and the visitors have gone. */
  void round() throws IOException {
    var visitors = List.of(
        join(Mode.WS, List.of((random.nextBoolean() ? ws : hybrid).address(TransportKind.WS))),
        join(Mode.P2P, List.of((random.nextBoolean() ? p2p : hybrid).address(TransportKind.P2P))),
        join(Mode.HYBRID, List.of(ws.address(), p2p.address())));
    await(this::strangers, this::areLinked);
    talk();
    call(visitors.get(0), ws, hybrid);
    call(visitors.get(1), p2p, hybrid);
    call(visitors.get(2), ws, p2p);
    visitors.forEach(this::leave);
    await("the visitors have gone", this::areAmongThemselves);
    reopen(random.nextBoolean() ? ws : p2p);
  }

  /** A link of those that stay; by hand, since the mesh leaves alone for longer who goes often. */
  private void reopen(Member other) {
    hybrid.node.peers().disconnect(PeerRef.of(other.node.nodeId()));
    CompletableFuture<PeerInfo> again = hybrid.node.peers().connect(other.address(), DEADLINE);
    // Fails if the other end, or the mesh, was faster.
    again.handle((peer, failure) -> peer).join();
  }

  private Member join(Mode mode, List<Address> peers) {
    GossipConfig gossip = GossipConfig.of(NodeKey.generate(KeyType.ED25519), "soak")
        .withTags(List.of(TagSpec.of(TAG.toString())))
        .withMesh(MeshConfig.defaults().withStaticPeers(peers).withSeed(random.nextLong()))
        .withLoops(loops);
    var member = new Member(
        NodeFactory.create(
            mode,
            gossip,
            () -> WsConfig.listening("127.0.0.1", 0),
            () -> P2pConfig.listening("/ip4/127.0.0.1/tcp/0")),
        peers);
    here.add(member);
    member.node.start();
    return member;
  }

  private void leave(Member member) {
    here.remove(member);
    repeated += member.repeated();
    member.node.close();
  }

  /** Whether each knows those that it was told of, and is known by them. */
  private boolean areLinked() {
    return here.stream()
        .allMatch(one -> here.stream()
            .filter(other -> one.told.stream().anyMatch(other::isAt))
            .allMatch(other -> one.knows(other) && other.knows(one)));
  }

  private boolean areAmongThemselves() {
    return here.stream()
        .flatMap(one -> one.node.peers().list().stream())
        .allMatch(peer -> here.stream().anyMatch(one -> one.node.nodeId().equals(peer.nodeId())));
  }

  /** All say something, and all hear what the others say. */
  private void talk() {
    here.forEach(Member::forget);
    for (int i = 0; i < MESSAGES; i++) {
      byte[] payload = new byte[Long.BYTES + random.nextInt(1024)];
      random.nextBytes(payload);
      ByteBuffer.wrap(payload).putLong(sent++);
      Receipt receipt = here.get(i % here.size()).node.broadcast(TAG, payload);
      if (!receipt.accepted()) {
        throw new AssertionError("refused: " + receipt.refusal());
      }
    }
    int expected = MESSAGES - MESSAGES / here.size();
    await(
        "all messages came: " + expected,
        () -> here.stream().allMatch(member -> member.got() == expected));
  }

  private void call(Member caller, Member... services) throws IOException {
    for (Member service : services) {
      TransportKind way = caller.wayTo(service);
      if (way != null) {
        call(caller, service);
        calls.merge(way, 1, Integer::sum);
      }
    }
  }

  private static void call(Member caller, Member service) throws IOException {
    OkHttpClient http = PeerHttp.client(caller.node, PeerRef.of(service.node.nodeId()));
    var request = new Request.Builder().url(PeerHttp.url("/body")).build();
    try (var response = http.newCall(request).execute()) {
      int length = response.body().bytes().length;
      if (response.code() != 200 || length != BODY) {
        throw new AssertionError(response + ": " + length + " bytes");
      }
    } finally {
      http.connectionPool().evictAll();
      http.dispatcher().executorService().shutdown();
    }
  }

  private String strangers() {
    return "all have met: " + here.stream().map(one -> one.node.peers().list()).toList();
  }

  private static void await(String what, BooleanSupplier condition) {
    await(() -> what, condition);
  }

  private static void await(Supplier<String> what, BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + DEADLINE + ": " + what.get());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Override
  public void close() {
    List.copyOf(here).forEach(this::leave);
    loops.close();
  }

  /** A node, whom it was told of, and what it heard. */
  private static final class Member {
    private final GossipNode node;
    private final List<Address> told;
    private final Set<Long> got = new HashSet<>();
    private int repeated;

    Member(GossipNode node, List<Address> told) {
      this.node = node;
      this.told = told;
      node.handle(TAG, message -> receive(ByteBuffer.wrap(message.payload()).getLong()));
      node.serve("/body", (request, response) -> response.send(new byte[BODY]));
    }

    private synchronized void receive(long number) {
      repeated += got.add(number) ? 0 : 1;
    }

    synchronized void forget() {
      got.clear();
    }

    synchronized int got() {
      return got.size();
    }

    synchronized int repeated() {
      return repeated;
    }

    Address address() {
      return node.addresses().get(0);
    }

    Address address(TransportKind transport) {
      return node.addresses().stream()
          .filter(one -> one.transport() == transport)
          .findFirst()
          .orElseThrow();
    }

    boolean isAt(Address address) {
      return node.addresses().contains(address);
    }

    boolean knows(Member other) {
      return session(other).isPresent();
    }

    /** A session that a WebSocket peer dialled does not say where its services are. */
    @Nullable
    TransportKind wayTo(Member service) {
      return session(service)
          .filter(peer ->
              peer.transport() == TransportKind.P2P || peer.direction() == PeerInfo.Direction.OUT)
          .map(PeerInfo::transport)
          .orElse(null);
    }

    private Optional<PeerInfo> session(Member other) {
      return node.peers().list().stream()
          .filter(peer -> other.node.nodeId().equals(peer.nodeId()))
          .findFirst();
    }
  }
}
