package dev.twine.gossip;

import dev.twine.http.ServiceContext;
import dev.twine.http.ServiceExecutor;
import dev.twine.http.ServiceRouter;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.Backlog;
import dev.twine.network.GossipNode;
import dev.twine.network.HttpService;
import dev.twine.network.Lane;
import dev.twine.network.MessageHandler;
import dev.twine.network.MessageValidator;
import dev.twine.network.Metric;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerRef;
import dev.twine.network.Peers;
import dev.twine.network.Receipt;
import dev.twine.network.Receipt.Refusal;
import dev.twine.network.Registration;
import dev.twine.network.RequestHandler;
import dev.twine.network.ServiceStream;
import dev.twine.network.Tag;
import dev.twine.network.Topics;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A gossip node over any transports: one set of lanes, one duplicate filter, one table of peers, one
 * set of limits, whatever the strands are.
 *
 * <p>Close it even if it was never started: it owns threads from the start.
 */
public final class GossipEngine implements GossipNode {
  private final Core core;
  private final ServiceContext services;
  private final PeerTable table;
  private final Sessions sessions;
  private final PeerView peers;
  private final EngineMetrics metrics;
  private final List<Transport> transports;
  private final Lifecycle lifecycle;

  private GossipEngine(GossipConfig config, List<Transport> transports) {
    Loops loops =
        config.shared().loops() == null ? Loops.start(0) : config.shared().loops();
    core = Core.create(config);
    var serviceThreads =
        new ServiceExecutor("twine-service", config.bounds().services().load().concurrency());
    services = new ServiceContext(
        new ServiceRouter(), serviceThreads, config.bounds().services(), core.clock()::nanoTime);
    table = new PeerTable(core.local().nodeId(), core.limits().sessions().unidentified());
    this.transports = transports;
    var mesh = new Mesh(core, table, new Transports(transports));
    sessions = new Sessions(core, table, mesh);
    var admission = new Admission(core.limits().sessions(), core.counters());
    var context = new EngineContext(core, sessions, admission, loops, services, serviceThreads);
    lifecycle = new Lifecycle(context, table, mesh, transports);
    peers = new PeerView(core, table, mesh, sessions.liveness(), lifecycle::isRunning);
    metrics = new EngineMetrics(core, table, admission, sessions.requests(), mesh);
  }

  /**
   * A new node.
   *
   * @param transports its strands; none of them is used by another node
   * @throws TwineException of code BAD_VALUE or ALREADY_REGISTERED for what the configuration says
   */
  public static GossipEngine create(GossipConfig config, List<Transport> transports) {
    return new GossipEngine(config, List.copyOf(transports));
  }

  @Override
  public NodeId nodeId() {
    return core.local().nodeId();
  }

  @Override
  public String networkId() {
    return core.local().networkId();
  }

  @Override
  public void start() {
    lifecycle.start();
  }

  @Override
  public List<Address> addresses() {
    return lifecycle.addresses();
  }

  @Override
  public Receipt broadcast(Tag tag, byte[] payload) {
    return lifecycle.isRunning()
        ? sessions.outbound().broadcast(tag, payload)
        : TicketReceipt.refused(Refusal.CLOSED);
  }

  @Override
  public Receipt relay(Tag tag, byte[] payload, PeerRef except) {
    return lifecycle.isRunning()
        ? sessions.outbound().relay(tag, payload, table.find(except))
        : TicketReceipt.refused(Refusal.CLOSED);
  }

  @Override
  public Receipt send(PeerRef peer, Tag tag, byte[] payload) {
    return lifecycle.isRunning()
        ? sessions.outbound().send(table.find(peer), tag, payload)
        : TicketReceipt.refused(Refusal.CLOSED);
  }

  @Override
  public boolean awaitBacklog(Lane lane, Backlog atMost, Duration deadline)
      throws InterruptedException {
    return sessions.outbound().awaitBacklog(lane, atMost, deadline) && lifecycle.isRunning();
  }

  @Override
  public CompletableFuture<Topics> request(
      PeerRef peer, Tag tag, Topics request, Duration deadline) {
    TagEntry entry = core.tags().request(tag);
    Session session = table.find(peer);
    return session == null
        ? CompletableFuture.failedFuture(absent(peer))
        : sessions.requests().ask(session, entry, request, deadline);
  }

  @Override
  public Registration handle(Tag tag, MessageHandler handler) {
    return core.tags().message(tag).handle(handler);
  }

  @Override
  public Registration validate(Tag tag, MessageValidator validator) {
    return core.tags().message(tag).validate(validator);
  }

  @Override
  public Registration answer(Tag tag, RequestHandler handler) {
    return core.tags().request(tag).answer(handler);
  }

  @Override
  public Registration tap(MessageHandler tap) {
    return core.taps().add(tap::handle);
  }

  @Override
  public Registration serve(String path, HttpService service) {
    return services.router().serve(path, service);
  }

  @Override
  public CompletableFuture<ServiceStream> openServiceStream(PeerRef peer, Duration deadline) {
    Session session = table.find(peer);
    if (session == null) {
      return CompletableFuture.failedFuture(absent(peer));
    }
    ServiceRoute route = session.terms.serviceRoute();
    return route == null
        ? CompletableFuture.failedFuture(new TwineException(
            Code.NO_HTTP_ROUTE,
            "this peer has no address for HTTP services",
            peer.toString(),
            "it needs a listener, or a session that it can be reached through"))
        : route.open(deadline);
  }

  @Override
  public void progressed() {
    lifecycle.upkeep().progressed();
  }

  @Override
  public Peers peers() {
    return peers;
  }

  @Override
  public Registration observe(Consumer<? super NodeEvent> observer) {
    return core.events().add(observer::accept);
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> all = metrics.snapshot();
    all.addAll(services.counters().metrics());
    transports.forEach(transport -> all.addAll(transport.metrics()));
    return all;
  }

  @Override
  public void close() {
    lifecycle.close();
  }

  private TwineException absent(PeerRef peer) {
    return lifecycle.isRunning()
        ? PeerView.noSuchPeer(peer)
        : new TwineException(
            Code.CLOSED, "the node is not running", peer.toString(), "start it first");
  }
}
