package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.Topics;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.handshake.ClientHandshake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole node that dials a server which shares no code with it. */
@Timeout(60)
class LibraryServerEngineTest {
  private static final byte[] NOTHING = new byte[0];

  private GossipNode node;

  @BeforeAll
  static void lookOften() {
    LibraryServer.lookOften();
  }

  @BeforeEach
  void start() {
    node = WsNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net"), WsConfig.client());
    node.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private PeerInfo connect(LibraryServer server) throws Exception {
    return node.peers().connect(server.address(), Duration.ofSeconds(15)).get(20, TimeUnit.SECONDS);
  }

  private static void awaitClose(LibraryServer server, String close) {
    await().untilAsserted(() -> assertThat(server.closes).containsExactly(close));
  }

  @Test
  void theRequestHasWhatGoAlgorandAsksFor() throws Exception {
    try (var server = new LibraryServer(LibraryServer.answer(), NOTHING)) {
      assertThat(connect(server).nodeId()).isNull();
      ClientHandshake request = server.requests.get(0);

      assertThat(request.getResourceDescriptor()).isEqualTo("/v1/net/gossip");
      assertThat(request.getFieldValue("X-Algorand-Version")).isEqualTo("2.2");
      assertThat(request.getFieldValue("X-Algorand-Accept-Version")).isEqualTo("2.2");
      assertThat(request.getFieldValue("X-Algorand-NodeRandom")).hasSize(16);
      assertThat(request.getFieldValue("X-Algorand-Genesis")).isEqualTo("net");
      assertThat(request.hasFieldValue("Origin")).isFalse();
      assertThat(request.hasFieldValue("Sec-WebSocket-Extensions")).isFalse();
    }
  }

  @Test
  void theServersInterestIsHonouredFromItsFirstFrameOn() throws Exception {
    byte[] votes = ByteBufUtil.decodeHexDump("4d49" + "01" + "0474616773" + "024156");
    try (var server = new LibraryServer(LibraryServer.answer(), votes)) {
      connect(server);
      // Read in order: when this one is through, so is the interest.
      var seen = new CountDownLatch(1);
      node.handle(TagTable.TX, message -> seen.countDown());
      server.broadcast(Frames.message("TX", 10));
      assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();

      node.broadcast(TagTable.TX, new byte[] {1});
      node.broadcast(TagTable.AV, new byte[] {2});

      await().until(() -> server.messages.stream().anyMatch(m -> m.get(0) == 'A'));
      assertThat(server.messages)
          .noneMatch(message -> message.get(0) == 'T' && message.get(1) == 'X');
    }
  }

  @Test
  void aRequestOfTheServerIsAnsweredUnderItsHash() throws Exception {
    node.answer(
        TagTable.UE,
        (request, via) -> CompletableFuture.completedFuture(Topics.of("blockData", "block five")));
    try (var server = new LibraryServer(LibraryServer.answer(), NOTHING)) {
      connect(server);
      server.broadcast(ByteBufUtil.decodeHexDump(BlockRequest.HEX));

      byte[] answer = server.await("TS");
      assertThat(ByteBufUtil.hexDump(answer)).contains(BlockRequest.HASH);
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).contains("block five");
    }
  }

  @Test
  void aRequestOfTheNodeIsAnsweredByTheServer() throws Exception {
    try (var server = new LibraryServer(LibraryServer.answer(), NOTHING)) {
      PeerInfo peer = connect(server);
      CompletableFuture<Topics> answer = node.request(
          peer.session(), TagTable.UE, Topics.of("roundKey", new byte[10]), Duration.ofSeconds(15));

      server.broadcast(BlockRequest.answer(server.await("UE"), "blockData", "by hand"));

      assertThat(answer.get(20, TimeUnit.SECONDS).text("blockData")).contains("by hand");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Algorand-Version,    1.0,   REFUSED,          no common version",
    "X-Algorand-Version,    '',    REFUSED,          no common version",
    "X-Algorand-NodeRandom, '',    REFUSED,          X-Algorand-NodeRandom",
    "X-Algorand-NodeRandom, echo,  SELF,             dialled itself",
    "X-Algorand-Genesis,    other, NETWORK_MISMATCH, another network",
    "X-Algorand-Genesis,    '',    NETWORK_MISMATCH, another network",
  })
  void anAnswerThatDoesNotFitEndsTheDial(String name, String value, Code code, String reason)
      throws Exception {
    Map<String, String> headers = LibraryServer.answer();
    headers.put(name, value);
    assertRefused(headers, code, reason, "1002 Unsupported headers");
  }

  @ParameterizedTest
  @CsvSource({"%%%", "gaFhAQ==", "AAAA"})
  void aMalformedIdentityEndsTheDial(String challenge) throws Exception {
    Map<String, String> headers = LibraryServer.answer();
    headers.put("X-Algorand-IdentityChallenge", challenge);
    assertRefused(headers, Code.REFUSED, "step identity", "1002 Invalid identity response");
  }

  private void assertRefused(Map<String, String> headers, Code code, String reason, String close)
      throws Exception {
    try (var server = new LibraryServer(headers, NOTHING)) {
      assertThatThrownBy(() -> connect(server))
          .cause()
          .isInstanceOfSatisfying(TwineException.class, failure -> {
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure).hasMessageContaining(reason);
          });
      awaitClose(server, close);
      assertThat(node.peers().list()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Algorand-NodeRandom,    %%% not base64",
    "X-Algorand-Peer-Features, ',,  ,ppzstd,,unknown;x=1,'",
    "X-Algorand-Location,      127.0.0.2:1",
    "X-Twine-NodeId,           nobody",
  })
  void headersThatDoNotMatterAreTaken(String name, String value) throws Exception {
    Map<String, String> headers = LibraryServer.answer();
    headers.put(name, value);
    try (var server = new LibraryServer(headers, NOTHING)) {
      assertThat(connect(server).nodeId()).isNull();
    }
  }

  @Test
  void textEndsTheSession() throws Exception {
    try (var server = new LibraryServer(LibraryServer.answer(), NOTHING)) {
      connect(server);
      server.broadcast("TX in words");

      awaitClose(server, "1002 text frame");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.twine.ws.LibraryClientEngineTest#tags")
  void aMessageAboveItsTagsLimitEndsTheSession(String tag, int maxBytes) throws Exception {
    byte[] tooLong = Frames.message(tag, 2 + maxBytes + 1);
    try (var server = new LibraryServer(LibraryServer.answer(), tooLong)) {
      node.peers().connect(server.address(), Duration.ofSeconds(15));

      awaitClose(server, "1009 ");
    }
  }
}
