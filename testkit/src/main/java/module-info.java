/** An in-memory transport and a manual clock for tests of gossip applications. */
@org.jspecify.annotations.NullMarked
module dev.twine.testkit {
  requires transitive dev.twine.gossip;
  requires io.netty.codec;
  requires io.netty.common;
  requires static transitive org.jspecify;

  exports dev.twine.testkit;
}
