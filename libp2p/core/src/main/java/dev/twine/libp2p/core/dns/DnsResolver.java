package dev.twine.libp2p.core.dns;

import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.transport.Loops;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks DNS servers, over UDP and, where an answer is cut short, over TCP. Keeps no cache: names come
 * from peers.
 */
public final class DnsResolver implements NameResolver, AutoCloseable {
  /** For one server, before the next one is asked. */
  private static final long QUERY_MILLIS = 3_000;

  /** With aliases; a host that needs more is broken. */
  private static final int QUERIES_PER_NAME = 8;

  private final DnsNameResolver dns;

  /**
   * @param servers asked in order; at least one
   */
  public DnsResolver(EventLoop loop, List<InetSocketAddress> servers) {
    Loops loops = Loops.of(loop);
    dns = new DnsNameResolverBuilder(loop)
        .datagramChannelType(loops.datagram())
        .socketChannelType(loops.stream())
        .nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers))
        .resolveCache(NoopDnsCache.INSTANCE)
        .cnameCache(NoopDnsCnameCache.INSTANCE)
        .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
        .queryTimeoutMillis(QUERY_MILLIS)
        .maxQueriesPerResolve(QUERIES_PER_NAME)
        .searchDomains(List.of())
        .build();
  }

  @Override
  public CompletableFuture<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
    dns.resolveAll(host).addListener((Future<List<InetAddress>> done) -> {
      if (done.isSuccess()) {
        result.complete(done.getNow());
      } else {
        result.completeExceptionally(done.cause());
      }
    });
    return result;
  }

  @Override
  public CompletableFuture<List<String>> texts(String name) {
    CompletableFuture<List<String>> result = new CompletableFuture<>();
    try {
      var question = new DefaultDnsQuestion(name, DnsRecordType.TXT);
      dns.resolveAll(question).addListener((Future<List<DnsRecord>> done) -> {
        if (done.isSuccess()) {
          result.complete(texts(done.getNow()));
        } else {
          result.completeExceptionally(done.cause());
        }
      });
    } catch (IllegalArgumentException noName) {
      result.completeExceptionally(noName);
    }
    return result;
  }

  @Override
  public void close() {
    dns.close();
  }

  private static List<String> texts(List<DnsRecord> records) {
    List<String> texts = new ArrayList<>();
    for (DnsRecord record : records) {
      try {
        if (record instanceof DnsRawRecord raw && raw.type().equals(DnsRecordType.TXT)) {
          texts.add(text(raw.content()));
        }
      } finally {
        ReferenceCountUtil.release(record);
      }
    }
    return texts;
  }

  /** RFC 1035, section 3.3.14: strings of up to 255 bytes, which belong together. */
  static String text(ByteBuf content) {
    StringBuilder text = new StringBuilder();
    while (content.isReadable()) {
      int length = Math.min(content.readUnsignedByte(), content.readableBytes());
      text.append(content.readCharSequence(length, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
