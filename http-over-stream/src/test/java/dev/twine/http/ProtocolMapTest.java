package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Registration;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolMapTest {
  private final ServiceRouter router = new ServiceRouter();

  @Test
  void tellsWhatIsRegisteredNow() {
    assertThat(told()).isEqualTo("{}");
    router.serve("/b/{x}", (request, response) -> {});
    Registration first = router.serve("/a", (request, response) -> {});
    assertThat(told()).isEqualTo("{\"/a\":{\"path\":\"/a\"},\"/b\":{\"path\":\"/b/\"}}");

    first.close();

    assertThat(told()).isEqualTo("{\"/b\":{\"path\":\"/b/\"}}");
    assertThat(router.paths()).containsExactly("/b/{x}");
  }

  @ParameterizedTest
  @CsvSource({
    "/hello/1,        /hello/1,  /hello/1",
    "/hello/1/*,      /hello/1,  /hello/1/",
    "/block/{n}/info, /block,    /block/",
    "/a/,             /a,        /a/",
  })
  void aServiceIsNamedByTheLiteralBeginOfItsPath(String template, String name, String path) {
    router.serve(template, (request, response) -> {});

    assertThat(told()).isEqualTo("{\"" + name + "\":{\"path\":\"" + path + "\"}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/*", "/{x}/a", "/a\"b", "/caf\u00e9", "//a"})
  void pathsWithoutAPlainBeginHaveNoName(String template) {
    router.serve(template, (request, response) -> {});

    assertThat(told()).isEqualTo("{}");
  }

  @Test
  void aPathAndWhatIsBelowItAreOneName() {
    router.serve("/a", (request, response) -> {});
    router.serve("/a/{x}", (request, response) -> {});

    assertThat(told()).isEqualTo("{\"/a\":{\"path\":\"/a/\"}}");
  }

  @Test
  void fillsTheLimitAndLeavesOutWhatIsBeyondIt() {
    int each = "\"/000000\":{\"path\":\"/000000\"},".length();
    int fitting = (ProtocolMap.MAX_BYTES - 1) / each;
    for (int i = 0; i <= fitting; i++) {
      router.serve(String.format("/%06d", i), (request, response) -> {});
    }

    assertThat(told().length()).isBetween(ProtocolMap.MAX_BYTES - each, ProtocolMap.MAX_BYTES);
    assertThat(told())
        .contains(String.format("/%06d", fitting - 1))
        .doesNotContain(String.format("/%06d", fitting))
        .endsWith("}}");
  }

  private String told() {
    ServiceRouter.Match match = router.match(List.of(".well-known", "libp2p", "protocols"));
    assertThat(match).isNotNull();
    var answer = match.route().immediate();
    assertThat(answer).isNotNull();
    assertThat(answer.get().contentType()).isEqualTo("application/json");
    return new String(answer.get().body(), StandardCharsets.UTF_8);
  }
}
