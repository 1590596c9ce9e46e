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
record Meeting(InetSocketAddress redis, String key, Form form) {
  private static final Duration REPLY_DEADLINE = Duration.ofSeconds(10);
  private static final Duration POP = Duration.ofSeconds(1);
  private static final long POLL_MILLIS = 50;

  /** How the address lies under its key. */
  enum Form {
    /** In a list: so do the programs of the transport suite, whose documentation speaks of a value. */
    LIST,
    /** As a value: the performance suite. */
    VALUE,
    /** In the list that all tests of an older suite share. */
    SHARED_LIST
  }

  static Meeting ofTest(InetSocketAddress redis, String testKey, Form form) {
    return new Meeting(redis, testKey + "_listener_multiaddr", form);
  }

  static Meeting older(InetSocketAddress redis) {
    return new Meeting(redis, "listenerAddr", Form.SHARED_LIST);
  }

  /** Leaves the address. The server may come up later than this program. */
  void publish(String address, Duration deadline) throws IOException, InterruptedException {
    try (RedisClient client = connect(System.nanoTime() + deadline.toNanos())) {
      switch (form) {
        case LIST -> {
          // What an earlier run of the same test has left would be taken first.
          client.delete(key);
          client.rightPush(key, address);
        }
        case VALUE -> client.set(key, address);
        case SHARED_LIST -> client.rightPush(key, address);
      }
    }
  }

  /** Waits for the address; under a key of its own, in whichever form it comes. */
  String find(Duration deadline) throws IOException, InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    try (RedisClient client = connect(end)) {
      Optional<String> found =
          form == Form.SHARED_LIST ? client.blockingLeftPop(key, left(end)) : poll(client, end);
      return found.orElseThrow(() -> new IOException(
          "no listener: nothing within " + deadline.toSeconds() + " s: look at its log"));
    }
  }

  private Optional<String> poll(RedisClient client, long end)
      throws IOException, InterruptedException {
    Optional<String> found = look(client);
    while (found.isEmpty() && !isOver(end)) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      found = look(client);
    }
    return found;
  }

  private Optional<String> look(RedisClient client) throws IOException {
    try {
      return client.get(key);
    } catch (RedisClient.WrongTypeException list) {
      return client.blockingLeftPop(key, POP);
    }
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
