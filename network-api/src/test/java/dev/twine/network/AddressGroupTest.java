package dev.twine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressGroupTest {
  @ParameterizedTest
  @CsvSource({
    "2001:db8:1:ab00::1, 2001:db8:1:abff:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:ab00::1, 2001:db8:1:aaff::1,                  false",
    "2001:db8:1:ab00::1, 2001:db8:1:ac00::1,                  false",
    "192.0.2.1,          192.0.2.1,                           true",
    "192.0.2.1,          192.0.2.2,                           false",
    "::ffff:192.0.2.1,   192.0.2.1,                           true",
    "::ffff:192.0.2.1,   ::ffff:192.0.2.2,                    false",
  })
  void ipv6AddressesCountByTheirFirst56BitsAndIpv4OnesByThemselves(
      String one, String other, boolean together) throws Exception {
    boolean same = AddressGroup.of(InetAddress.getByName(one))
        .equals(AddressGroup.of(InetAddress.getByName(other)));

    assertThat(same).isEqualTo(together);
  }
}
