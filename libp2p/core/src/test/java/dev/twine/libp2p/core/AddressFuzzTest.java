package dev.twine.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.identity.Multibase;
import dev.twine.identity.NodeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Fuzz targets of addresses and of what they are made of. {@code JAZZER_FUZZ=1} fuzzes the one
 * chosen by {@code -Dtest}; otherwise each runs over its stored inputs.
 */
class AddressFuzzTest {
  @FuzzTest(maxDuration = "150s")
  void bytes(byte[] bytes) {
    MultiaddrTest.readsAlikeOrRefuses(bytes);
  }

  @FuzzTest(maxDuration = "150s")
  void text(byte[] bytes) {
    Multiaddr address;
    try {
      address = Multiaddr.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (Libp2pException e) {
      assertThat(e.reason()).isEqualTo(FailureReason.BAD_ADDRESS);
      return;
    }
    assertThat(MultiaddrTest.readsAlikeOrRefuses(address.toBytes())).isTrue();
    Multiaddr again = Multiaddr.parse(address.toString());
    assertThat(again).isEqualTo(address).hasToString(address.toString());
    assertThat(again.components()).isEqualTo(address.components());
    address.peerId().ifPresent(peer -> assertThat(address.toString()).contains(peer.toString()));
  }

  @FuzzTest(maxDuration = "150s")
  void peers(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      byte[] decoded = Multibase.decode(text);
      assertThat(Multibase.decode(Multibase.encodeBase64Url(decoded))).isEqualTo(decoded);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
    try {
      NodeId peer = NodeId.parse(text);
      assertThat(NodeId.parse(peer.toString())).isEqualTo(peer);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @FuzzTest(maxDuration = "150s")
  void varints(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    ByteBuf out = Unpooled.buffer();
    try {
      long value = 0;
      while (in.isReadable() && value != Varint.INCOMPLETE) {
        value = Varint.read(in);
        if (value != Varint.INCOMPLETE) {
          Varint.write(out, value);
        }
      }
    } catch (Libp2pException e) {
      assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
    }
    // One form only: what was read is what would be written.
    assertThat(out).isEqualTo(Unpooled.wrappedBuffer(bytes, 0, in.readerIndex()));
  }
}
