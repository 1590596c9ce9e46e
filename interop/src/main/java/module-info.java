/** The program for the public suites, and the tests with peers in other languages. */
@org.jspecify.annotations.NullMarked
module dev.twine.interop {
  requires dev.twine.libp2p.core;
  requires static org.jspecify;
}
