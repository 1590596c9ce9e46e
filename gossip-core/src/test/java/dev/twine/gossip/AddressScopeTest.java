package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Address;
import io.netty.util.NetUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressScopeTest {
  @ParameterizedTest
  @CsvSource({
    "ws://127.0.0.1:1, LOOPBACK",
    "ws://127.9.9.9:1, LOOPBACK",
    "ws://[::1]:1, LOOPBACK",
    "ws://[::ffff:127.0.0.1]:1, LOOPBACK",
    "ws://localhost:1, LOOPBACK",
    "ws://a.localhost:1, LOOPBACK",
    "ws://10.1.2.3:1, PRIVATE",
    "ws://172.16.0.1:1, PRIVATE",
    "ws://192.168.0.1:1, PRIVATE",
    "ws://100.64.0.1:1, PRIVATE",
    "ws://[fd00::1]:1, PRIVATE",
    "ws://[::ffff:10.0.0.1]:1, PRIVATE",
    "ws://nas:1, PRIVATE",
    "ws://nas.local:1, PRIVATE",
    "ws://100.128.0.1:1, PUBLIC",
    "ws://172.32.0.1:1, PUBLIC",
    "ws://8.8.8.8:1, PUBLIC",
    "ws://[2001:db8::1]:1, PUBLIC",
    "wss://relay.example.com:1, PUBLIC",
    "/ip4/127.0.0.1/tcp/4190, LOOPBACK",
    "/ip4/8.8.8.8/tcp/4190, PUBLIC",
    "/dns4/example.com/tcp/4190, PUBLIC",
  })
  void tellsFromWhereAnAddressLeadsToTheSamePlace(String address, AddressScope scope) {
    assertThat(AddressScope.of(Address.parse(address))).contains(scope);
  }

  @ParameterizedTest
  @CsvSource({
    "ws://0.0.0.0:1",
    "ws://0.1.2.3:1",
    "ws://[::]:1",
    "ws://224.0.0.1:1",
    "ws://[ff02::1]:1",
    "ws://255.255.255.255:1",
    "ws://240.0.0.1:1",
    "ws://169.254.169.254:1",
    "ws://[fe80::1]:1",
    "ws://[fe80::1%1]:1",
    "ws://8.8.8.8:0",
    "ws://127.1:1",
    "ws://2130706433:1",
    "ws://0x7f000001:1",
    "ws://example.com.:1",
    "/dnsaddr/example.com",
  })
  void refusesWhatNobodyShouldDial(String address) {
    assertThat(AddressScope.of(Address.parse(address))).isEmpty();
  }

  @Test
  void aPeerIsToldOfItsOwnScopeAndWiderOnes() {
    assertThat(AddressScope.PUBLIC.reaches(AddressScope.LOOPBACK)).isTrue();
    assertThat(AddressScope.PRIVATE.reaches(AddressScope.PRIVATE)).isTrue();
    assertThat(AddressScope.PRIVATE.reaches(AddressScope.PUBLIC)).isFalse();
    assertThat(AddressScope.LOOPBACK.reaches(AddressScope.PRIVATE)).isFalse();
    assertThat(AddressScope.of(NetUtil.createInetAddressFromIpAddressString("fe80::1")))
        .isEqualTo(AddressScope.PRIVATE);
  }

  @ParameterizedTest
  @CsvSource({
    "ws://8.8.1.1:1, ip4 0808",
    "ws://[::ffff:8.8.1.1]:1, ip4 0808",
    "ws://[2001:db8:1::1]:1, ip6 20010db8",
    "ws://a.b.Example.com:1, dns example.com",
    "ws://localhost:1, dns localhost",
  })
  void groupsWhatOnePartyHasManyOf(String address, String group) {
    assertThat(NetworkGroup.of(Address.parse(address))).isEqualTo(group);
  }
}
