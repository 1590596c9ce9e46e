/**
 * Peers in other languages, built and driven from Java, and the program for the public suites. Tests
 * and benchmarks depend on it; it is never published.
 */
@org.jspecify.annotations.NullMarked
module dev.twine.interop {
  requires com.fasterxml.jackson.databind;
  requires dev.twine.libp2p.core;
  requires io.netty.pkitesting;
  requires static transitive org.jspecify;

  exports dev.twine.interop;
}
