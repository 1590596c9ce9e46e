package dev.twine.ws;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.network.Address;
import io.netty.buffer.Unpooled;

/** What a DNS server may put into an SRV record: it becomes an address or nothing. */
class SrvFuzzTest {
  @FuzzTest
  void record(byte[] content) {
    SrvLookup.address(Unpooled.wrappedBuffer(content), "wss").ifPresent(SrvFuzzTest::check);
  }

  private static void check(Address address) {
    boolean isWhole = address.secure() && address.port() != 0 && !address.host().isEmpty();
    if (!isWhole || !Address.parse(address.toString()).equals(address)) {
      throw new AssertionError("not what was read: " + address);
    }
  }
}
