package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a peer says it can be dialled, against where it is seen. */
class DialBackTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "127.0.0.1:4160,        127.0.0.1, false, ws://127.0.0.1:4160",
        "127.0.0.1:4160,        127.0.0.1, true,  wss://127.0.0.1:4160",
        "ws://127.0.0.1:4160,   127.0.0.1, true,  ws://127.0.0.1:4160",
        "[::1]:4160,            ::1,       false, ws://[::1]:4160",
        "127.0.0.1:4160,        127.0.0.2, false, -",
        "127.0.0.2:4160,        127.0.0.1, false, -",
        "localhost:4160,        127.0.0.1, false, -",
        "127.0.0.1:0,           127.0.0.1, false, -",
        "127.0.0.1:65536,       127.0.0.1, false, -",
        "'',                    127.0.0.1, false, -",
        ":::,                   127.0.0.1, false, -",
        "http://127.0.0.1:4160, 127.0.0.1, false, -",
        "/ip4/127.0.0.1/tcp/1,  127.0.0.1, false, -",
      })
  void onlyItsOwnHostIsBelieved(String location, String seen, boolean secure, String expected)
      throws UnknownHostException {
    var address = DialBack.of(location, InetAddress.getByName(seen), secure);

    assertThat(address == null ? null : address.toString()).isEqualTo(expected);
  }
}
