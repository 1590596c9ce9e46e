/** A libp2p host: transports, security, multiplexing, identify, ping and perf. */
@org.jspecify.annotations.NullMarked
module dev.twine.libp2p.core {
  requires transitive dev.twine.identity;
  requires transitive io.netty.buffer;
  requires transitive io.netty.common;
  requires transitive io.netty.transport;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires transitive io.netty.handler;
  requires io.netty.codec.dns;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport.classes.epoll;
  requires com.google.protobuf;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.twine.libp2p;
  exports dev.twine.libp2p.core;
  exports dev.twine.libp2p.core.identify;
  exports dev.twine.libp2p.core.perf;
  exports dev.twine.libp2p.core.ping;
}
