package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisClientTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aValueThatWasSetIsFoundAndAnotherIsNot() throws IOException {
    try (RespServer server = RespServer.start();
        RedisClient client = RedisClient.connect(server.address(), SECOND)) {
      client.set("a1_listener_multiaddr", "/ip4/127.0.0.1/tcp/1/p2p/é");

      assertThat(client.get("a1_listener_multiaddr")).contains("/ip4/127.0.0.1/tcp/1/p2p/é");
      assertThat(client.get("b2_listener_multiaddr")).isEmpty();
    }
  }

  @Test
  void aPopWaitsForTheOtherSidesPush() throws IOException {
    try (RespServer server = RespServer.start();
        RedisClient one = RedisClient.connect(server.address(), SECOND);
        RedisClient other = RedisClient.connect(server.address(), SECOND)) {
      CompletableFuture<String> popped = CompletableFuture.supplyAsync(() -> {
        try {
          return one.blockingLeftPop("listenerAddr", Duration.ofSeconds(20)).orElseThrow();
        } catch (IOException failed) {
          throw new java.io.UncheckedIOException(failed);
        }
      });
      other.rightPush("listenerAddr", "/ip4/127.0.0.1/tcp/1");

      assertThat(popped.join()).isEqualTo("/ip4/127.0.0.1/tcp/1");
    }
  }

  @Test
  void aListIsNoValueAndAValueNoList() throws IOException {
    try (RespServer server = RespServer.start();
        RedisClient client = RedisClient.connect(server.address(), SECOND)) {
      client.rightPush("list", "a");
      client.set("value", "b");

      assertThatThrownBy(() -> client.get("list"))
          .isInstanceOf(RedisClient.WrongTypeException.class);
      assertThatThrownBy(() -> client.rightPush("value", "c"))
          .isInstanceOf(RedisClient.WrongTypeException.class);
      client.delete("value");
      client.rightPush("value", "c");
      assertThat(client.blockingLeftPop("value", SECOND)).contains("c");
    }
  }

  @Test
  void aPopWithoutAPushIsEmptyInTheEnd() throws IOException {
    try (RespServer server = RespServer.start();
        RedisClient client = RedisClient.connect(server.address(), SECOND)) {
      assertThat(client.blockingLeftPop("listenerAddr", SECOND)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-ERR no\r\n",
        "$65537\r\n",
        "$-2\r\n",
        "$x\r\n",
        "$3\r\nabcd\r\n",
        "*17\r\n",
        "*1\r\n*1\r\n*1\r\n:1\r\n",
        "HTTP/1.1 200 OK\r\n",
        "\r\n"
      })
  void aReplyOutOfBoundsIsRefused(String reply) throws IOException {
    try (RespServer server = RespServer.replying(reply);
        RedisClient client = RedisClient.connect(server.address(), SECOND)) {
      assertThatThrownBy(() -> client.get("key"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("redis: ");
    }
  }

  @Test
  void aReplyThatNeverComesIsGivenUp() throws IOException {
    try (RespServer server = RespServer.replying("");
        RedisClient client = RedisClient.connect(server.address(), Duration.ofMillis(50))) {
      assertThatThrownBy(() -> client.get("key"))
          .isInstanceOf(IOException.class)
          .hasMessage("redis: no reply to GET: look at the server");
    }
  }
}
