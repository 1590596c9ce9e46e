package dev.twine.benchmarks;

import dev.twine.interop.Language;

/** A program on js-libp2p. */
public final class JsBaseline extends LanguageBaseline {
  /** For {@link java.util.ServiceLoader}. */
  public JsBaseline() {
    super(Language.JS);
  }
}
