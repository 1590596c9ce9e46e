package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
  @Test
  void whatIsBoundIsToldAsItIs() {
    Address ws = Address.parse("ws://10.0.0.1:4160");
    Address p2p = Address.parse("/ip4/10.0.0.1/tcp/4190");
    assertThat(OwnAddresses.of(List.of(ws, p2p), null, List.of())).containsExactly(ws, p2p);
  }

  @Test
  void whatTheOperatorSaysStandsForItsTransport() {
    Address ws = Address.parse("ws://10.0.0.1:4160");
    Address p2p = Address.parse("/ip4/10.0.0.1/tcp/4190");
    Address published = Address.parse("wss://relay.example.com:443");
    assertThat(OwnAddresses.of(List.of(ws, p2p), published, List.of()))
        .containsExactly(published, p2p);
  }

  @Test
  void aListenerOnAllInterfacesIsToldAtEachAddressOfTheMachine() throws Exception {
    List<InetAddress> local = List.of(ip("127.0.0.1"), ip("10.0.0.1"), ip("2001:db8::1"));
    List<Address> bound =
        List.of(Address.parse("wss://0.0.0.0:4160"), Address.parse("/ip6/::/tcp/4190/p2p/" + id()));

    assertThat(OwnAddresses.of(bound, null, local))
        .extracting(Address::toString)
        .containsExactly(
            "wss://127.0.0.1:4160",
            "wss://10.0.0.1:4160",
            "/ip4/127.0.0.1/tcp/4190/p2p/" + id(),
            "/ip4/10.0.0.1/tcp/4190/p2p/" + id(),
            "/ip6/2001:db8:0:0:0:0:0:1/tcp/4190/p2p/" + id());
  }

  @Test
  void tellsOfEightAndNotOneMore() throws Exception {
    var local = new ArrayList<InetAddress>();
    for (int i = 1; i < 20; i++) {
      local.add(ip("10.0.0." + i));
    }
    assertThat(OwnAddresses.of(List.of(Address.parse("ws://0.0.0.0:1")), null, local))
        .hasSize(8);
  }

  @Test
  void theMachineHasAddresses() {
    assertThat(OwnAddresses.ofMachine()).isNotEmpty();
  }

  private static String id() {
    return "12D3KooWBMAjvyUNdmz2Gx8yAVZ175FPpaVfBHuVWbfpUbJ9Zzzw";
  }

  private static InetAddress ip(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }
}
