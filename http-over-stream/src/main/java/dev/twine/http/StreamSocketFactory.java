package dev.twine.http;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import javax.net.SocketFactory;

/** Makes sockets that lead to one peer and nowhere else. */
final class StreamSocketFactory extends SocketFactory {
  /** What the peer is called in URLs; OkHttp writes hosts in lower case, which node IDs are not. */
  static final String HOST = "peer.twine.invalid";

  static final int PORT = 80;

  /** Of the block for documentation (RFC 5737): whatever took it for an address would get nowhere. */
  static final InetAddress ADDRESS = address();

  private final GossipNode node;
  private final PeerRef peer;

  StreamSocketFactory(GossipNode node, PeerRef peer) {
    this.node = node;
    this.peer = peer;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new StreamSocket(node, peer);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw onlyUnconnected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw onlyUnconnected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw onlyUnconnected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw onlyUnconnected();
  }

  private static IOException onlyUnconnected() {
    return new IOException("this factory only makes unconnected sockets");
  }

  private static InetAddress address() {
    try {
      return InetAddress.getByAddress(HOST, new byte[] {(byte) 192, 0, 2, 1});
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
