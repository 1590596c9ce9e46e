package dev.twine.http;

import dev.twine.http.ServiceLimits.Rate;
import dev.twine.network.AddressGroup;
import dev.twine.network.ServiceRequest.Caller;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The token buckets of the callers of a node. Safe for use by several threads.
 *
 * <p>A caller is its node ID if that is proven, else the {@link AddressGroup} of its IP
 * address.
 */
final class RateLimits {
  /** About 3 MiB. Beyond it the caller that has been quiet for longest starts with a full bucket. */
  private static final int MAX_CALLERS = 10_000;

  private final Rate perPeer;
  private final Rate perService;
  private final TimeMeter clock;
  private final Map<String, Bucket> callers = new Recent<>(MAX_CALLERS);

  RateLimits(Rate perPeer, Rate perService, LongSupplier nanoClock) {
    this.perPeer = perPeer;
    this.perService = perService;
    this.clock = new NanoMeter(nanoClock);
  }

  /** Takes one token. Returns 0, or after how many nanoseconds there will be one. */
  long takeFromPeer(Caller caller) {
    Bucket bucket;
    String key = key(caller);
    synchronized (callers) {
      bucket = callers.computeIfAbsent(key, unseen -> bucket(perPeer, clock));
    }
    return take(bucket);
  }

  /** As {@link #takeFromPeer}, of the service. */
  long takeFromService(Route route) {
    return take(route.bucket(() -> bucket(perService, clock)));
  }

  static Bucket bucket(Rate rate, TimeMeter clock) {
    return Bucket.builder()
        .addLimit(limit ->
            limit.capacity(rate.burst()).refillGreedy(rate.perSecond(), Duration.ofSeconds(1)))
        .withCustomTimePrecision(clock)
        .build();
  }

  private static long take(Bucket bucket) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    return probe.isConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
  }

  static String key(Caller caller) {
    if (caller.nodeId().isPresent()) {
      return caller.nodeId().get().toString();
    }
    String address = caller.address();
    int colon = address.lastIndexOf(':');
    boolean hasPort =
        colon > 0 && (address.indexOf(':') == colon || address.charAt(colon - 1) == ']');
    String host = (hasPort ? address.substring(0, colon) : address).replaceAll("[\\[\\]/]", "");
    byte[] ip = NetUtil.createByteArrayFromIpAddressString(host);
    return ip == null ? host : group(ip);
  }

  private static String group(byte[] ip) {
    try {
      return AddressGroup.of(InetAddress.getByAddress(ip)).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IP address of another length", e);
    }
  }

  /** Time for bucket4j from the node's clock. */
  record NanoMeter(LongSupplier nanoClock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanoClock.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
