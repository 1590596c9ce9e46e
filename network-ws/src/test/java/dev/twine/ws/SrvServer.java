package dev.twine.ws;

import dev.twine.gossip.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A DNS server on loopback that knows SRV records. */
final class SrvServer implements AutoCloseable {
  private final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();
  private final Channel channel;

  SrvServer(Loops loops) {
    channel = new Bootstrap()
        .group(loops.group())
        .channel(loops.datagram())
        .handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel added) {
            added
                .pipeline()
                .addLast(
                    new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
          }
        })
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  void add(String name, String target, int port) {
    ByteBuf content = Unpooled.buffer().writeShort(1).writeShort(1).writeShort(port);
    for (String label : target.split("\\.", -1)) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      content.writeByte(bytes.length).writeBytes(bytes);
    }
    add(name, ByteBufUtil.getBytes(content.writeByte(0)));
  }

  void add(String name, byte[] content) {
    records.computeIfAbsent(name + ".", key -> new CopyOnWriteArrayList<>()).add(content);
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
      DnsQuestion question = query.recordAt(DnsSection.QUESTION);
      InetSocketAddress asker = query.sender();
      var response = new DatagramDnsResponse(query.recipient(), asker, query.id());
      response.addRecord(DnsSection.QUESTION, question);
      List<byte[]> known = records.get(question.name());
      if (known == null || !question.type().equals(DnsRecordType.SRV)) {
        response.setCode(DnsResponseCode.NXDOMAIN);
      } else {
        known.forEach(content -> response.addRecord(
            DnsSection.ANSWER,
            new DefaultDnsRawRecord(
                question.name(), DnsRecordType.SRV, 60, Unpooled.wrappedBuffer(content))));
      }
      context.writeAndFlush(response);
    }
  }
}
