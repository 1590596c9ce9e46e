package dev.twine.gossip;

import org.jspecify.annotations.Nullable;

/** The generations of one part of a {@link DuplicateFilter}, which guards it by its monitor. */
final class Stripe {
  static final int GENERATIONS = 4;

  private record Generation(long span, KeySet keys) {}

  /** A generation stands at its span modulo their number. */
  private final @Nullable Generation[] generations = new @Nullable Generation[GENERATIONS];

  boolean contains(MessageKey key, long span) {
    long low = low(key);
    // Newest first: most duplicates follow their first copy closely.
    for (long s = span; s > span - GENERATIONS && s >= 0; s--) {
      Generation generation = generations[slot(s)];
      if (generation != null
          && generation.span > span - GENERATIONS
          && generation.keys.contains(low, key.high())) {
        return true;
      }
    }
    return false;
  }

  /** Adds a key that is not there, and says how many have made room for it. */
  int add(MessageKey key, long span) {
    Generation generation = generations[slot(span)];
    int dropped = 0;
    if (generation == null || generation.span < span) {
      dropped = generation == null ? 0 : generation.keys.size();
      generation = new Generation(span, new KeySet());
      generations[slot(span)] = generation;
    }
    generation.keys.add(low(key), key.high());
    return dropped;
  }

  boolean remove(MessageKey key) {
    for (Generation generation : generations) {
      if (generation != null && generation.keys.remove(low(key), key.high())) {
        return true;
      }
    }
    return false;
  }

  /** Drops what is older than all generations, and says how many keys that were. */
  int expire(long span) {
    int dropped = 0;
    for (int i = 0; i < GENERATIONS; i++) {
      Generation generation = generations[i];
      if (generation != null && generation.span <= span - GENERATIONS) {
        dropped += generation.keys.size();
        generations[i] = null;
      }
    }
    return dropped;
  }

  long bytes() {
    long bytes = 0;
    for (Generation generation : generations) {
      bytes += generation == null ? 0 : generation.keys.bytes();
    }
    return bytes;
  }

  /** All zeros mean a free place in a set; one key in 2^128 is taken for its neighbour. */
  private static long low(MessageKey key) {
    return (key.low() | key.high()) == 0 ? 1 : key.low();
  }

  private static int slot(long span) {
    return (int) (span % GENERATIONS);
  }
}
