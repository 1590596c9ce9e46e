/** The engine of a gossip node, and the interface that a transport implements. */
@org.jspecify.annotations.NullMarked
module dev.twine.gossip {
  requires transitive dev.twine.network;
  requires transitive dev.twine.broadcaster;
  requires transitive dev.twine.http;
  requires transitive io.netty.buffer;
  requires io.netty.common;
  requires transitive io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires com.github.luben.zstd_jni;
  requires msgpack.core;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.twine.gossip;
}
