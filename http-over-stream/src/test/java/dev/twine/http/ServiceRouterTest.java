package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceRouterTest {
  private final ServiceRouter router = new ServiceRouter();

  @ParameterizedTest
  @CsvSource({
    "/a/b,     /a/b",
    "/a/c,     /a/{x}",
    "/c/b,     /{y}/b",
    "/a/b/c,   /a/*",
    "/a,       /a/*",
    "/c,       /*",
    "/,        /*",
    "/c/d/e,   /*",
  })
  void theMostSpecificPathIsServed(String path, String expected) {
    for (String template : List.of("/*", "/a/*", "/{y}/b", "/a/{x}", "/a/b")) {
      router.serve(template, (request, response) -> {});
    }

    ServiceRouter.Match match = router.match(RequestPath.parse(path).segments());

    assertThat(match).isNotNull();
    assertThat(match.route().template().text()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/f/a%2Fb,        a/b",
    "/f/%2f,          /",
    "/f/a%2F%2Fb.txt, a//b.txt",
    "/f/a%252Fb,      a%2Fb",
  })
  void anEncodedSlashIsPartOfTheSegmentOfAParameter(String target, String name) {
    router.serve("/f/{name}", (request, response) -> {});

    ServiceRouter.Match match = router.match(RequestPath.parse(target).segments());

    assertThat(match).isNotNull();
    assertThat(match.parameters()).containsEntry("name", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/f/a%2Fb", "/f/x/a%2Fb", "/f%2Fx", "/%2F"})
  void anEncodedSlashIsNothingThatTheRestOrALiteralStandsFor(String target) {
    router.serve("/f/*", (request, response) -> {});
    router.serve("/f/x/a", (request, response) -> {});

    assertThat(router.match(RequestPath.parse(target).segments())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/f/..%2Fa", "/f/a%2F..", "/f/a%2f%2e%2e%2fb", "/f/.%2Fa", "/f/a%5Cb"})
  void dotSegmentsBetweenEncodedSlashesAreRefused(String target) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> RequestPath.parse(target));
  }

  @Test
  void aTakenPathIsRefusedWhateverItsParametersAreCalled() {
    Registration first = router.serve("/a/{x}", (request, response) -> {});

    assertThatExceptionOfType(TwineException.class)
        .isThrownBy(() -> router.serve("/a/{y}", (request, response) -> {}))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TwineException.Code.ALREADY_REGISTERED));
    first.close();
    first.close();
    router.serve("/a/{y}", (request, response) -> {});
    assertThat(router.paths()).containsExactly("/a/{y}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "/*/a", "/{a", "/a}", "/{}", "/{a}/{a}", "/../a", "/a?b", "/a b", "/%41"})
  void aPathOfAnotherFormIsRefused(String path) {
    assertThatExceptionOfType(TwineException.class)
        .isThrownBy(() -> router.serve(path, (request, response) -> {}));
  }

  @FuzzTest
  void anyTargetIsRefusedOrMatchesWithoutDotsAndSlashes(byte[] bytes) {
    String target = "/" + new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    RequestPath path;
    try {
      path = RequestPath.parse(target);
    } catch (IllegalArgumentException e) {
      return;
    }
    assertThat(path.segments())
        .allSatisfy(segment -> assertThat(segment.split("/", -1)).doesNotContain(".", ".."));
    var one = new ServiceRouter();
    one.serve("/{a}/*", (request, response) -> {});
    ServiceRouter.Match match = one.match(path.segments());
    boolean restHasSlash =
        path.segments().stream().skip(1).anyMatch(segment -> segment.contains("/"));
    assertThat(match != null).isEqualTo(!path.segments().get(0).isEmpty() && !restHasSlash);
  }
}
