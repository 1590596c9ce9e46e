package dev.twine.ws;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Thousands of hostile clients in one process of their own, so that their memory and descriptors do
 * not count as the node's. Each comes from another address of loopback, and comes back when it is
 * turned away.
 */
public final class HostileSwarm {
  private static final int SOURCES = 250;
  private static final long TICK_MILLIS = 20;

  /** So many new connections in a turn: more would only fill the queue of the listener. */
  private static final int BURST = 200;

  /** So long after the last close, no other one is under way. */
  private static final long QUIET_MILLIS = 500;

  /** Even a slow machine opens ten thousand connections in that time. */
  private static final long MAX_OPENING_MILLIS = 30_000;

  /** An attack that takes longer to unfold counts as begun. */
  private static final long BEGUN_MILLIS = 1_000;

  private final Selector selector = Selector.open();
  private final InetSocketAddress target;
  private final HostileScript script;
  private final int wanted;
  private final Map<SelectionKey, HostileScript.Client> clients = new HashMap<>();
  private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
  private final Map<String, Integer> answers = new TreeMap<>();
  private final ByteBuffer in = ByteBuffer.allocate(4096);
  private long opened;
  private long closed;
  private long failed;
  private long sentBytes;
  private int most;
  private long longestMillis;

  private HostileSwarm(InetSocketAddress target, HostileScript script, int wanted)
      throws IOException {
    this.target = target;
    this.script = script;
    this.wanted = wanted;
  }

  /** Arguments: port, script, number of clients, seconds. */
  public static void main(String[] args) throws IOException {
    var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    var swarm = new HostileSwarm(target, HostileScript.valueOf(args[1]), Integer.parseInt(args[2]));
    swarm.run(Long.parseLong(args[3]) * 1_000);
  }

  private void run(long millis) throws IOException {
    for (int i = 0; i < wanted; i++) {
      waiting.add(i);
    }
    long start = System.nanoTime();
    long now = 0;
    long end = millis;
    boolean begun = false;
    while (now < end) {
      open(now);
      if (!script.comesBack() && !waiting.isEmpty()) {
        // The time counts from when all are there.
        end = Math.min(now + millis, MAX_OPENING_MILLIS);
      }
      if (!begun && (waiting.isEmpty() || now > BEGUN_MILLIS)) {
        begun = true;
        System.out.println("begun");
      }
      serve(now);
      now = (System.nanoTime() - start) / 1_000_000;
      for (SelectionKey key : selector.keys()) {
        write(key, now);
      }
      most = Math.max(most, clients.size());
    }
    settle(start);
    System.out.printf(
        "%d connections, %d at once, %d closed by the node after at most %d ms, %d failed,"
            + " %d KiB sent, answers %s%n",
        opened, most, closed, longestMillis, failed, sentBytes >> 10, answers);
  }

  /** Sees what the node closed, so that the count is that of the node. */
  private void settle(long start) throws IOException {
    long now = (System.nanoTime() - start) / 1_000_000;
    long seen = closed;
    for (long last = now; now - last < QUIET_MILLIS; ) {
      serve(now);
      now = (System.nanoTime() - start) / 1_000_000;
      if (closed > seen) {
        seen = closed;
        last = now;
      }
    }
  }

  private void serve(long now) throws IOException {
    selector.select(TICK_MILLIS);
    for (SelectionKey key : selector.selectedKeys()) {
      serve(key, now);
    }
    selector.selectedKeys().clear();
  }

  private void open(long now) throws IOException {
    for (int i = 0; i < BURST && !waiting.isEmpty(); i++) {
      int number = waiting.remove();
      SocketChannel channel = SocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress("127.0.9." + (1 + number % SOURCES), 0));
        channel.configureBlocking(false);
        channel.connect(target);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        clients.put(key, script.client(number, now));
        opened++;
      } catch (IOException e) {
        failed++;
        channel.close();
        again(number);
      }
    }
  }

  private void serve(SelectionKey key, long now) {
    var channel = (SocketChannel) key.channel();
    try {
      if (key.isConnectable() && channel.finishConnect()) {
        key.interestOps(SelectionKey.OP_READ);
      }
      if (key.isReadable()) {
        read(key, channel, now);
      }
    } catch (IOException e) {
      end(key, now);
    }
  }

  private void read(SelectionKey key, SocketChannel channel, long now) throws IOException {
    in.clear();
    int length = channel.read(in);
    if (length < 0) {
      end(key, now);
      return;
    }
    String answer = new String(in.array(), 0, length, StandardCharsets.ISO_8859_1);
    if (answer.startsWith("HTTP/1.1 ")) {
      answers.merge(answer.substring(9, Math.min(12, answer.length())), 1, Integer::sum);
    }
  }

  private void write(SelectionKey key, long now) {
    HostileScript.Client client = clients.get(key);
    if (client == null || !key.isValid() || (key.interestOps() & SelectionKey.OP_CONNECT) != 0) {
      return;
    }
    try {
      ByteBuffer next = client.next(now);
      if (next.hasRemaining()) {
        int written = ((SocketChannel) key.channel()).write(next);
        client.sent(written);
        sentBytes += written;
      }
    } catch (IOException e) {
      end(key, now);
    }
  }

  private void end(SelectionKey key, long now) {
    HostileScript.Client client = clients.remove(key);
    if (client == null) {
      return;
    }
    closed++;
    longestMillis = Math.max(longestMillis, now - client.bornMillis());
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      failed++;
    }
    again(client.number());
  }

  private void again(int number) {
    if (script.comesBack()) {
      waiting.add(number);
    }
  }
}
