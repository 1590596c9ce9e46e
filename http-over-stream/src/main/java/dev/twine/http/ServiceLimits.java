package dev.twine.http;

import java.time.Duration;

/**
 * What a caller may ask of the HTTP services of a node. Checked when it is made.
 *
 * @param maxLineBytes longest request line; above it 414
 * @param maxHeaderBytes all headers of a request; above it 431
 * @param maxHeaders headers of a request; above it 431
 * @param headTime from the first byte of a request, or the opening of a connection, to the end of
 *     its headers; above it the connection is closed
 * @param maxBodyBytes largest request body; above it 413
 * @param bodySilence longest pause inside a request body; above it 408
 * @param minBodyRate bytes per second that a request body must reach after bodyGrace; below it 408
 * @param bodyGrace how long a request body may be slower
 * @param writeStall how long a response may wait without progress before the connection is cut
 * @param keepAlive how long a connection may be idle between two requests
 * @param concurrency exchanges that run services at once; above it 503
 * @param perPeer requests of one peer; above it 429
 * @param perService requests to one service, by all peers; above it 429
 */
public record ServiceLimits(
    int maxLineBytes,
    int maxHeaderBytes,
    int maxHeaders,
    Duration headTime,
    long maxBodyBytes,
    Duration bodySilence,
    int minBodyRate,
    Duration bodyGrace,
    Duration writeStall,
    Duration keepAlive,
    int concurrency,
    Rate perPeer,
    Rate perService) {
  /**
   * A token bucket.
   *
   * @param perSecond tokens that come back each second
   * @param burst tokens that it holds
   */
  public record Rate(int perSecond, int burst) {
    public Rate {
      require("rate per second", perSecond, 1, 1_000_000);
      require("burst", burst, 1, 1_000_000);
    }
  }

  public ServiceLimits {
    require("line bytes", maxLineBytes, 64, 64 << 10);
    require("header bytes", maxHeaderBytes, 256, 64 << 10);
    require("headers", maxHeaders, 4, 256);
    require("body bytes", maxBodyBytes, 0, 1L << 40);
    require("body rate", minBodyRate, 0, 1 << 20);
    require("concurrency", concurrency, 1, 1024);
    for (Duration time : new Duration[] {headTime, bodySilence, writeStall, keepAlive}) {
      require("milliseconds", time.toMillis(), 1, 3_600_000);
    }
    require("milliseconds of grace", bodyGrace.toMillis(), 0, 3_600_000);
  }

  /** What fits a public node: 6 MiB bodies, 10 requests/s of a peer, 32 at once. */
  public static ServiceLimits defaults() {
    return new ServiceLimits(
        4096,
        8192,
        64,
        Duration.ofSeconds(10),
        6 << 20,
        Duration.ofSeconds(30),
        1024,
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        32,
        new Rate(10, 20),
        new Rate(200, 200));
  }

  public ServiceLimits withRates(Rate perPeer, Rate perService) {
    return new ServiceLimits(
        maxLineBytes,
        maxHeaderBytes,
        maxHeaders,
        headTime,
        maxBodyBytes,
        bodySilence,
        minBodyRate,
        bodyGrace,
        writeStall,
        keepAlive,
        concurrency,
        perPeer,
        perService);
  }

  public ServiceLimits withConcurrency(int concurrency) {
    return new ServiceLimits(
        maxLineBytes,
        maxHeaderBytes,
        maxHeaders,
        headTime,
        maxBodyBytes,
        bodySilence,
        minBodyRate,
        bodyGrace,
        writeStall,
        keepAlive,
        concurrency,
        perPeer,
        perService);
  }

  public ServiceLimits withMaxBodyBytes(long maxBodyBytes) {
    return new ServiceLimits(
        maxLineBytes,
        maxHeaderBytes,
        maxHeaders,
        headTime,
        maxBodyBytes,
        bodySilence,
        minBodyRate,
        bodyGrace,
        writeStall,
        keepAlive,
        concurrency,
        perPeer,
        perService);
  }

  public ServiceLimits withTimes(Duration headTime, Duration bodySilence, Duration writeStall) {
    return new ServiceLimits(
        maxLineBytes,
        maxHeaderBytes,
        maxHeaders,
        headTime,
        maxBodyBytes,
        bodySilence,
        minBodyRate,
        bodyGrace,
        writeStall,
        keepAlive,
        concurrency,
        perPeer,
        perService);
  }

  private static void require(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
