package dev.twine.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the listener of a test leaves its address for the dialler. The current suites keep it under
 * a key of each test, the older ones in a list that all tests share.
 */
record Meeting(InetSocketAddress redis, Optional<String> testKey) {
  private static final Duration REPLY_DEADLINE = Duration.ofSeconds(10);
  private static final String SHARED_LIST = "listenerAddr";
  private static final long POLL_MILLIS = 50;

  private String key() {
    return testKey.orElseThrow() + "_listener_multiaddr";
  }

  /** Leaves the address. The server may come up later than this program. */
  void publish(String address, Duration deadline) throws IOException, InterruptedException {
    try (RedisClient client = connect(System.nanoTime() + deadline.toNanos())) {
      if (testKey.isPresent()) {
        client.set(key(), address);
      } else {
        client.rightPush(SHARED_LIST, address);
      }
    }
  }

  /** Waits for the address. */
  String find(Duration deadline) throws IOException, InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    try (RedisClient client = connect(end)) {
      Optional<String> found =
          testKey.isPresent() ? poll(client, end) : client.blockingLeftPop(SHARED_LIST, left(end));
      return found.orElseThrow(() -> new IOException(
          "no listener: nothing within " + deadline.toSeconds() + " s: look at its log"));
    }
  }

  private Optional<String> poll(RedisClient client, long end)
      throws IOException, InterruptedException {
    Optional<String> found = client.get(key());
    while (found.isEmpty() && !isOver(end)) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      found = client.get(key());
    }
    return found;
  }

  private RedisClient connect(long end) throws IOException, InterruptedException {
    @Nullable IOException last = null;
    while (!isOver(end)) {
      try {
        return RedisClient.connect(redis, REPLY_DEADLINE);
      } catch (IOException notYet) {
        last = notYet;
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
    throw new IOException("no redis: " + redis + ": start it or correct its address", last);
  }

  private static boolean isOver(long end) {
    return System.nanoTime() - end >= 0;
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
  }
}
