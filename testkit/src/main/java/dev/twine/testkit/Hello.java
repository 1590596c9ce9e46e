package dev.twine.testkit;

import dev.twine.identity.NodeId;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * What each end of an in-memory connection says first.
 *
 * @param identity its step of the identity challenge; empty for none
 */
record Hello(
    String networkId,
    NodeId nodeId,
    String agent,
    byte[] nodeRandom,
    byte[] nonce,
    Set<String> features,
    String dialBack,
    String identity) {
  private static final int MAX_FIELD = 1024;

  Hello withIdentity(String header) {
    return new Hello(networkId, nodeId, agent, nodeRandom, nonce, features, dialBack, header);
  }

  void write(ByteBuf out) {
    field(networkId.getBytes(StandardCharsets.UTF_8), out);
    field(nodeId.multihash(), out);
    field(agent.getBytes(StandardCharsets.UTF_8), out);
    field(nodeRandom, out);
    field(nonce, out);
    field(String.join(",", new TreeSet<>(features)).getBytes(StandardCharsets.UTF_8), out);
    field(dialBack.getBytes(StandardCharsets.UTF_8), out);
    field(identity.getBytes(StandardCharsets.UTF_8), out);
  }

  static Hello read(ByteBuf in) {
    return new Hello(
        text(in),
        NodeId.ofMultihash(bytes(in)),
        text(in),
        bytes(in),
        bytes(in),
        Set.of(text(in).split(",")),
        text(in),
        text(in));
  }

  private static void field(byte[] bytes, ByteBuf out) {
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  private static String text(ByteBuf in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuf in) {
    int length = in.readUnsignedShort();
    if (length > MAX_FIELD || length > in.readableBytes()) {
      throw new IllegalArgumentException("malformed hello");
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }
}
