/** The twine command: a node with its configuration, admin API and tools. */
@org.jspecify.annotations.NullMarked
module dev.twine.node {
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.toml;
  requires dev.twine.gossip;
  requires dev.twine.http;
  requires dev.twine.hybrid;
  requires dev.twine.libp2p.core;
  requires dev.twine.p2p;
  requires dev.twine.ws;
  requires HdrHistogram;
  requires info.picocli;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires java.management;
  requires java.net.http;
  requires jdk.management;
  requires jdk.unsupported;
  requires okhttp3;
  requires okio;
  requires org.slf4j;
  requires static org.jspecify;

  uses dev.twine.node.bench.BroadcastBaseline;
  uses dev.twine.node.bench.StreamBaseline;
  uses dev.twine.node.bench.StreamDelay;

  exports dev.twine.node.bench;

  provides ch.qos.logback.classic.spi.Configurator with
      dev.twine.node.logging.LogSetup;

  opens dev.twine.node.cli to
      info.picocli;
}
