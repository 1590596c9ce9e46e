package dev.twine.ws;

import dev.twine.gossip.Loops;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.resolver.dns.UnixResolverDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds listeners by SRV records (RFC 2782), as go-algorand does: {@code _algobootstrap._tcp.DOMAIN},
 * or {@code wss://_NAME._tcp.DOMAIN} for listeners with TLS. Asks the servers that are configured, or
 * those of the system, and no other. Keeps no cache. Safe for use by several threads.
 */
final class SrvLookup implements AutoCloseable {
  private static final Pattern NAME =
      Pattern.compile("(?:(wss?)://)?(_[A-Za-z0-9-]{1,62}\\._tcp\\.[A-Za-z0-9._-]{1,180})");
  private static final File RESOLV_CONF = new File("/etc/resolv.conf");

  /** For one server, before the next one is asked. */
  private static final long QUERY_MILLIS = 3_000;

  /** Priority, weight, port, and a target of at least one byte. */
  private static final int MIN_BYTES = 7;

  private static final int PORT_AT = 4;

  private final Loops loops;
  private final List<InetSocketAddress> servers;
  private @Nullable DnsNameResolver dns;
  private boolean closed;

  SrvLookup(Loops loops, List<InetSocketAddress> servers) {
    this.loops = loops;
    this.servers = servers;
  }

  /** The addresses under a name; empty at once if it is not of the form above. */
  Optional<CompletableFuture<List<Address>>> lookUp(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group(1) == null ? "ws" : parts.group(1);
    var result = new CompletableFuture<List<Address>>();
    try {
      var question = new DefaultDnsQuestion(parts.group(2), DnsRecordType.SRV);
      resolver().resolveAll(question).addListener((Future<List<DnsRecord>> done) -> {
        if (done.isSuccess()) {
          result.complete(addresses(done.getNow(), scheme));
        } else {
          result.completeExceptionally(done.cause());
        }
      });
    } catch (RuntimeException noNameOrServer) {
      result.completeExceptionally(noNameOrServer);
    }
    return Optional.of(result);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (dns != null) {
      dns.close();
    }
  }

  /** The first time it reads a small file, so not on an event loop. */
  private synchronized DnsNameResolver resolver() {
    if (closed) {
      throw new IllegalStateException("the node is closed");
    }
    DnsNameResolver known = dns;
    if (known == null) {
      EventLoop loop = loops.group().next();
      known = new DnsNameResolverBuilder(loop)
          .datagramChannelType(loops.datagram())
          .socketChannelType(loops.stream().asSubclass(SocketChannel.class))
          .nameServerProvider(provider())
          .resolveCache(NoopDnsCache.INSTANCE)
          .cnameCache(NoopDnsCnameCache.INSTANCE)
          .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
          .queryTimeoutMillis(QUERY_MILLIS)
          .searchDomains(List.of())
          .build();
      dns = known;
    }
    return known;
  }

  private DnsServerAddressStreamProvider provider() {
    if (!servers.isEmpty()) {
      return new SequentialDnsServerAddressStreamProvider(servers);
    }
    try {
      return new UnixResolverDnsServerAddressStreamProvider(RESOLV_CONF);
    } catch (IOException | IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE,
          "no DNS server is configured",
          RESOLV_CONF.toString(),
          "name one there, or with WsConfig.withDnsServers",
          e);
    }
  }

  private static List<Address> addresses(List<DnsRecord> records, String scheme) {
    var found = new ArrayList<Address>();
    for (DnsRecord record : records) {
      try {
        if (record instanceof DnsRawRecord raw && raw.type().equals(DnsRecordType.SRV)) {
          address(raw.content(), scheme).ifPresent(found::add);
        }
      } finally {
        ReferenceCountUtil.release(record);
      }
    }
    return found;
  }

  /** What is malformed, or says that there is no such service, is left out. */
  static Optional<Address> address(ByteBuf content, String scheme) {
    if (content.readableBytes() < MIN_BYTES) {
      return Optional.empty();
    }
    int port = content.getUnsignedShort(content.readerIndex() + PORT_AT);
    content.skipBytes(PORT_AT + Short.BYTES);
    try {
      String target = DefaultDnsRecordDecoder.decodeName(content);
      String host = target.substring(0, target.length() - 1);
      return port == 0
          ? Optional.empty()
          : Optional.of(Address.parse(scheme + "://" + host + ":" + port));
    } catch (RuntimeException malformed) {
      return Optional.empty();
    }
  }
}
