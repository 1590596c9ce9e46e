package dev.twine.libp2p.core;

import java.util.List;

/** A protocol that a host answers on streams that its peers open. */
public interface StreamProtocol {
  /** The names in multistream-select, the preferred one first; at least one. */
  List<String> ids();

  /** How many streams a peer may have open with this protocol on one connection. */
  default int maxInboundPerConnection() {
    return StreamLimits.DEFAULT_INBOUND_PER_PROTOCOL;
  }

  /**
   * A new stream for this protocol, on its event loop: add handlers to its pipeline. No byte of the
   * protocol has been delivered yet. An exception resets the stream.
   *
   * @param negotiatedId the one of {@link #ids()} that the peer asked for
   */
  void accept(StreamChannel stream, String negotiatedId, Connection connection);
}
