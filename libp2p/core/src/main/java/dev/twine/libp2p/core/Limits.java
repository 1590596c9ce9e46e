package dev.twine.libp2p.core;

/**
 * All limits of a host. Immutable; start with {@link #defaults()}, and change one with {@code
 * limits.with(limits.connection().streams().withClosed(64))}.
 *
 * @param host what it takes on
 * @param dialling what it does to reach a peer
 * @param connection what each connection may take of it
 */
public record Limits(OfHost host, OfDialling dialling, OfConnection connection) {
  /** What a host takes on, in all and of one peer or network. */
  public record OfHost(
      HandshakeLimits handshakes,
      ConnectionLimits connections,
      DescriptorLimits descriptors,
      MemoryLimits memory) {}

  /** What a host does to reach a peer. */
  public record OfDialling(DialLimits dials, NameLimits names) {}

  /** What one connection may take: all that its multiplexer needs to know. */
  public record OfConnection(
      StreamLimits streams,
      RateLimits rates,
      WindowLimits windows,
      QueueLimits queues,
      KeepAlive keepAlive) {}

  public static Limits defaults() {
    return new Limits(
        new OfHost(
            HandshakeLimits.defaults(),
            ConnectionLimits.defaults(),
            DescriptorLimits.defaults(),
            MemoryLimits.defaults()),
        new OfDialling(DialLimits.defaults(), NameLimits.defaults()),
        new OfConnection(
            StreamLimits.defaults(),
            RateLimits.defaults(),
            WindowLimits.defaults(),
            QueueLimits.defaults(),
            KeepAlive.defaults()));
  }

  public Limits with(HandshakeLimits value) {
    return with(new OfHost(value, host.connections, host.descriptors, host.memory));
  }

  public Limits with(ConnectionLimits value) {
    return with(new OfHost(host.handshakes, value, host.descriptors, host.memory));
  }

  public Limits with(DescriptorLimits value) {
    return with(new OfHost(host.handshakes, host.connections, value, host.memory));
  }

  public Limits with(MemoryLimits value) {
    return with(new OfHost(host.handshakes, host.connections, host.descriptors, value));
  }

  public Limits with(DialLimits value) {
    return new Limits(host, new OfDialling(value, dialling.names), connection);
  }

  public Limits with(NameLimits value) {
    return new Limits(host, new OfDialling(dialling.dials, value), connection);
  }

  public Limits with(StreamLimits value) {
    OfConnection was = connection;
    return with(new OfConnection(value, was.rates, was.windows, was.queues, was.keepAlive));
  }

  public Limits with(RateLimits value) {
    OfConnection was = connection;
    return with(new OfConnection(was.streams, value, was.windows, was.queues, was.keepAlive));
  }

  public Limits with(WindowLimits value) {
    OfConnection was = connection;
    return with(new OfConnection(was.streams, was.rates, value, was.queues, was.keepAlive));
  }

  public Limits with(QueueLimits value) {
    OfConnection was = connection;
    return with(new OfConnection(was.streams, was.rates, was.windows, value, was.keepAlive));
  }

  public Limits with(KeepAlive value) {
    OfConnection was = connection;
    return with(new OfConnection(was.streams, was.rates, was.windows, was.queues, value));
  }

  private Limits with(OfHost value) {
    return new Limits(value, dialling, connection);
  }

  private Limits with(OfConnection value) {
    return new Limits(host, dialling, value);
  }
}
