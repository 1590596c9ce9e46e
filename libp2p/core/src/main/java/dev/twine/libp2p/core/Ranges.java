package dev.twine.libp2p.core;

import java.time.Duration;

/** Range checks of the limits. */
final class Ranges {
  private Ranges() {}

  static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " out of range: " + value + ": choose " + least + " to " + most);
    }
  }

  static void check(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " out of range: " + value + ": choose " + least + " to " + most);
    }
  }
}
