/** HTTP services on any channel, and an HTTP client over any stream opener. */
@org.jspecify.annotations.NullMarked
module dev.twine.http {
  requires io.github.bucket4j.core;
  requires transitive dev.twine.network;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires transitive io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires transitive io.netty.transport;
  requires transitive okhttp3;
  requires okio;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports dev.twine.http;
}
