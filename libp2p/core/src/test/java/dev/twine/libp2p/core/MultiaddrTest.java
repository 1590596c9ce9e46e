package dev.twine.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.NodeId;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final String QM = "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC";
  private static final String ED = "12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV";
  private static final NodeId PEER = NodeId.parse(ED);

  /** Bytes that the multiaddr specification, go-multiaddr and js-multiaddr agree on. */
  @ParameterizedTest
  @CsvSource({
    "/ip4/192.0.2.42/tcp/443, 04c000022a0601bb",
    "/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
    "/ip4/127.0.0.1/tcp/4321, 047f0000010610e1",
    "/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321, 047f000001910204d2047f0000010610e1",
    "/ip6/::1/tcp/0, 2900000000000000000000000000000001060000",
    "/ip6/2001:8a0:7ac5:4201:3ac9:86ff:fe31:7095/tcp/8000/ws, "
        + "29200108a07ac542013ac986fffe317095061f40dd03",
    "/dns4/ipfs.io/tcp/443/wss, 3607697066732e696f0601bbde03",
    "/dnsaddr/a.b, 3803612e62",
    "/ip4/1.2.3.4/ipcidr/24, 04010203042b18",
    "/ip6zone/x%y/ip6/fe80::1, 2a0378257929fe800000000000000000000000000001",
    "/unix/a/b, 9003042f612f62",
    "/http-path/tmp%2Fbar, e10307746d702f626172",
    "/memory/test, 89060474657374",
    "/onion/aaimaq4ygg2iegci:80, bc030010c0439831b48218480050",
    "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234, "
        + "bd03adadec040be047f9658668b11a504f3155001f231a37f54c4476c07fb4cc139ed7e30304d2",
    "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuq, "
        + "bf0320efbcd45d0c5dc79781ac6f20ea5055a036afb48d45a52e7d68ec7d4338919e69",
    "/dccp/1/sctp/2/udt/utp, 2100018401" + "0002ad02ae02",
    "/https/p2p-websocket-star/p2p-stardust/p2p-webrtc-star/p2p-webrtc-direct, "
        + "bb03df03950293029402",
    "/tls/sni/a/noise/quic/quic-v1/webtransport/http/p2p-circuit/webrtc-direct/webrtc, "
        + "c003c1030161c603cc03cd03d103e003a20298029902"
  })
  void matchesTheBytesOnTheWire(String text, String hex) {

    Multiaddr address = Multiaddr.parse(text);

    assertThat(ByteBufUtil.hexDump(address.toBytes())).isEqualTo(hex);
    Multiaddr again = Multiaddr.parse(HexFormat.of().parseHex(hex));
    assertThat(again).isEqualTo(address).hasSameHashCodeAs(address).hasToString(text);
    assertThat(again.components()).isEqualTo(address.components());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/0.0.0.0",
        "/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21/udp/1234/quic-v1",
        "/ip6/::ffff:1.2.3.4/tcp/1",
        "/ip6/::/ipcidr/64",
        "/udp/65535",
        "/p2p/" + QM + "/tcp/1234",
        "/ip4/127.0.0.1/udp/1234/quic-v1/webtransport/certhash/"
            + "uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
        "/ip4/127.0.0.1/tcp/9090/tls/ws/p2p/" + ED + "/p2p-circuit/p2p/" + QM,
        "/ip4/1.2.3.4/tcp/80/unix/a/b/c/d/e/f",
        "/dns/bücher.example/tcp/1/http/http-path/.well-known%2Flibp2p",
        "/http-path/a%2520space%2B%FF",
        "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwas/tcp/8080",
        "/onion/timaq4ygg2iegci7:80/http",
      })
  void whatWasReadPrintsTheSame(String text) {
    Multiaddr address = Multiaddr.parse(text);

    assertThat(address).hasToString(text);
    assertThat(Multiaddr.parse(address.toBytes())).hasToString(text).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/1234/, /ip4/127.0.0.1/tcp/1234",
    "/ipfs/" + QM + ", /p2p/" + QM,
    "/ip6/2001:DB8:0:0::1, /ip6/2001:db8::1",
    "/tcp/0080, /tcp/80",
    "/onion/TIMAQ4YGG2IEGCI7:080, /onion/timaq4ygg2iegci7:80",
    "/http-path/%7euser%2ffoo, /http-path/~user%2Ffoo",
    "/p2p/bafzbeigvf25ytwc3akrijfecaotc74udrhcxzh2cx3we5qqnw5vgrei4bm, "
        + "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC",
    "/p2p/k51qzi5uqu5dhb6l8spkdx7yxafegfkee5by8h7lmjh2ehc2sgg34z7c15vzqs, "
        + "/p2p/12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV",
    "/p2p/bafzaajaiaejcalj543iwv2d7pkjt7ykvefrkfu7qjfi6sduakhso4lay6abn2d5u, "
        + "/p2p/12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV"
  })
  void otherSpellingsAreReadAndPrintedAsOne(String text, String canonical) {
    assertThat(Multiaddr.parse(text)).hasToString(canonical).isEqualTo(Multiaddr.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "ip4/1.2.3.4",
        "/ip4",
        "/ip4/::1",
        "/ip4/1.2.3",
        "/ip4/256.1.1.1",
        "/ip6",
        "/ip6/[::1]",
        "/ip6/fe80::1%eth0",
        "/ip6/1.2.3.4",
        "/ip4/::/ipcidr/256",
        "/ip6zone",
        "/ip6zone/",
        "/ip6zone//ip6/fe80::1",
        "/tcp",
        "/tcp/-1",
        "/tcp/+1",
        "/tcp/65536",
        "/tcp/99999999999",
        "/tcp/١",
        "/quic/65536",
        "/ip4/127.0.0.1/ipfs/tcp",
        "/ip4/127.0.0.1/p2p",
        "/p2p/QmxoHT6iViN5xAjoz1VZ553cL31U9F94ht3QvWR1FrEbZY",
        "/p2p/11",
        "/p2p/bafkreigvf25ytwc3akrijfecaotc74udrhcxzh2cx3we5qqnw5vgrei4bm",
        "/certhash/b2uaraocy6yrdblb4sfptaddgimjmmp",
        "/certhash/x00",
        "/unix",
        "/unix/",
        "/dns/\ud800",
        "/dns/a b",
        "/dns/a\u0007b",
        "/dns/a\u202eb",
        "/http-path/",
        "/http-path/%2",
        "/http-path/%zz",
        "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd",
        "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:0",
        "/onion3/9ww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:80",
        "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd7:80",
        "/onion/timaq4ygg2iegci7:65536",
        "/onion/timaq4ygg2iegci:80",
        "/onion/:80",
        "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuq77",
        "/garlic64/jT~IyXaoauTni6N4517EG8mrFUKpy0IlgZh",
        "/ip4/127.0.0.1/tcp/9090/http/p2p-webcrt-direct",
      })
  void refusesWhatIsNoAddressAndSaysWhy(String text) {
    assertThatThrownBy(() -> Multiaddr.parse(text))
        .isInstanceOfSatisfying(Libp2pException.class, e -> {
          assertThat(e.reason()).isEqualTo(FailureReason.BAD_ADDRESS);
          assertThat(e.value()).isEqualTo(text);
          assertThat(e.remedy()).isNotBlank();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "'', length of an address",
    "bc02, unknown protocol in an address",
    "bc03, address ends early",
    "bc030010c0439831b4821848" + "0000, malformed onion in an address",
    "bf030100, malformed garlic32 in an address",
    "be030100, malformed garlic64 in an address",
    "8104, unknown protocol in an address",
    "047f0000, address ends early",
    "06, address ends early",
    "84, address ends early",
    "3605616263, address ends early",
    "36ffffffff07616263, address ends early",
    "8400, malformed varint",
    "ffffffffffffffffff01, malformed varint",
    "3600, malformed dns4 in an address",
    "3601ff, malformed dns4 in an address",
    "36012f, malformed dns4 in an address",
    "360107, malformed dns4 in an address",
    "90030161, malformed unix in an address",
    "9003022f61cc03, address goes on behind a path",
    "9003022f6190030000, address goes on behind a path",
    "a503021201, malformed p2p in an address",
    "a50300, malformed p2p in an address",
    "d203021204, malformed certhash in an address",
    "e10300, malformed http-path in an address",
  })
  void refusesBytesThatAreNoAddress(String hex, String what) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> Multiaddr.parse(bytes))
        .isInstanceOfSatisfying(Libp2pException.class, e -> {
          assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
          assertThat(e.what()).isEqualTo(what);
          assertThat(e.getStackTrace()).isEmpty();
        });
  }

  @Test
  void aDestinationOfI2pIsReadAndPrintedInItsOwnBase64() {
    byte[] destination = new byte[387];
    new Random(7).nextBytes(destination);
    String text = HiddenService.garlic64(destination);
    assertThat(text).hasSize(516).doesNotContain("+", "/").contains("-", "~");
    Multiaddr address = Multiaddr.parse("/garlic64/" + text);

    assertThat(address).hasToString("/garlic64/" + text);
    assertThat(Multiaddr.parse(address.toBytes())).isEqualTo(address);
  }

  @Test
  void takesThirtyTwoComponentsAndOneKibibyteButNotOneMore() {
    String longest = "/quic".repeat(Multiaddr.MAX_COMPONENTS);
    byte[] bytes = Multiaddr.parse(longest).toBytes();
    assertThat(Multiaddr.parse(bytes).components()).hasSize(Multiaddr.MAX_COMPONENTS);
    String path = "/http-path/" + "a".repeat(Multiaddr.MAX_BYTES - 4);
    assertThat(Multiaddr.parse(path).toBytes()).hasSize(Multiaddr.MAX_BYTES);

    byte[] more = HexFormat.of().parseHex("cc03".repeat(Multiaddr.MAX_COMPONENTS + 1));
    assertThatThrownBy(() -> Multiaddr.parse(more)).hasMessageContaining("components");
    assertThatThrownBy(() -> Multiaddr.parse(longest + "/quic")).hasMessageContaining("too long");
    assertThatThrownBy(() -> Multiaddr.parse(path + "a")).hasMessageContaining("too long");
    assertThatThrownBy(() -> Multiaddr.parse(new byte[Multiaddr.MAX_BYTES + 1]))
        .hasMessageContaining("length of an address");
    assertThatThrownBy(() -> Multiaddr.parse("/http-path/" + "%61".repeat(4 * 1024)))
        .hasMessageContaining("too long");
  }

  @Test
  void theLastPeerIsTheTargetUnlessARelayComesAfterIt() {
    String relay = "/ip4/1.2.3.4/tcp/1/p2p/" + QM;
    assertThat(Multiaddr.parse(relay).peerId()).contains(NodeId.parse(QM));
    assertThat(Multiaddr.parse(relay + "/http-path/x").peerId()).contains(NodeId.parse(QM));
    assertThat(Multiaddr.parse(relay + "/p2p-circuit").peerId()).isEmpty();
    assertThat(Multiaddr.parse(relay + "/p2p-circuit/p2p/" + ED).peerId()).contains(PEER);
    assertThat(Multiaddr.parse("/tcp/1").peerId()).isEmpty();
  }

  @Test
  void thePeerOnTheEndIsReplacedAndTakenOff() {
    Multiaddr plain = Multiaddr.parse("/ip4/1.2.3.4/tcp/1");

    Multiaddr named = plain.withPeer(PEER);

    assertThat(named).hasToString("/ip4/1.2.3.4/tcp/1/p2p/" + ED);
    assertThat(named.withPeer(NodeId.parse(QM))).hasToString("/ip4/1.2.3.4/tcp/1/p2p/" + QM);
    assertThat(named.withoutPeer()).isEqualTo(plain);
    assertThat(plain.withoutPeer()).isSameAs(plain);
    Multiaddr none = Multiaddr.parse("/p2p/" + ED).withoutPeer();
    assertThat(none.components()).isEmpty();
    assertThat(none).hasToString("/");
    assertThat(none.withPeer(PEER)).hasToString("/p2p/" + ED);
    assertThat(plain.encapsulate(Multiaddr.parse("/ws"))).hasToString("/ip4/1.2.3.4/tcp/1/ws");
  }

  @Test
  void nothingIsPutBehindAPathThatTakesTheRest() {
    Multiaddr path = Multiaddr.parse("/unix/run/socket");

    assertThatThrownBy(() -> path.withPeer(PEER))
        .isInstanceOfSatisfying(Libp2pException.class, e -> {
          assertThat(e.reason()).isEqualTo(FailureReason.BAD_ADDRESS);
          assertThat(e.value()).isEqualTo("/run/socket");
        });
    assertThatThrownBy(() -> path.encapsulate(path)).isInstanceOf(Libp2pException.class);
    assertThat(Multiaddr.parse("/tls").encapsulate(path)).hasToString("/tls/unix/run/socket");
  }

  @Test
  void valuesAreFoundByProtocol() {
    Multiaddr address = Multiaddr.parse("/dns4/a.example/tcp/443/tls/ws");

    assertThat(address.value("tcp")).contains("443");
    assertThat(address.value("ws")).contains("");
    assertThat(address.has("tls")).isTrue();
    assertThat(address.has("udp")).isFalse();
  }

  @Test
  void everyIp6AddressPrintsAsItWillBeReadAgain() {
    var random = new Random(6);
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = new byte[17];
      random.nextBytes(bytes);
      int kept = random.nextInt(1 << 9);
      for (int at = 1; at <= 16; at++) {
        bytes[at] = (kept >>> (at / 2) & 1) == 0 ? 0 : bytes[at];
      }
      boolean mapped = i % 50 == 0;
      bytes[11] = mapped ? -1 : bytes[11];
      bytes[12] = mapped ? -1 : bytes[12];
      bytes[0] = 41;
      assertThat(readsAlikeOrRefuses(bytes)).isTrue();
    }
  }

  @Test
  void everyPrefixAndMutationIsRefusedOrReadsAndPrintsAlike() {
    byte[] seed = Multiaddr.parse("/dns4/a.example/tcp/443/tls/sni/b/ws/http-path/x%2Fy/p2p/" + ED
            + "/p2p-circuit/p2p/" + QM)
        .toBytes();
    for (int length = 0; length < seed.length; length++) {
      readsAlikeOrRefuses(Arrays.copyOf(seed, length));
    }
    var random = new Random(20_261_121);
    int read = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = seed.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      read += readsAlikeOrRefuses(bytes) ? 1 : 0;
    }
    assertThat(read).isBetween(150, 2_850);
  }

  static boolean readsAlikeOrRefuses(byte[] bytes) {
    Multiaddr address;
    try {
      address = Multiaddr.parse(bytes);
    } catch (Libp2pException e) {
      assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
      return false;
    }
    assertThat(address.toBytes()).isEqualTo(bytes);
    assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    return true;
  }
}
