package dev.twine.http;

import java.time.Duration;

/**
 * What a caller may ask of the HTTP services of a node. Checked when it is made.
 *
 * @param head of a request
 * @param body of a request
 * @param connection apart from its requests
 * @param load what callers take together and of each other
 */
public record ServiceLimits(Head head, Body body, Connection connection, Load load) {
  /**
   * The head of a request.
   *
   * @param lineBytes longest request line; above it 414
   * @param headerBytes all headers; above it 431
   * @param headers how many; above it 431
   * @param time from the first byte of a request, or the opening of a connection, to the end of its
   *     headers; above it the connection is closed
   */
  public record Head(int lineBytes, int headerBytes, int headers, Duration time) {
    public Head {
      require("line bytes", lineBytes, 64, 64 << 10);
      require("header bytes", headerBytes, 256, 64 << 10);
      require("headers", headers, 4, 256);
      require("milliseconds", time.toMillis(), 1, HOUR_MILLIS);
    }
  }

  /**
   * The body of a request.
   *
   * @param bytes largest body; above it 413
   * @param silence longest pause inside; above it 408
   * @param rate bytes per second that it must reach after the grace; below it 408
   * @param grace how long it may be slower
   */
  public record Body(long bytes, Duration silence, int rate, Duration grace) {
    public Body {
      require("body bytes", bytes, 0, 1L << 40);
      require("body rate", rate, 0, 1 << 20);
      require("milliseconds", silence.toMillis(), 1, HOUR_MILLIS);
      require("milliseconds of grace", grace.toMillis(), 0, HOUR_MILLIS);
    }
  }

  /**
   * A connection.
   *
   * @param writeStall how long a response may wait without progress before the connection is cut
   * @param keepAlive how long it may be idle between two requests
   */
  public record Connection(Duration writeStall, Duration keepAlive) {
    public Connection {
      require("milliseconds", writeStall.toMillis(), 1, HOUR_MILLIS);
      require("milliseconds", keepAlive.toMillis(), 1, HOUR_MILLIS);
    }
  }

  /**
   * All callers.
   *
   * @param concurrency exchanges that run services at once; above it 503
   * @param perPeer requests of one peer; above it 429
   * @param perService requests to one service, by all peers; above it 429
   */
  public record Load(int concurrency, Rate perPeer, Rate perService) {
    public Load {
      require("concurrency", concurrency, 1, 1024);
    }
  }

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

  private static final long HOUR_MILLIS = 3_600_000;

  /** What fits a public node: 6 MiB bodies, 10 requests/s of a peer, 32 at once. */
  public static ServiceLimits defaults() {
    return new ServiceLimits(
        new Head(4096, 8192, 64, Duration.ofSeconds(10)),
        new Body(6 << 20, Duration.ofSeconds(30), 1024, Duration.ofSeconds(5)),
        new Connection(Duration.ofSeconds(20), Duration.ofSeconds(60)),
        new Load(32, new Rate(10, 20), new Rate(200, 200)));
  }

  public ServiceLimits withHead(Head head) {
    return new ServiceLimits(head, body, connection, load);
  }

  public ServiceLimits withBody(Body body) {
    return new ServiceLimits(head, body, connection, load);
  }

  public ServiceLimits withConnection(Connection connection) {
    return new ServiceLimits(head, body, connection, load);
  }

  public ServiceLimits withLoad(Load load) {
    return new ServiceLimits(head, body, connection, load);
  }

  public ServiceLimits withRates(Rate perPeer, Rate perService) {
    return withLoad(new Load(load.concurrency, perPeer, perService));
  }

  public ServiceLimits withConcurrency(int concurrency) {
    return withLoad(new Load(concurrency, load.perPeer, load.perService));
  }

  public ServiceLimits withMaxBodyBytes(long bytes) {
    return withBody(new Body(bytes, body.silence, body.rate, body.grace));
  }

  public ServiceLimits withTimes(Duration headTime, Duration bodySilence, Duration writeStall) {
    return withHead(new Head(head.lineBytes, head.headerBytes, head.headers, headTime))
        .withBody(new Body(body.bytes, bodySilence, body.rate, body.grace))
        .withConnection(new Connection(writeStall, connection.keepAlive));
  }

  private static void require(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
