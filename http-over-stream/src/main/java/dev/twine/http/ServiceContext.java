package dev.twine.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What all HTTP connections of a node share: services, threads, limits, counters and clock. Safe for
 * use by several threads.
 */
public final class ServiceContext {
  /** Name of the decoder that {@link #addCodec} adds, for a transport that removes it again. */
  public static final String DECODER = "http-decoder";

  /** Name of the encoder that {@link #addCodec} adds. */
  public static final String ENCODER = "http-encoder";

  private final ServiceRouter router;
  private final ServiceExecutor executor;
  private final ServiceLimits limits;
  private final LongSupplier nanoClock;
  private final HttpCounters counters = new HttpCounters();
  private final RateLimits rates;
  private final AtomicLong lastLog;

  /**
   * Takes the parts; closes none of them.
   *
   * @param nanoClock monotonic, in nanoseconds
   */
  public ServiceContext(
      ServiceRouter router,
      ServiceExecutor executor,
      ServiceLimits limits,
      LongSupplier nanoClock) {
    this.router = router;
    this.executor = executor;
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.rates = new RateLimits(limits.load().perPeer(), limits.load().perService(), nanoClock);
    this.lastLog = new AtomicLong(nanoClock.getAsLong() - TimeUnit.SECONDS.toNanos(1));
  }

  /**
   * Adds the HTTP/1.1 codec with this node's limits and the strict reading that {@link
   * ServiceHandler} relies on. A transport that upgrades removes {@link #DECODER} and {@link
   * #ENCODER} when it does; bytes that arrived early are then passed on by the decoder.
   */
  public void addCodec(ChannelPipeline pipeline) {
    addCodec(pipeline, true);
  }

  /** As {@link #addCodec}, for a transport that has a deadline of its own for the first request. */
  public void addGuardedCodec(ChannelPipeline pipeline) {
    addCodec(pipeline, false);
  }

  private void addCodec(ChannelPipeline pipeline, boolean timesFirst) {
    pipeline.addLast(DECODER, new RequestDecoder(limits, counters, timesFirst));
    pipeline.addLast(ENCODER, new HttpResponseEncoder());
  }

  public ServiceRouter router() {
    return router;
  }

  public ServiceLimits limits() {
    return limits;
  }

  public HttpCounters counters() {
    return counters;
  }

  ServiceExecutor executor() {
    return executor;
  }

  RateLimits rates() {
    return rates;
  }

  /** How often a connection looks at its limits on time. */
  long tickNanos() {
    long shortest = Math.min(
        limits.body().silence().toNanos(), limits.connection().writeStall().toNanos());
    return Math.max(
        TimeUnit.MILLISECONDS.toNanos(10), Math.min(TimeUnit.SECONDS.toNanos(1), shortest / 4));
  }

  /** Once a second: what callers can cause must not fill the log. */
  boolean mayLog() {
    long now = nanoTime();
    long last = lastLog.get();
    return now - last >= TimeUnit.SECONDS.toNanos(1) && lastLog.compareAndSet(last, now);
  }

  long nanoTime() {
    return nanoClock.getAsLong();
  }
}
