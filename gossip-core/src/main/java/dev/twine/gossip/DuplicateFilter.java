package dev.twine.gossip;

import dev.twine.network.Lane;
import dev.twine.network.TagSpec;
import dev.twine.network.TagSpec.Duplicates;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Remembers which messages were seen, by keyed hash, and never forgets one younger than its time to
 * live. When it is full it refuses what is new instead.
 *
 * <p>Time is cut into spans of a third of the time to live. A key is kept in the generation of the
 * span in which it came, and the generation is dropped as a whole when the fourth span after it
 * begins: so a key lives for one to one and a third times to live, and expiry costs nothing per key.
 *
 * <p>Safe for use by several threads: keys are spread over {@value #STRIPES} stripes, each with a
 * lock that is held for a few memory accesses, or while one stripe's set doubles. At most 40 bytes
 * are kept per key, and some 20 KiB without keys.
 */
final class DuplicateFilter {
  /** What the filter says of a message. */
  enum Result {
    /** Not seen before, and remembered from now on. */
    NEW,
    /** Seen within the time to live. */
    DUPLICATE,
    /** Not seen before, and not remembered, as there is no room: not to be handled. */
    FULL
  }

  /** 5 M: 200,000 new messages a second for the 25 s that one may wait in queues. */
  static final int DEFAULT_CAPACITY = 5_000_000;

  private static final int STRIPES = 64;
  /** Of the capacity, kept free of bulk so that priority passes when bulk has filled the rest. */
  private static final int PRIORITY_SHARE = 8;

  private final SipHash128 hash;
  private final long spanNanos;
  private final long epochNanos;
  private final int capacity;
  private final int bulkCapacity;
  private final Stripe[] stripes = new Stripe[STRIPES];
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong sweptSpan = new AtomicLong();
  private final LongAdder duplicates = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /**
   * Creates an empty filter.
   *
   * @param capacity keys at most; an eighth of it is for the priority lane alone
   * @param timeToLive how long a key is remembered at least
   * @param random source of the hash key
   * @param nowNanos the time of the caller's clock, whose zero may be anywhere
   */
  DuplicateFilter(int capacity, Duration timeToLive, SecureRandom random, long nowNanos) {
    if (capacity < 1 || timeToLive.isNegative() || timeToLive.isZero()) {
      throw new IllegalArgumentException("capacity " + capacity + ", time to live " + timeToLive);
    }
    this.capacity = capacity;
    this.bulkCapacity = capacity - capacity / PRIORITY_SHARE;
    this.spanNanos = timeToLive.toNanos() / (Stripe.GENERATIONS - 1) + 1;
    this.epochNanos = nowNanos;
    this.hash = SipHash128.withRandomKey(random);
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** The name of a message by its whole payload. */
  MessageKey key(int tagCode, byte[] payload) {
    return hash.hash(tagCode, payload, 0, payload.length);
  }

  /** The name of a message whose payload is what the buffer has to read; the buffer stays as it is. */
  MessageKey key(int tagCode, ByteBuf payload) {
    return hash.hash(tagCode, payload, payload.readerIndex(), payload.readableBytes());
  }

  /** The name of a message as its tag wants it: by payload or by the id of the envelope. */
  MessageKey key(TagSpec spec, byte[] payload) {
    return spec.duplicates() == Duplicates.BY_ENVELOPE_ID && Envelope.hasId(payload.length)
        ? hash.hash(spec.tag().code(), payload, Envelope.ID_OFFSET, Envelope.ID_BYTES)
        : key(spec.tag().code(), payload);
  }

  /** As above, over what the buffer has to read; the buffer stays as it is. */
  MessageKey key(TagSpec spec, ByteBuf payload) {
    int tagCode = spec.tag().code();
    return spec.duplicates() == Duplicates.BY_ENVELOPE_ID && Envelope.hasId(payload.readableBytes())
        ? hash.hash(tagCode, payload, payload.readerIndex() + Envelope.ID_OFFSET, Envelope.ID_BYTES)
        : key(tagCode, payload);
  }

  /** Asks and remembers in one step. */
  Result seen(int tagCode, byte[] payload, Lane lane, long nowNanos) {
    return mark(key(tagCode, payload), lane, nowNanos);
  }

  /** Remembers a key unless it is known or there is no room for the lane. */
  Result mark(MessageKey key, Lane lane, long nowNanos) {
    long span = span(nowNanos);
    sweep(span);
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      if (stripe.contains(key, span)) {
        duplicates.increment();
        return Result.DUPLICATE;
      }
      if (size.incrementAndGet() > (lane == Lane.PRIORITY ? capacity : bulkCapacity)) {
        size.decrementAndGet();
        refused.increment();
        return Result.FULL;
      }
      size.addAndGet(-stripe.add(key, span));
      return Result.NEW;
    }
  }

  /** True if the key is remembered. Counts nothing. */
  boolean contains(MessageKey key, long nowNanos) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      return stripe.contains(key, span(nowNanos));
    }
  }

  /** Forgets a key, so that a later copy is judged again. False if it was not remembered. */
  boolean unmark(MessageKey key) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      boolean found = stripe.remove(key);
      if (found) {
        size.decrementAndGet();
      }
      return found;
    }
  }

  /** Keys that are kept now. */
  int size() {
    return size.get();
  }

  /** Messages that were known. */
  long duplicates() {
    return duplicates.sum();
  }

  /** Messages that were refused for want of room. */
  long refused() {
    return refused.sum();
  }

  /** Memory of the keys, for metrics: takes every lock in turn. */
  long bytes() {
    long bytes = 0;
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        bytes += stripe.bytes();
      }
    }
    return bytes;
  }

  private long span(long nowNanos) {
    return Math.max(0, Math.floorDiv(nowNanos - epochNanos, spanNanos));
  }

  private Stripe stripe(MessageKey key) {
    return stripes[(int) (key.high() >>> 58)];
  }

  /** Once per span, frees in every stripe what has expired, so that idle stripes keep no room. */
  private void sweep(long span) {
    long swept = sweptSpan.get();
    if (span > swept && sweptSpan.compareAndSet(swept, span)) {
      for (Stripe stripe : stripes) {
        synchronized (stripe) {
          size.addAndGet(-stripe.expire(span));
        }
      }
    }
  }
}
