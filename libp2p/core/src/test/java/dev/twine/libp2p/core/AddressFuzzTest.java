package dev.twine.libp2p.core;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Fuzz targets of addresses. {@code JAZZER_FUZZ=1} fuzzes the one chosen by {@code -Dtest};
 * otherwise each runs over its stored inputs.
 */
class AddressFuzzTest {
  @FuzzTest
  void bytes(byte[] bytes) {
    MultiaddrTest.readsAlikeOrRefuses(bytes);
  }

  @FuzzTest
  void text(byte[] bytes) {
    Multiaddr address;
    try {
      address = Multiaddr.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (Libp2pException e) {
      return;
    }
    if (!Multiaddr.parse(address.toBytes()).equals(Multiaddr.parse(address.toString()))) {
      throw new AssertionError("text and bytes differ: " + address);
    }
  }
}
