package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.Topics;
import dev.twine.network.TwineException;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole node, dialled by a client that shares no code with it and says what go-algorand says. */
@Timeout(60)
class LibraryClientEngineTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  private GossipNode node;
  private Address address;

  @BeforeAll
  static void lookOften() {
    LibraryServer.lookOften();
  }

  @BeforeEach
  void start() {
    node = WsNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net"),
        WsConfig.listening("127.0.0.1", 0));
    node.start();
    address = node.addresses().get(0);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private PeerInfo peer() {
    await().until(() -> node.peers().list().size() == 1);
    return node.peers().list().get(0);
  }

  private static byte[] bytes(String hex) {
    return ByteBufUtil.decodeHexDump(hex);
  }

  @Test
  void aRequestIsAnsweredUnderItsHash() throws Exception {
    node.answer(
        TagTable.UE,
        (request, via) -> CompletableFuture.completedFuture(Topics.of("blockData", "block five")));
    try (var client = new LibraryClient(address)) {
      client.send(bytes(BlockRequest.HEX));

      String answer = ByteBufUtil.hexDump(client.await("TS"));
      assertThat(answer)
          .contains(hex("RequestHash") + "0a" + BlockRequest.HASH)
          .contains(hex("block five"));
    }
  }

  private static String hex(String text) {
    return ByteBufUtil.hexDump(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void theClientsInterestIsHonoured() throws Exception {
    node.answer(TagTable.UE, (request, via) -> CompletableFuture.completedFuture(Topics.empty()));
    try (var client = new LibraryClient(address)) {
      client.send(bytes("4d49" + "01" + "0474616773" + "024156"));
      client.send(bytes(BlockRequest.HEX));
      client.await("TS");

      node.broadcast(TagTable.TX, new byte[] {1});
      node.broadcast(TagTable.AV, new byte[] {2});

      assertThat(client.await("AV")).containsExactly(2);
      assertThat(client.tags()).doesNotContain("TX");
    }
  }

  @Test
  void withoutAMessageOfInterestTheClientGetsTransactionsToo() throws Exception {
    try (var client = new LibraryClient(address)) {
      peer();
      node.broadcast(TagTable.TX, new byte[] {1});

      assertThat(client.await("TX")).containsExactly(1);
    }
  }

  @Test
  void aRequestOfTheNodeIsAnsweredByTheClient() throws Exception {
    try (var client = new LibraryClient(address)) {
      CompletableFuture<Topics> answer =
          node.request(peer().session(), TagTable.UE, Topics.of("roundKey", new byte[10]), SOON);

      client.send(BlockRequest.answer(client.await("UE"), "blockData", "by hand"));

      assertThat(answer.get(20, TimeUnit.SECONDS).text("blockData")).contains("by hand");
    }
  }

  @Test
  void theHashIsThatOfTheVector() throws Exception {
    byte[] body = Arrays.copyOfRange(bytes(BlockRequest.HEX), 2, 69);
    byte[] digest = MessageDigest.getInstance("SHA-512/256").digest(body);

    assertThat(ByteBufUtil.hexDump(BlockRequest.hash(digest))).isEqualTo(BlockRequest.HASH);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "net,   X-Algorand-Accept-Version,    2.1,  412",
        "net,   X-Algorand-Accept-Version,    '',   412",
        "net,   X-Algorand-Accept-Version,    -,    412",
        "other, X-Algorand-Genesis,           net,  412",
        "net,   X-Algorand-NodeRandom,        -,    412",
        "net,   X-Algorand-NodeRandom,        '',   412",
        "net,   X-Algorand-IdentityChallenge, %%%,  400",
        "net,   X-Algorand-IdentityChallenge, gaFhAQ==, 400",
        "net,   Origin,                       http://elsewhere, 403",
      })
  void aMalformedRequestIsRefused(String network, String name, String value, int status)
      throws Exception {
    Map<String, String> headers = LibraryClient.headers();
    headers.remove(name);
    if (value != null) {
      headers.put(name, value);
    }
    try (var client = new LibraryClient(address, network, headers)) {
      client.awaitClose();
      assertThat(client.closeReason).contains(String.valueOf(status));
      assertThat(node.peers().list()).isEmpty();
    }
  }

  @Test
  void aClientWithTheNodesOwnRandomIsTheNode() throws Exception {
    Map<String, String> headers = LibraryClient.headers();
    try (var client = new LibraryClient(address)) {
      headers.put("X-Algorand-NodeRandom", client.answer.get("X-Algorand-NodeRandom"));
    }
    try (var twin = new LibraryClient(address, headers)) {
      twin.awaitClose();
      assertThat(twin.closeReason).contains("508");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Algorand-NodeRandom,    %%% not base64",
    "X-Algorand-Peer-Features, ',,  ,ppzstd,,unknown;x=1,'",
    "X-Algorand-Genesis,       other",
    "X-Algorand-Location,      ':::not an address'",
    "X-Twine-NodeId,           nobody",
  })
  void headersThatDoNotMatterAreTaken(String name, String value) throws Exception {
    Map<String, String> headers = LibraryClient.headers();
    headers.put(name, value);
    try (var client = new LibraryClient(address, headers)) {
      assertThat(client.isOpen()).isTrue();
      assertThat(client.answer).containsEntry("X-Algorand-Genesis", "net");
      assertThat(peer().nodeId()).isNull();
    }
  }

  @Test
  void aLocationOnAnotherHostLeadsNowhere() throws Exception {
    Map<String, String> headers = LibraryClient.headers();
    headers.put("X-Algorand-Location", "127.0.0.2:" + address.port());
    try (var client = new LibraryClient(address, headers)) {
      assertThat(client.isOpen()).isTrue();
      var stream = node.openServiceStream(peer().session(), SOON);

      assertThatThrownBy(() -> stream.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              TwineException.class,
              failure -> assertThat(failure.code()).isEqualTo(TwineException.Code.NO_HTTP_ROUTE));
    }
  }

  @Test
  void aLocationOnItsOwnHostLeadsToItsServices() throws Exception {
    node.serve("/here", (request, response) -> response.send("found"));
    Map<String, String> headers = LibraryClient.headers();
    headers.put("X-Algorand-Location", address.hostAndPort());
    try (var client = new LibraryClient(address, headers)) {
      assertThat(client.isOpen()).isTrue();
      try (var stream = node.openServiceStream(peer().session(), SOON).get(20, TimeUnit.SECONDS)) {
        stream.readTimeout(SOON);
        String request = "GET /here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.output().write(request.getBytes(StandardCharsets.US_ASCII));
        stream.output().flush();

        assertThat(new String(stream.input().readAllBytes(), StandardCharsets.US_ASCII))
            .endsWith("found");
      }
    }
  }

  @Test
  void textEndsTheSession() throws Exception {
    try (var client = new LibraryClient(address)) {
      client.send("TX in words");

      assertThat(client.awaitClose()).isEqualTo(1002);
    }
  }

  static Stream<Arguments> tags() {
    return TagTable.standard().specs().stream()
        .map(spec -> Arguments.of(spec.tag().toString(), spec.maxBytes()));
  }

  @ParameterizedTest
  @MethodSource("tags")
  void aMessageAboveItsTagsLimitEndsTheSession(String tag, int maxBytes) throws Exception {
    try (var client = new LibraryClient(address)) {
      client.send(Frames.message(tag, 2 + maxBytes + 1));

      assertThat(client.awaitClose()).isEqualTo(1009);
    }
  }
}
