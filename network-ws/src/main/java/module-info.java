/** Gossip over WebSocket: go-algorand's protocol 2.2, and HTTP services on the same listener. */
@org.jspecify.annotations.NullMarked
module dev.twine.ws {
  requires transitive dev.twine.gossip;
  requires dev.twine.broadcaster;
  requires dev.twine.http;
  requires transitive dev.twine.network;
  requires dev.twine.identity;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.dns;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.twine.ws;
}
