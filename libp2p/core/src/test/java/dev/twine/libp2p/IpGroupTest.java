package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpGroupTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true, true",
    "192.0.2.1, 192.0.2.2, false, true",
    "192.0.2.1, 192.0.3.1, false, false",
    "2001:db8:1:200::1, 2001:db8:1:2ff:1::, true, true",
    "2001:db8:1:200::1, 2001:db8:1:300::1, false, true",
    "2001:db8:1:200::1, 2001:db8:2:200::1, false, false"
  })
  void neighboursShareAGroup(String one, String other, boolean address, boolean network) {
    InetAddress left = NetUtil.createInetAddressFromIpAddressString(one);
    InetAddress right = NetUtil.createInetAddressFromIpAddressString(other);
    assertThat(IpGroup.address(left).equals(IpGroup.address(right))).isEqualTo(address);
    assertThat(IpGroup.network(left).equals(IpGroup.network(right))).isEqualTo(network);
  }
}
