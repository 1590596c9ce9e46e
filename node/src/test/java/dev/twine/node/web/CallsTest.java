package dev.twine.node.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That every stack does what is measured, and that nothing wrong would count. */
@Timeout(60)
class CallsTest {
  /** The end of a measurement that is over after one call of each thread. */
  private static final long OVER = 0;

  private static final int THREE_BLOCKS = 3 * Blocks.SIZE + 1;

  @ParameterizedTest
  @ValueSource(strings = {"p2p", "ws", "hybrid", "okhttp", "netty"})
  void everyStackDoesAllThatIsMeasured(String stack) throws Exception {
    try (Site site = WebMain.site(stack);
        Way way = Way.to(stack, site.address())) {
      var calls = new Calls(way, () -> OVER);

      assertThat(calls.keptAlive(3, 128, OVER)).isEqualTo(3);
      assertThat(calls.oneByOne(3, 32, OVER)).isEqualTo(3);
      calls.download(THREE_BLOCKS);
      calls.upload(THREE_BLOCKS);

      assertThat(site.received()).isEqualTo(THREE_BLOCKS);
    }
  }

  @Test
  void aWrongByteAndAMissingOneEndTheMeasurement() throws Exception {
    try (Site site = WebMain.site("netty");
        Way way = Way.to("netty", site.address())) {
      Calls wrong = altered(way, bytes -> {
        bytes[bytes.length - 1]++;
        return bytes;
      });
      Calls cut = altered(way, bytes -> Arrays.copyOf(bytes, bytes.length - 1));

      assertThatThrownBy(() -> wrong.keptAlive(1, 128, OVER))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("another byte came");
      assertThatThrownBy(() -> cut.keptAlive(1, 128, OVER)).hasMessageContaining("127 bytes");
      assertThatThrownBy(() -> wrong.download(THREE_BLOCKS)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> cut.upload(THREE_BLOCKS)).isInstanceOf(IOException.class);
    }
  }

  private static Calls altered(Way way, UnaryOperator<byte[]> change) {
    var client = way.client()
        .newBuilder()
        .addInterceptor(chain -> {
          var response = chain.proceed(chain.request());
          byte[] bytes = change.apply(response.body().bytes());
          return response.newBuilder().body(ResponseBody.create(bytes, null)).build();
        })
        .build();
    return new Calls(new Way(way.peer(), client, way.root(), null), () -> OVER);
  }
}
