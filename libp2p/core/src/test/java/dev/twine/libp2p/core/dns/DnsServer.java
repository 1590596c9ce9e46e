package dev.twine.libp2p.core.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuery;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A DNS server on loopback, over UDP and TCP. */
public final class DnsServer implements AutoCloseable {
  private final Map<String, List<byte[]>> answers = new ConcurrentHashMap<>();
  private final Channel udp;
  private final Channel tcp;

  /** Whether answers over UDP are cut short. */
  public volatile boolean truncates;

  public DnsServer(EventLoopGroup loops) {
    InetAddress here = InetAddress.getLoopbackAddress();
    // First, as many more ports are taken of TCP than of UDP, by whatever else is tested meanwhile.
    tcp = new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new OverTcp());
          }
        })
        .bind(here, 0)
        .syncUninterruptibly()
        .channel();
    udp = new Bootstrap()
        .group(loops)
        .channel(NioDatagramChannel.class)
        .handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(
                    new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new OverUdp());
          }
        })
        .bind(address())
        .syncUninterruptibly()
        .channel();
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) tcp.localAddress();
  }

  /** Adds a TXT record, in strings of up to 255 bytes. */
  public DnsServer text(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuf content = Unpooled.buffer();
    for (int from = 0; from < bytes.length; from += 255) {
      int length = Math.min(255, bytes.length - from);
      content.writeByte(length).writeBytes(bytes, from, length);
    }
    return add(name, DnsRecordType.TXT, io.netty.buffer.ByteBufUtil.getBytes(content));
  }

  /** Adds an IPv4 address. */
  public DnsServer host(String name, InetAddress ip) {
    return add(name, DnsRecordType.A, ip.getAddress());
  }

  @Override
  public void close() {
    udp.close().syncUninterruptibly();
    tcp.close().syncUninterruptibly();
  }

  private DnsServer add(String name, DnsRecordType type, byte[] content) {
    answers
        .computeIfAbsent(type.name() + " " + name + ".", key -> new ArrayList<>())
        .add(content);
    return this;
  }

  private <R extends DnsResponse> R fill(R response, DnsQuery query) {
    DnsQuestion question = query.recordAt(DnsSection.QUESTION);
    response.addRecord(DnsSection.QUESTION, question);
    List<byte[]> known = answers.get(question.type().name() + " " + question.name());
    if (known == null) {
      response.setCode(DnsResponseCode.NXDOMAIN);
      return response;
    }
    for (byte[] content : known) {
      response.addRecord(
          DnsSection.ANSWER,
          new DefaultDnsRawRecord(
              question.name(), question.type(), 60, Unpooled.wrappedBuffer(content)));
    }
    return response;
  }

  private final class OverUdp extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
      InetSocketAddress asker = query.sender();
      var response = new DatagramDnsResponse(query.recipient(), asker, query.id());
      if (truncates) {
        response.addRecord(DnsSection.QUESTION, query.<DnsQuestion>recordAt(DnsSection.QUESTION));
        response.setTruncated(true);
      } else {
        fill(response, query);
      }
      ctx.writeAndFlush(response);
    }
  }

  private final class OverTcp extends SimpleChannelInboundHandler<DefaultDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DefaultDnsQuery query) {
      ctx.writeAndFlush(fill(new DefaultDnsResponse(query.id()), query));
    }
  }
}
