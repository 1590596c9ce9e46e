package dev.twine.p2p;

import dev.twine.gossip.ServiceRoute;
import dev.twine.http.ResetOnClose;
import dev.twine.http.ServiceContext;
import dev.twine.http.ServiceHandler;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.identify.IdentifyInfo;
import dev.twine.network.ServiceRequest.Caller;
import dev.twine.network.TransportKind;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * HTTP on streams: services on those that peers open, whether there is gossip with them or not, and
 * the way to theirs on those that this side opens. A node has it anyway; a libp2p host without gossip
 * can be given one: {@code Host.builder().protocol(services)}.
 *
 * <p>Safe for use by several threads.
 */
public final class ServiceStreams implements StreamProtocol, AutoCloseable {
  /** Its name in multistream-select. */
  public static final String ID = "/http/1.1";

  /** A quarter of the usual weight, which gossip has: a download takes what votes leave. */
  static final int WEIGHT = 4;

  private static final String REFUSED = "http-streams";

  private final ServiceContext services;
  private final HttpLimits limits;
  private final BiConsumer<String, String> refused;
  private final AtomicInteger inbound = new AtomicInteger();

  /** Of both directions; a stream leaves it when it closes. */
  private final ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  /**
   * Opens nothing yet.
   *
   * @param refused told of the address and the reason when a stream is turned away
   */
  public ServiceStreams(
      ServiceContext services, HttpLimits limits, BiConsumer<String, String> refused) {
    this.services = services;
    this.limits = limits;
    this.refused = refused;
  }

  /**
   * The way to the services of a peer.
   *
   * @param identified what the peer has said about itself by now
   */
  public ServiceRoute route(Connection connection, Supplier<Optional<IdentifyInfo>> identified) {
    return new StreamRoute(this, connection, identified);
  }

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public int maxInboundPerConnection() {
    return limits.perConnection();
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    String remote = connection.remoteAddress().toString();
    if (inbound.incrementAndGet() > limits.total()) {
      inbound.decrementAndGet();
      refused.accept(remote, REFUSED);
      stream.reset();
      return;
    }
    stream.closeFuture().addListener(closed -> inbound.decrementAndGet());
    begin(stream);
    var caller = new Caller(Optional.of(connection.peer()), TransportKind.P2P, remote);
    services.addCodec(stream.pipeline());
    stream.pipeline().addLast(new ServiceHandler(services, caller));
  }

  /** What streams of both directions have in common: on the loop, before anything is read. */
  void begin(StreamChannel stream) {
    streams.add(stream);
    stream.weight(WEIGHT);
    stream.pipeline().addLast(new ResetOnClose(stream::reset));
  }

  /** Gives up what is open, of this node's calls and of its peers'; later streams too. */
  @Override
  public void close() {
    streams.close();
  }
}
