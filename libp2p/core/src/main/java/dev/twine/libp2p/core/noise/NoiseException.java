package dev.twine.libp2p.core.noise;

import org.jspecify.annotations.Nullable;

/** What a peer sent is not Noise, or not meant for us. Without a stack trace: peers cause it. */
final class NoiseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String what;

  NoiseException(String what) {
    this(what, null);
  }

  NoiseException(String what, @Nullable Throwable cause) {
    super(what, cause, false, false);
    this.what = what;
  }

  String what() {
    return what;
  }
}
