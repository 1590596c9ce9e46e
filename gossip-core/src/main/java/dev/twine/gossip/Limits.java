package dev.twine.gossip;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;

/**
 * How much of a node its peers may take. Each value is checked against its range when it is set, and
 * what it refuses is counted under {@code twine_refused_total} with the name of the limit.
 */
public record Limits(
    Sessions sessions,
    Inbound inbound,
    Requests requests,
    Liveness liveness,
    Observers observers,
    Discovery discovery) {
  /** 6 MiB, one largest message, must fit into the smallest allowance. */
  private static final long MIN_BYTES = 6L << 20;

  private static final long MAX_BYTES = 1L << 40;
  private static final int MANY = 1_000_000;

  /**
   * Sessions and handshakes.
   *
   * @param total sessions and handshakes together, in both directions
   * @param perAddress the same from one IP address
   * @param loopbackExempt whether loopback may have any number
   * @param unidentified sessions whose other end has not proven who it is
   * @param pendingHandshakes incoming connections whose handshake is not done
   * @param handshake the one deadline over a handshake, TLS and upgrade included
   */
  public record Sessions(
      int total,
      int perAddress,
      boolean loopbackExempt,
      int unidentified,
      int pendingHandshakes,
      Duration handshake) {
    public Sessions {
      check("sessions.total", total, 1, MANY);
      check("sessions.per-address", perAddress, 1, MANY);
      check("sessions.unidentified", unidentified, 0, MANY);
      check("sessions.pending-handshakes", pendingHandshakes, 1, MANY);
      check("sessions.handshake", handshake, 1, 300_000);
    }
  }

  /**
   * What peers send.
   *
   * @param perPeer what may be under way of one session; beyond that it is not read from
   * @param rate what one session may send
   * @param total what may be under way of all sessions
   * @param handling what happens to it
   * @param duplicates what is remembered of it
   */
  public record Inbound(
      PerPeer perPeer, Rate rate, Total total, Handling handling, Duplicates duplicates) {
    /**
     * Messages of one session that are being validated or handled, or wait for it.
     *
     * @param bytes of the same
     */
    public record PerPeer(int messages, long bytes) {
      public PerPeer {
        check("inbound.messages-per-peer", messages, 1, MANY);
        check("inbound.bytes-per-peer", bytes, MIN_BYTES, MAX_BYTES);
      }
    }

    /**
     * Averages of one session, beyond which it is not read from.
     *
     * @param burstBytes what it may send at once before the average of bytes counts
     * @param burstMessages what it may send at once before the average of messages counts
     */
    public record Rate(
        long bytesPerSecond, long burstBytes, int messagesPerSecond, int burstMessages) {
      public Rate {
        check("inbound.bytes-per-second", bytesPerSecond, 1_000, MAX_BYTES);
        check("inbound.burst-bytes", burstBytes, MIN_BYTES, MAX_BYTES);
        check("inbound.messages-per-second", messagesPerSecond, 1, 100 * MANY);
        check("inbound.burst-messages", burstMessages, 1, 100 * MANY);
      }
    }

    /**
     * Messages of all sessions that are being validated or handled, or wait for it.
     *
     * @param bytes of the same
     */
    public record Total(int messages, long bytes) {
      public Total {
        check("inbound.messages", messages, 1, MANY);
        check("inbound.bytes", bytes, MIN_BYTES, MAX_BYTES);
      }
    }

    /**
     * Validators and handlers.
     *
     * @param validation the deadline of a validator
     * @param threads handler threads per lane
     */
    public record Handling(Duration validation, int threads) {
      public Handling {
        check("inbound.validation", validation, 1, 300_000);
        check("inbound.threads", threads, 1, 1_024);
      }
    }

    /**
     * The duplicate filter.
     *
     * @param ids how many names of messages it holds
     * @param ttl how long it holds one
     */
    public record Duplicates(int ids, Duration ttl) {
      public Duplicates {
        check("inbound.duplicate-ids", ids, 1_000, 50_000_000);
        check("inbound.duplicate-ttl", ttl, 1_000, 3_600_000);
      }
    }

    /** What suits the processors of this machine. */
    static Inbound defaults() {
      int threads = Math.max(4, Math.min(16, Runtime.getRuntime().availableProcessors() * 2));
      return new Inbound(
          new PerPeer(1_024, 8L << 20),
          new Rate(64L << 20, 128L << 20, 250_000, 500_000),
          new Total(65_536, 256L << 20),
          new Handling(Duration.ofSeconds(10), threads),
          new Duplicates(DuplicateFilter.DEFAULT_CAPACITY, Duration.ofSeconds(120)));
    }

    public Inbound withPerPeer(PerPeer perPeer) {
      return new Inbound(perPeer, rate, total, handling, duplicates);
    }

    public Inbound withRate(Rate rate) {
      return new Inbound(perPeer, rate, total, handling, duplicates);
    }

    public Inbound withTotal(Total total) {
      return new Inbound(perPeer, rate, total, handling, duplicates);
    }

    public Inbound withHandling(Handling handling) {
      return new Inbound(perPeer, rate, total, handling, duplicates);
    }

    public Inbound withDuplicates(Duplicates duplicates) {
      return new Inbound(perPeer, rate, total, handling, duplicates);
    }
  }

  /**
   * Questions and answers.
   *
   * @param waiting requests, pings and dials of this node's user that are not done
   * @param askedPerPeer requests to one session that wait for an answer
   * @param answeredPerPeer requests of one session that are being answered
   * @param answer how long an answerer may take
   */
  public record Requests(int waiting, int askedPerPeer, int answeredPerPeer, Duration answer) {
    public Requests {
      check("requests.waiting", waiting, 1, MANY);
      check("requests.asked-per-peer", askedPerPeer, 1, MANY);
      check("requests.answered-per-peer", answeredPerPeer, 1, MANY);
      check("requests.answer", answer, 1, 300_000);
    }
  }

  /**
   * Signs of life.
   *
   * @param idle silence after which a ping is sent
   * @param degraded silence after which a session counts as degraded
   * @param dead silence after which it is closed
   * @param replace how long an established session has to answer a ping when another process shows up
   *     with the same node ID
   */
  public record Liveness(Duration idle, Duration degraded, Duration dead, Duration replace) {
    public Liveness {
      check("liveness.idle", idle, 10, 3_600_000);
      check("liveness.degraded", degraded, idle.toMillis(), 3_600_000);
      check("liveness.dead", dead, degraded.toMillis(), 3_600_000);
      check("liveness.replace", replace, 10, 60_000);
    }
  }

  /**
   * Those who watch.
   *
   * @param tapMessages messages that wait for one tap
   * @param tapBytes bytes that wait for one tap; an empty queue takes one message of any size
   * @param events events that wait for one observer
   */
  public record Observers(int tapMessages, long tapBytes, int events) {
    public Observers {
      check("observers.tap-messages", tapMessages, 1, MANY);
      check("observers.tap-bytes", tapBytes, 1, MAX_BYTES);
      check("observers.events", events, 1, MANY);
    }
  }

  /**
   * What a node knows of others. Static peers have room besides.
   *
   * @param addresses of all nodes together
   * @param perNode addresses of one node
   * @param perSource addresses that one bootstrap name, or the peers of one network together (an IPv4
   *     /16 or IPv6 /32), may tell of: a small part of all, so that nobody crowds out others
   * @param perNetwork addresses in one network, whoever tells of them
   * @param unreachedHours how long an address is kept that was never reached, since it was last told
   * @param reachedHours how long one is kept that was reached, since then
   * @param exchangeInterval pause between two questions for other peers in one session, of either end
   */
  public record Discovery(
      int addresses,
      int perNode,
      int perSource,
      int perNetwork,
      int unreachedHours,
      int reachedHours,
      Duration exchangeInterval) {
    public Discovery {
      check("discovery.addresses", addresses, 1, MANY);
      check("discovery.per-node", perNode, 1, MANY);
      check("discovery.per-source", perSource, 1, MANY);
      check("discovery.per-network", perNetwork, 1, MANY);
      check("discovery.unreached-hours", unreachedHours, 1, MANY);
      check("discovery.reached-hours", reachedHours, 1, MANY);
      check("discovery.exchange-interval", exchangeInterval, 100, 3_600_000);
    }
  }

  /** What suits a node on a machine that it shares with others. */
  public static Limits defaults() {
    return new Limits(
        new Sessions(1_100, 8, true, 256, 64, Duration.ofSeconds(10)),
        Inbound.defaults(),
        new Requests(65_536, 256, 64, Duration.ofSeconds(10)),
        new Liveness(
            Duration.ofSeconds(15),
            Duration.ofSeconds(20),
            Duration.ofSeconds(45),
            Duration.ofSeconds(5)),
        new Observers(4_096, 16L << 20, 4_096),
        new Discovery(4_096, 8, 512, 512, 24, 30 * 24, Duration.ofSeconds(10)));
  }

  public Limits withSessions(Sessions sessions) {
    return new Limits(sessions, inbound, requests, liveness, observers, discovery);
  }

  public Limits withInbound(Inbound inbound) {
    return new Limits(sessions, inbound, requests, liveness, observers, discovery);
  }

  public Limits withRequests(Requests requests) {
    return new Limits(sessions, inbound, requests, liveness, observers, discovery);
  }

  public Limits withLiveness(Liveness liveness) {
    return new Limits(sessions, inbound, requests, liveness, observers, discovery);
  }

  public Limits withObservers(Observers observers) {
    return new Limits(sessions, inbound, requests, liveness, observers, discovery);
  }

  public Limits withDiscovery(Discovery discovery) {
    return new Limits(sessions, inbound, requests, liveness, observers, discovery);
  }

  static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw outOfRange(name, Long.toString(value), "give " + min + " to " + max);
    }
  }

  static void check(String name, Duration value, long minMillis, long maxMillis) {
    boolean inRange = !value.isNegative()
        && value.compareTo(Duration.ofMillis(minMillis)) >= 0
        && value.compareTo(Duration.ofMillis(maxMillis)) <= 0;
    if (!inRange) {
      throw outOfRange(name, value.toString(), "give " + minMillis + " ms to " + maxMillis + " ms");
    }
  }

  private static TwineException outOfRange(String name, String value, String remedy) {
    return new TwineException(Code.BAD_VALUE, "limit out of range", name + " = " + value, remedy);
  }
}
