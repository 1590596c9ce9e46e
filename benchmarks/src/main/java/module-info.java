/** Broadcast servers that a node is measured beside; never published. */
@org.jspecify.annotations.NullMarked
module dev.twine.benchmarks {
  requires dev.twine.interop;
  requires dev.twine.libp2p.core;
  requires dev.twine.node;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires org.java_websocket;
  requires undertow.core;
  requires xnio.api;
  requires static org.jspecify;

  provides dev.twine.node.bench.BroadcastBaseline with
      dev.twine.benchmarks.BatchedBaseline,
      dev.twine.benchmarks.BatchedNoiseBaseline,
      dev.twine.benchmarks.JavaWebSocketBaseline,
      dev.twine.benchmarks.TcpBaseline,
      dev.twine.benchmarks.UndertowBaseline;
  provides dev.twine.node.bench.StreamBaseline with
      dev.twine.benchmarks.GoBaseline,
      dev.twine.benchmarks.JsBaseline,
      dev.twine.benchmarks.RustBaseline;
  provides dev.twine.node.bench.StreamDelay with
      dev.twine.benchmarks.RelayDelay;
}
