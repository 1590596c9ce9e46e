package dev.twine.benchmarks;

import dev.twine.interop.Language;

/** A program on rust-libp2p. */
public final class RustBaseline extends LanguageBaseline {
  /** For {@link java.util.ServiceLoader}. */
  public RustBaseline() {
    super(Language.RUST);
  }
}
