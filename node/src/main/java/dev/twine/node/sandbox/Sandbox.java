package dev.twine.node.sandbox;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Loops;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.config.Mode;
import dev.twine.node.config.NodeFactory;
import dev.twine.p2p.P2pConfig;
import dev.twine.ws.WsConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A network in one process: real nodes over real loopback sockets, on shared event loops. */
public final class Sandbox implements AutoCloseable {
  private static final String NETWORK = "sandbox";
  private static final String HOST = "127.0.0.1";
  private static final String MULTIADDR = "/ip4/127.0.0.1/tcp/0";
  private static final Duration LINK = Duration.ofSeconds(10);
  /** A linked node may still be proving who it is; nothing is sent before all links stand. */
  private static final long POLL_MILLIS = 10;

  private final SandboxPlan plan;
  private final Loops loops;
  private final List<SandboxNode> nodes = new ArrayList<>();
  private final List<Thread> senders = new ArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  private Sandbox(SandboxPlan plan) {
    this.plan = plan;
    this.loops = Loops.start(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Starts the nodes, links them and lets them send.
   *
   * @param asked ends the wait for links and the sending that would follow
   * @throws TwineException if a node cannot listen or a link does not come about
   */
  public static Sandbox start(SandboxPlan plan, CompletableFuture<Void> asked)
      throws InterruptedException {
    var sandbox = new Sandbox(plan);
    try {
      sandbox.startNodes();
      sandbox.link(asked);
      if (!asked.isDone()) {
        sandbox.startSenders();
      }
      return sandbox;
    } catch (RuntimeException | InterruptedException e) {
      sandbox.close();
      throw e;
    }
  }

  /** The account so far. */
  public SandboxResult result() {
    int all = nodes.stream().mapToInt(SandboxNode::sent).sum();
    var results = new ArrayList<NodeResult>();
    for (int i = 0; i < nodes.size(); i++) {
      SandboxNode node = nodes.get(i);
      String name = "n" + (i + 1);
      results.add(node.result(name, plan.modes().get(i).label(), all - node.sent()));
    }
    return new SandboxResult(results);
  }

  /** How many sessions each node has, in their order in the ring. */
  public List<Integer> sessions() {
    return nodes.stream().map(node -> node.node().peers().list().size()).toList();
  }

  /** Stops sending and waits until all has arrived, at most that long. */
  public void finish(Duration deadline) throws InterruptedException {
    stop.set(true);
    for (Thread sender : senders) {
      sender.join(deadline.toMillis());
    }
    long end = System.nanoTime() + deadline.toNanos();
    int all = nodes.stream().mapToInt(SandboxNode::sent).sum();
    while (!delivered(all) && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void close() {
    stop.set(true);
    senders.forEach(Thread::interrupt);
    nodes.forEach(SandboxNode::close);
    loops.close();
  }

  private boolean delivered(int all) {
    return nodes.stream().allMatch(node -> node.received() >= all - node.sent());
  }

  private void startNodes() {
    for (int i = 0; i < plan.modes().size(); i++) {
      GossipConfig config = GossipConfig.of(NodeKey.generate(KeyType.ED25519), NETWORK)
          .withDiscovery(Discovery.none()) // Or all would be neighbours, and nothing relayed.
          .withAgent("twine-sandbox")
          .withLoops(loops);
      GossipNode node = NodeFactory.create(
          plan.modes().get(i),
          config,
          () -> WsConfig.listening(HOST, 0),
          () -> P2pConfig.listening(MULTIADDR));
      nodes.add(new SandboxNode(i, node));
      node.start();
    }
  }

  private void link(CompletableFuture<Void> asked) throws InterruptedException {
    List<Links.Link> links = Links.among(plan.modes());
    var dialled = new ArrayList<CompletableFuture<PeerInfo>>();
    for (Links.Link link : links) {
      dialled.add(nodes.get(link.from()).node().peers().connect(address(link), LINK));
    }
    for (CompletableFuture<PeerInfo> link : dialled) {
      await(link, asked);
    }
    long end = System.nanoTime() + LINK.toNanos();
    while (!linked(links.size()) && !asked.isDone()) {
      if (System.nanoTime() - end > 0) {
        throw unlinked(null);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private Address address(Links.Link link) {
    Mode from = plan.modes().get(link.from());
    return nodes.get(link.to()).node().addresses().stream()
        .filter(address -> from.has(address.transport()))
        .findFirst()
        .orElseThrow();
  }

  /** Both ends of every link have their session, and know whose it is. */
  private boolean linked(int links) {
    long known = nodes.stream()
        .flatMap(node -> node.node().peers().list().stream())
        .filter(peer -> peer.nodeId() != null)
        .count();
    return known == 2L * links;
  }

  private void startSenders() {
    long interval = plan.rate().intervalNanos() * nodes.size();
    for (SandboxNode node : nodes) {
      var sender = new Thread(() -> send(node, interval), "twine-sandbox-sender");
      sender.setDaemon(true);
      senders.add(sender);
      sender.start();
    }
  }

  private void send(SandboxNode node, long interval) {
    try {
      node.send(interval, plan.size(), stop);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CompletableFuture<PeerInfo> link, CompletableFuture<Void> asked)
      throws InterruptedException {
    try {
      CompletableFuture.anyOf(link, asked).get(LINK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TwineException known) {
        throw known;
      }
      throw unlinked(e.getCause());
    } catch (TimeoutException e) {
      throw unlinked(e);
    }
  }

  private static TwineException unlinked(@Nullable Throwable cause) {
    return new TwineException(
        Code.TIMEOUT, "a link did not come about", HOST, "run it on a less busy machine", cause);
  }
}
