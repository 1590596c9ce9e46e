package dev.twine.libp2p.core;

/** All limits of a host. Immutable; start with {@link #defaults()}. */
public record Limits(
    HandshakeLimits handshakes,
    ConnectionLimits connections,
    DialLimits dials,
    NameLimits names,
    StreamLimits streams,
    RateLimits rates,
    WindowLimits windows,
    QueueLimits queues,
    MemoryLimits memory,
    DescriptorLimits descriptors,
    KeepAlive keepAlive) {
  public static Limits defaults() {
    return new Limits(
        HandshakeLimits.defaults(),
        ConnectionLimits.defaults(),
        DialLimits.defaults(),
        NameLimits.defaults(),
        StreamLimits.defaults(),
        RateLimits.defaults(),
        WindowLimits.defaults(),
        QueueLimits.defaults(),
        MemoryLimits.defaults(),
        DescriptorLimits.defaults(),
        KeepAlive.defaults());
  }

  public Limits with(HandshakeLimits value) {
    return new Limits(
        value,
        connections,
        dials,
        names,
        streams,
        rates,
        windows,
        queues,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(ConnectionLimits value) {
    return new Limits(
        handshakes,
        value,
        dials,
        names,
        streams,
        rates,
        windows,
        queues,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(DialLimits value) {
    return new Limits(
        handshakes,
        connections,
        value,
        names,
        streams,
        rates,
        windows,
        queues,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(NameLimits value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        value,
        streams,
        rates,
        windows,
        queues,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(StreamLimits value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        names,
        value,
        rates,
        windows,
        queues,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(RateLimits value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        names,
        streams,
        value,
        windows,
        queues,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(WindowLimits value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        names,
        streams,
        rates,
        value,
        queues,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(QueueLimits value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        names,
        streams,
        rates,
        windows,
        value,
        memory,
        descriptors,
        keepAlive);
  }

  public Limits with(MemoryLimits value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        names,
        streams,
        rates,
        windows,
        queues,
        value,
        descriptors,
        keepAlive);
  }

  public Limits with(DescriptorLimits value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        names,
        streams,
        rates,
        windows,
        queues,
        memory,
        value,
        keepAlive);
  }

  public Limits with(KeepAlive value) {
    return new Limits(
        handshakes,
        connections,
        dials,
        names,
        streams,
        rates,
        windows,
        queues,
        memory,
        descriptors,
        value);
  }
}
