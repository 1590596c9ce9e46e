package dev.twine.interop;

/** What a build of a peer is for. Only the one in Rust differs. */
public enum Optimisation {
  /** Builds in a third of the time. */
  TESTS,
  /** As its maker would measure it. */
  FIGURES
}
