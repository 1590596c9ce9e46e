package dev.twine.benchmarks;

import dev.twine.interop.Language;

/** A program on go-libp2p. */
public final class GoBaseline extends LanguageBaseline {
  /** For {@link java.util.ServiceLoader}. */
  public GoBaseline() {
    super(Language.GO);
  }

  @Override
  public boolean broadcasts() {
    return true;
  }
}
