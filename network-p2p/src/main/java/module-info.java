/** Gossip over libp2p: go-algorand's stream protocol on a host of this node's own. */
@org.jspecify.annotations.NullMarked
module dev.twine.p2p {
  requires transitive dev.twine.gossip;
  requires transitive dev.twine.libp2p.core;
  requires dev.twine.broadcaster;
  requires dev.twine.http;
  requires transitive dev.twine.network;
  requires dev.twine.identity;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.transport;
  requires msgpack.core;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.twine.p2p;
}
