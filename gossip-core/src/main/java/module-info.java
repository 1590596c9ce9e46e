/** The engine of a gossip node, and the interface that a transport implements. */
@org.jspecify.annotations.NullMarked
module dev.twine.gossip {
  requires transitive dev.twine.network;
  requires transitive io.netty.buffer;
  requires com.github.luben.zstd_jni;
  requires msgpack.core;
  requires static transitive org.jspecify;

  exports dev.twine.gossip;
}
