package dev.twine.libp2p.core.upgrade;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.StreamAcceptor;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.multistream.MultistreamListener;
import dev.twine.libp2p.core.multistream.Negotiation;
import dev.twine.libp2p.core.multistream.NegotiationOutcome;
import io.netty.channel.ChannelHandlerContext;
import java.util.IdentityHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the peer name a protocol for each stream that it opens. Lives on the connection's loop. */
final class InboundStreams implements StreamAcceptor {
  /** Counts streams of a protocol of which the peer has enough open. */
  static final String PER_PROTOCOL = "streams.perProtocol";

  /** Counts streams whose peer found no common protocol. */
  static final String NO_PROTOCOL = "streams.noProtocol";

  private static final Logger LOG = LoggerFactory.getLogger(InboundStreams.class);

  private final MuxedConnection connection;
  private final StreamProtocols protocols;
  private final MuxerConfig config;

  /** Open streams by protocol; as large as the number of protocols in use. */
  private final IdentityHashMap<StreamProtocol, Integer> open = new IdentityHashMap<>();

  /** For the list of protocols that it was made with. */
  private Negotiation negotiation;

  private List<String> offered;

  InboundStreams(MuxedConnection connection, StreamProtocols protocols, MuxerConfig config) {
    this.connection = connection;
    this.protocols = protocols;
    this.config = config;
    this.offered = protocols.list();
    this.negotiation = negotiation(offered);
  }

  @Override
  public void accepted(StreamChannel stream) {
    connection.track(stream);
    List<String> now = protocols.list();
    if (now != offered) {
      offered = now;
      negotiation = negotiation(now);
    }
    stream.pipeline().addLast(new MultistreamListener(negotiation, new Outcome(stream)));
  }

  private Negotiation negotiation(List<String> ids) {
    return new Negotiation(
        ids,
        FailureReason.PROTOCOL_NOT_SUPPORTED,
        config.limits().streams().negotiation(),
        config.refusals());
  }

  private void start(StreamChannel stream, String id) {
    StreamProtocol protocol = protocols.find(id);
    if (protocol == null) {
      // Taken back since the stream came.
      throw Libp2pException.noCommonProtocol(
          FailureReason.PROTOCOL_NOT_SUPPORTED, protocols.list(), List.of(id));
    }
    int now = open.merge(protocol, 1, Integer::sum);
    stream.closeFuture().addListener(closed -> left(protocol));
    if (now > protocol.maxInboundPerConnection()) {
      config.refusals().count(PER_PROTOCOL);
      throw new Libp2pException(
          FailureReason.LIMIT,
          "too many streams of one protocol",
          id + " from " + connection.peer(),
          "at most " + protocol.maxInboundPerConnection() + " on one connection");
    }
    stream.attr(StreamChannel.PROTOCOL).set(id);
    protocol.accept(stream, id, connection);
  }

  private void left(StreamProtocol protocol) {
    open.computeIfPresent(protocol, (key, count) -> count == 1 ? null : count - 1);
  }

  /** An exception in here resets the stream. */
  private final class Outcome implements NegotiationOutcome {
    private final StreamChannel stream;

    Outcome(StreamChannel stream) {
      this.stream = stream;
    }

    @Override
    public void selected(ChannelHandlerContext ctx, String protocol) {
      start(stream, protocol);
    }

    @Override
    public void failed(ChannelHandlerContext ctx, Libp2pException reason) {
      if (reason.reason() == FailureReason.PROTOCOL_NOT_SUPPORTED) {
        config.refusals().count(NO_PROTOCOL);
      }
      LOG.debug("no stream from {}: {}", connection, reason.getMessage());
    }
  }
}
