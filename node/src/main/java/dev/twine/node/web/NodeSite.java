package dev.twine.node.web;

import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.ServiceRequest;
import dev.twine.network.ServiceResponse;
import dev.twine.network.TransportKind;
import dev.twine.node.peer.Pattern;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** A node whose service, registered once, answers on both of its transports. */
final class NodeSite implements Site {
  private final GossipNode node = BenchNodes.serving();
  private final LongAdder received = new LongAdder();
  private final TransportKind transport;

  /** Starts it; the stack says by which of its addresses it is dialled. */
  NodeSite(String stack) {
    boolean libp2p = stack.equals(WebMain.P2P) || stack.equals(WebMain.HYBRID);
    transport = libp2p ? TransportKind.P2P : TransportKind.WS;
    node.serve(Blocks.PATH + "{position}/{length}", this::send);
    node.serve(Blocks.PATH, this::receive);
    node.start();
  }

  @Override
  public String address() {
    return node.addresses().stream()
        .filter(address -> address.transport() == transport)
        .findFirst()
        .map(Address::toString)
        .orElseThrow();
  }

  @Override
  public long received() {
    return received.sum();
  }

  /** The node, for what is not HTTP. */
  GossipNode node() {
    return node;
  }

  @Override
  public void close() {
    node.close();
  }

  private void send(ServiceRequest request, ServiceResponse response) throws IOException {
    long position = Long.parseLong(request.parameter("position"));
    long length = Long.parseLong(request.parameter("length"));
    if (length <= Blocks.SIZE) {
      response.send(Pattern.copy(position, (int) length));
      return;
    }
    Blocks.write(response.header("Content-Length", "" + length).body(), length);
  }

  private void receive(ServiceRequest request, ServiceResponse response) throws IOException {
    long length = Blocks.read(request.body(), 0);
    received.add(length);
    response.send("" + length);
  }
}
