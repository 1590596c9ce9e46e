package dev.twine.node.load;

import dev.twine.gossip.Loops;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.node.bench.BroadcastBaseline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Receivers that speak libp2p: a host each, so that every one decrypts for itself and returns its own
 * credit. Of gossip they speak the first version, which has no metainfo: their end writes one byte. To
 * a baseline they open the stream and write nothing.
 */
final class SinkHosts {
  private static final String GOSSIP = "/algorand-ws/1.0.0";
  private static final long SECONDS = 20;

  private final Loops loops;
  private final List<Host> hosts = new ArrayList<>(); // They run as long as the process.

  SinkHosts(Loops loops) {
    this.loops = loops;
  }

  /** Connects one more receiver; its handler tells when the stream is there. */
  void connect(Endpoint at, SinkHandler handler) throws InterruptedException {
    Host host = Host.builder()
        .key(NodeKey.generate(KeyType.ED25519))
        .identifyAs("twine/bench", "twine-sink")
        .eventLoops(loops.group())
        .protocol(new OneStream(handler))
        .start();
    hosts.add(host);
    NodeId server = at.nodeId().orElseThrow();
    try {
      Connection connection = host.connect(server, List.of(Multiaddr.parse(at.multiaddr())))
          .get(SECONDS, TimeUnit.SECONDS);
      if (at.wire() == SinkWire.LIBP2P_STREAM) {
        open(connection, BroadcastBaseline.STREAM_PROTOCOL, handler);
      } else if (host.id().compareTo(server) < 0) {
        // The end with the lower ID opens the stream, whoever dialled.
        open(connection, GOSSIP, handler);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a receiver cannot connect", e);
    }
  }

  private static void open(Connection connection, String protocol, SinkHandler handler)
      throws ExecutionException, TimeoutException, InterruptedException {
    connection.open(StreamRequest.of(protocol, handler)).get(SECONDS, TimeUnit.SECONDS);
  }

  /** Takes the stream that the server opens. */
  private record OneStream(SinkHandler handler) implements StreamProtocol {
    @Override
    public List<String> ids() {
      return List.of(GOSSIP);
    }

    @Override
    public void accept(StreamChannel stream, String id, Connection connection) {
      stream.pipeline().addLast(handler);
    }
  }
}
