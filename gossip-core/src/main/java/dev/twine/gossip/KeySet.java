package dev.twine.gossip;

/**
 * A set of {@link MessageKey}s in one array of longs, two per place: open addressing with linear
 * probing, removal by shifting back. Not safe for use by several threads.
 *
 * <p>Grows by doubling at seven eighths, so that an entry costs 18 to 37 bytes once there are more
 * than a few.
 */
final class KeySet {
  private static final int FIRST_PLACES = 16;

  private long[] words = new long[2 * FIRST_PLACES];
  private int size;

  boolean contains(long low, long high) {
    return isTaken(find(low, high));
  }

  /** False if it was there. The key is not zero. */
  boolean add(long low, long high) {
    int place = find(low, high);
    if (isTaken(place)) {
      return false;
    }
    if (size + 1 > places() / 8 * 7) {
      grow();
      place = find(low, high);
    }
    words[2 * place] = low;
    words[2 * place + 1] = high;
    size++;
    return true;
  }

  /** False if it was not there. */
  boolean remove(long low, long high) {
    int hole = find(low, high);
    if (!isTaken(hole)) {
      return false;
    }
    int mask = places() - 1;
    for (int next = (hole + 1) & mask; isTaken(next); next = (next + 1) & mask) {
      int home = (int) words[2 * next] & mask;
      // An entry may fill the hole if the hole is not in front of the place where its search
      // begins.
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        words[2 * hole] = words[2 * next];
        words[2 * hole + 1] = words[2 * next + 1];
        hole = next;
      }
    }
    words[2 * hole] = 0;
    words[2 * hole + 1] = 0;
    size--;
    return true;
  }

  int size() {
    return size;
  }

  long bytes() {
    return (long) words.length * Long.BYTES;
  }

  /** The place of the key, or the free one where it belongs. */
  private int find(long low, long high) {
    int mask = places() - 1;
    int place = (int) low & mask;
    while (isTaken(place) && (words[2 * place] != low || words[2 * place + 1] != high)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private boolean isTaken(int place) {
    return (words[2 * place] | words[2 * place + 1]) != 0;
  }

  private int places() {
    return words.length / 2;
  }

  private void grow() {
    long[] old = words;
    words = new long[2 * old.length];
    for (int i = 0; i < old.length; i += 2) {
      if ((old[i] | old[i + 1]) != 0) {
        int place = find(old[i], old[i + 1]);
        words[2 * place] = old[i];
        words[2 * place + 1] = old[i + 1];
      }
    }
  }
}
