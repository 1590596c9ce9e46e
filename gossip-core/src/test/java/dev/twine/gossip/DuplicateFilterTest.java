package dev.twine.gossip;

import static dev.twine.gossip.DuplicateFilter.Result.DUPLICATE;
import static dev.twine.gossip.DuplicateFilter.Result.FULL;
import static dev.twine.gossip.DuplicateFilter.Result.NEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Lane;
import dev.twine.network.TagSpec;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DuplicateFilterTest {
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  /** Near the end of the range, so that the clock runs over it during the tests. */
  private static final long START = Long.MAX_VALUE - 5 * SECOND;

  private static final int TX = TagTable.TX.code();

  private final DuplicateFilter filter = filter(100_000);

  @Test
  void letsAMessageThroughOnceAndKeepsTagsApart() {
    assertThat(filter.seen(TX, payload(1), Lane.BULK, START)).isEqualTo(NEW);
    assertThat(filter.seen(TX, payload(1), Lane.BULK, START)).isEqualTo(DUPLICATE);
    assertThat(filter.seen(TX, payload(2), Lane.BULK, START)).isEqualTo(NEW);
    assertThat(filter.seen(TagTable.VB.code(), payload(1), Lane.BULK, START)).isEqualTo(NEW);
    assertThat(filter.size()).isEqualTo(3);
    assertThat(filter.duplicates()).isEqualTo(1);
  }

  @Test
  void neverForgetsWithinTheTimeToLiveWheneverTheMessageCame() {
    for (int i = 0; i < 1_000; i++) {
      long came = START + i * SECOND / 7;
      MessageKey key = filter.key(TX, payload(i));
      assertThat(filter.mark(key, Lane.BULK, came)).isEqualTo(NEW);
      assertThat(filter.contains(key, came + TTL.toNanos())).as("message %d", i).isTrue();
    }
  }

  @Test
  void forgetsAfterOneAndAThirdTimesToLive() {
    for (int i = 0; i < 1_000; i++) {
      filter.seen(TX, payload(i), Lane.BULK, START + i * SECOND / 100);
    }
    long end = START + 10 * SECOND + TTL.toNanos() / 3 * 4 + 1_000;
    assertThat(filter.seen(TX, payload(0), Lane.BULK, end)).isEqualTo(NEW);
    assertThat(filter.size()).isEqualTo(1);
  }

  @Test
  void agreesWithAModelOverRandomStepsOfTime() {
    var random = new Random(5);
    var marked = new java.util.HashMap<Integer, Long>();
    long now = START;
    for (int step = 0; step < 50_000; step++) {
      now += random.nextInt(20) == 0 ? random.nextInt(2_000_000_000) : 0;
      int message = random.nextInt(500);
      var result = filter.seen(TX, payload(message), Lane.BULK, now);
      Long before = marked.get(message);
      if (before == null || now - before > TTL.toNanos() / 3 * 4 + 4) {
        assertThat(result).isEqualTo(NEW);
      } else if (now - before <= TTL.toNanos()) {
        assertThat(result).isEqualTo(DUPLICATE);
      }
      if (result == NEW) {
        marked.put(message, now);
      }
    }
  }

  @Test
  void toleratesThreadsWhoseClocksDifferALittle() {
    MessageKey key = filter.key(TX, payload(1));
    long later = START + TTL.toNanos();
    assertThat(filter.mark(key, Lane.BULK, later)).isEqualTo(NEW);
    assertThat(filter.mark(filter.key(TX, payload(2)), Lane.BULK, later - SECOND))
        .isEqualTo(NEW);
    assertThat(filter.contains(key, later + SECOND)).isTrue();
    assertThat(filter.contains(filter.key(TX, payload(2)), later)).isTrue();
    assertThat(filter.seen(TX, payload(3), Lane.BULK, START - SECOND)).isEqualTo(NEW);
  }

  @Test
  void fullFilterRefusesNewBulkAndKeepsAnEighthForPriority() {
    var small = filter(800);
    int message = 0;
    for (; message < 700; message++) {
      assertThat(small.seen(TX, payload(message), Lane.BULK, START)).isEqualTo(NEW);
    }
    assertThat(small.seen(TX, payload(message), Lane.BULK, START)).isEqualTo(FULL);
    for (; message < 800; message++) {
      assertThat(small.seen(TX, payload(message), Lane.PRIORITY, START)).isEqualTo(NEW);
    }
    assertThat(small.seen(TX, payload(message), Lane.PRIORITY, START)).isEqualTo(FULL);
    assertThat(small.seen(TX, payload(0), Lane.BULK, START)).isEqualTo(DUPLICATE);
    assertThat(small.refused()).isEqualTo(2);
    assertThat(small.size()).isEqualTo(800);
  }

  @Test
  void takesNewBulkAgainWhenTheOldHasExpired() {
    var small = filter(800);
    for (int i = 0; i < 700; i++) {
      small.seen(TX, payload(i), Lane.BULK, START);
    }
    long later = START + 2 * TTL.toNanos();
    assertThat(small.seen(TX, payload(9_999), Lane.BULK, later)).isEqualTo(NEW);
    assertThat(small.size()).isEqualTo(1);
  }

  @Test
  void judgesAnUnmarkedMessageAgain() {
    MessageKey key = filter.key(TX, payload(1));
    filter.mark(key, Lane.BULK, START);
    assertThat(filter.unmark(key)).isTrue();
    assertThat(filter.unmark(key)).isFalse();
    assertThat(filter.size()).isZero();
    assertThat(filter.mark(key, Lane.BULK, START)).isEqualTo(NEW);
  }

  @Test
  void namesEnvelopesByTheirIdAndOtherMessagesByTheirPayload() {
    TagSpec spec = TagTable.standard().spec(TagTable.ENVELOPE.code());
    assertThat(spec).isNotNull();
    byte[] first = new byte[60];
    byte[] otherPayload = first.clone();
    otherPayload[59] = 1;
    byte[] otherId = first.clone();
    otherId[Envelope.ID_OFFSET + Envelope.ID_BYTES - 1] = 1;

    assertThat(filter.key(spec, otherPayload)).isEqualTo(filter.key(spec, first));
    assertThat(filter.key(spec, otherId)).isNotEqualTo(filter.key(spec, first));
    assertThat(filter.key(spec, Unpooled.wrappedBuffer(first))).isEqualTo(filter.key(spec, first));
    assertThat(filter.key(spec, new byte[16])).isNotEqualTo(filter.key(spec, new byte[15]));
    assertThat(filter.key(TagSpec.of("xx"), otherPayload))
        .isNotEqualTo(filter.key(TagSpec.of("xx"), first));
  }

  @Test
  void needsAtMostFortyBytesPerMessage() {
    var large = filter(2_000_000);
    for (int i = 1; i <= 1_000_000; i++) {
      large.seen(TX, payload(i), Lane.BULK, START);
      if (i % 50_000 == 0) {
        assertThat(large.bytes()).as("with %d", i).isLessThanOrEqualTo(40L * i);
      }
    }
    assertThat(filter(5_000_000).bytes()).isZero();
  }

  @Test
  void letsEachMessageThroughOnceWhenThreadsRace() throws Exception {
    int threads = 4;
    int messages = 50_000;
    var pool = Executors.newFixedThreadPool(threads);
    try {
      var tasks = new ArrayList<Callable<Integer>>();
      for (int t = 0; t < threads; t++) {
        tasks.add(() -> {
          int passed = 0;
          for (int i = 0; i < messages; i++) {
            passed += filter.seen(TX, payload(i), Lane.BULK, START) == NEW ? 1 : 0;
          }
          return passed;
        });
      }
      int passed = 0;
      for (var result : pool.invokeAll(tasks, 30, TimeUnit.SECONDS)) {
        passed += result.get();
      }
      assertThat(passed).isEqualTo(messages).isEqualTo(filter.size());
      assertThat(filter.duplicates()).isEqualTo((long) (threads - 1) * messages);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void keySetAgreesWithAHashSetUnderAdditionsAndRemovals() {
    var random = new Random(11);
    var set = new KeySet();
    var model = new HashSet<MessageKey>();
    for (int i = 0; i < 200_000; i++) {
      // Few different low words, so that keys share their places.
      long low = 1L + random.nextInt(40);
      long high = random.nextInt(60);
      var key = new MessageKey(low, high);
      if (random.nextBoolean()) {
        assertThat(set.add(low, high)).isEqualTo(model.add(key));
      } else {
        assertThat(set.remove(low, high)).isEqualTo(model.remove(key));
      }
      assertThat(set.size()).isEqualTo(model.size());
    }
    for (long low = 1; low <= 40; low++) {
      for (long high = 0; high < 60; high++) {
        assertThat(set.contains(low, high)).isEqualTo(model.contains(new MessageKey(low, high)));
      }
    }
  }

  @Test
  void refusesACapacityOrTimeToLiveOfNothing() {
    assertThatThrownBy(() -> filter(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DuplicateFilter(1, Duration.ZERO, new SecureRandom(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static DuplicateFilter filter(int capacity) {
    return new DuplicateFilter(capacity, TTL, new SecureRandom(), START);
  }

  private static byte[] payload(int number) {
    return ByteBuffer.allocate(12).putInt(number).array();
  }
}
