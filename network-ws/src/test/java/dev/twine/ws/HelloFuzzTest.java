package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Headers of a hostile peer: whatever they hold, they are read, bounded and harmless. */
class HelloFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void anyHeadersAreReadAndBounded(byte[] bytes) {
    read(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  @Test
  void randomHeadersAreReadAndBounded() {
    var random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(2_000)];
      random.nextBytes(bytes);
      read(new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  private static void read(String value) {
    var headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    headers.add(GossipHeaders.ACCEPT_VERSION, value);
    headers.add(GossipHeaders.NODE_RANDOM, value);
    headers.add(GossipHeaders.LOCATION, value);
    headers.add(GossipHeaders.FEATURES, "twine1," + value);
    headers.add(GossipHeaders.TWINE_NODE_ID, value);
    headers.add(GossipHeaders.TWINE_NONCE, value);
    headers.add("User-Agent", value);

    Hello hello = Hello.read(headers);

    assertThat(hello.features()).hasSizeLessThanOrEqualTo(64);
    assertThat(hello.agent()).hasSizeLessThanOrEqualTo(128).matches("[ -~]*");
    assertThat(hello.nonce().length).isIn(0, Nonce.LENGTH);
    hello.randomBytes();
    DialBack.of(hello.location(), InetAddress.getLoopbackAddress(), false);
    ServerHandshake.networkId(value);
    RetryTimes.parse(value);
  }
}
