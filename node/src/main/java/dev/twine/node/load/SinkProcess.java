package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.gossip.Loops;
import dev.twine.node.child.Lines;
import dev.twine.node.text.Json;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process that receives: many connections on one loop, which counts and checks. */
final class SinkProcess implements Lines.Command {
  /** A read takes what a full socket buffer has. */
  private static final int READ_BYTES = 128 << 10;

  private static final long CONNECT_SECONDS = 20;
  /** Without a single message for this long, the rest is not coming. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long POLL_MILLIS = 10;

  private final Loops loops = Loops.start(1);
  private final SinkHosts hosts = new SinkHosts(loops);
  private final Payloads payloads = new Payloads();
  private final List<SinkHandler> handlers = new ArrayList<>();

  private SinkProcess() {}

  /** Runs until standard input ends. */
  public static void main(String[] args) {
    Lines.serve(Json.object(), new SinkProcess());
  }

  @Override
  public ObjectNode run(JsonNode command) throws InterruptedException {
    switch (command.path("do").asText()) {
      case "connect" -> connect(command);
      case "drain" -> drain(command.path("sequence").asLong());
      default -> {}
    }
    long delivered = 0;
    long checked = 0;
    long wrong = 0;
    long lost = 0;
    long closed = 0;
    for (SinkHandler handler : handlers) {
      SinkHandler.Counts counts = handler.counts();
      delivered += counts.delivered();
      checked += counts.checked();
      wrong += counts.wrong();
      lost += counts.lost();
      closed += counts.closed() ? 1 : 0;
    }
    return Json.object()
        .put("delivered", delivered)
        .put("checked", checked)
        .put("wrong", wrong)
        .put("lost", lost)
        .put("closed", closed)
        .put("nanos", System.nanoTime())
        .put("cpuNanos", Cpu.ofProcess());
  }

  /** Receivers take turns among the ways to the server. */
  private void connect(JsonNode command) throws InterruptedException {
    var endpoints = new ArrayList<Endpoint>();
    command.path("endpoints").forEach(json -> endpoints.add(Endpoint.of(json)));
    int peers = command.path("peers").asInt();
    for (int i = 0; i < peers; i++) {
      Endpoint at = endpoints.get(i % endpoints.size());
      var handler = new SinkHandler(at.wire(), at.host() + ":" + at.port(), payloads);
      handlers.add(handler);
      if (at.wire().isStream()) {
        hosts.connect(at, handler);
      } else {
        connect(at, handler);
      }
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECT_SECONDS);
    for (SinkHandler handler : handlers) {
      if (!handler.ready().await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("no answer to a handshake");
      }
    }
  }

  private void connect(Endpoint at, SinkHandler handler) throws InterruptedException {
    new Bootstrap()
        .group(loops.group())
        .channel(loops.stream())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
        .handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(handler);
          }
        })
        .connect(at.host(), at.port())
        .sync();
  }

  /** Waits for the message before that one on every connection, and counts what is missing as lost. */
  private void drain(long sequence) throws InterruptedException {
    long before = -1;
    long changed = System.nanoTime();
    while (!handlers.stream().allMatch(handler -> handler.counts().next() >= sequence)) {
      long delivered =
          handlers.stream().mapToLong(handler -> handler.counts().delivered()).sum();
      if (delivered != before) {
        before = delivered;
        changed = System.nanoTime();
      } else if (System.nanoTime() - changed > SILENCE_NANOS) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    handlers.forEach(handler -> handler.expect(sequence));
  }
}
