package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.TwineException;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
  private static final long BYTES = 1 << 20;
  private static final Scenario.Link LINK =
      new Scenario.Link("P", List.of("R1", "R2"), List.of("/r/1", "/r/2"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "upload           | upload",
        "write            | write-1KiB, write-16KiB, write-64KiB",
        "write-100        | write-100B",
        "write-1MiB       | write-1MiB",
        "requests         | requests-1, requests-100",
        "open-256         | open-256",
        "broadcast-200B   | broadcast-200B",
        "broadcast-50x1KiB | broadcast-50x1KiB",
        "broadcast-10x1KiB | broadcast-1KiB",
      })
  void aNameStandsForTheUsualOnesOrForTheOneWithItsParameter(String name, String scenarios) {
    assertThat(Contest.STREAMS.parse(name).toString()).isEqualTo("[" + scenarios + "]");
  }

  @Test
  void allHasEveryScenarioButHandshakes() {
    assertThat(Contest.STREAMS.parse("all")).hasSize(12).containsAll(Contest.STREAMS.usual());
    assertThat(Contest.STREAMS.parse("all").toString()).doesNotContain("handshake");
  }

  @Test
  void httpHasWhatCanBeDoneWithRequests() {
    assertThat(Contest.HTTP.parse("all").toString())
        .isEqualTo("[upload, download, requests-1, requests-16, open-1, open-16]");
    assertThat(Contest.HTTP.check(new Scenario(Scenario.Kind.UPLOAD, 0))).isEqualTo("bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "uplaod       | uplaod | did you mean upload?",
        "handshake-1  | handshake-1 | give all",
        "upload-3     | upload-3 | give all",
        "open-0       | 0 | give 1 to 256",
        "open-257     | 257 | give 1 to 256",
        "requests-x   | x | give 1 to 256",
        "write-0B     | 0B | give 1B to 1MiB",
        "write-2MiB   | 2MiB | give 1B to 1MiB",
        "broadcast-101x1KiB | 101 | give 1 to 100",
        "broadcast-x1KiB | x1KiB | give",
      })
  void aWrongNameSaysWhatIsAllowed(String name, String value, String remedy) {
    assertThatThrownBy(() -> Contest.STREAMS.parse(name))
        .isInstanceOfSatisfying(TwineException.class, failure -> {
          assertThat(failure.value()).isEqualTo(value);
          assertThat(failure.remedy()).contains(remedy);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "upload | {'durationMillis':1000,'do':'perf','upload':1048576,'download':0,'peer':'P'}",
        "download | {'durationMillis':1000,'do':'perf','upload':0,'download':1048576,'peer':'P'}",
        "write-1KiB | {'durationMillis':1000,'do':'writes','bytes':1024,'peers':['P']}",
        "broadcast-2x200B | {'durationMillis':1000,'do':'writes','bytes':200,'peers':['R1','R2']}",
        "open-32 | {'durationMillis':1000,'do':'opens','count':32,'bytes':32,'peer':'P'}",
        "requests-100 | {'durationMillis':1000,'do':'requests','count':100,'bytes':128,'peer':'P'}",
      })
  void aClientIsAskedInTheLanguageOfThePeers(String name, String command) {
    Scenario scenario = Contest.STREAMS.parse(name).get(0);

    assertThat(Json.line(scenario.command(plan(scenario), LINK)).replace('"', '\''))
        .isEqualTo(command);
  }

  @Test
  void handshakesAreWithAsManyHostsAsAreMadeAtATime() {
    var scenario = new Scenario(Scenario.Kind.HANDSHAKE, 1);

    assertThat(Json.line(scenario.command(plan(scenario), LINK)))
        .contains("\"do\":\"handshakes\"")
        .contains("\"addresses\":[\"/r/1\"]");
  }

  @Test
  void securityAloneNeedsNoOtherProcessAndIsTheSameOnEveryTransport() {
    var scenario = new Scenario(Scenario.Kind.SECURITY, 0);
    var paths = List.of(new ContestPlan.Path("tcp", "tls"), new ContestPlan.Path("ws", "tls"));
    var plan = new ContestPlan(
        Contest.STREAMS,
        List.of("twine", "go"),
        paths,
        List.of(scenario, new Scenario(Scenario.Kind.HANDSHAKE, 1)),
        BYTES,
        Duration.ofSeconds(1),
        Duration.ZERO,
        1);

    assertThat(Json.line(scenario.command(plan, LINK)))
        .isEqualTo("{\"durationMillis\":1000,\"do\":\"secure\"}");
    assertThat(plan.cases().stream().map(what -> what.scenario() + " " + plan.stacks(what)))
        .containsExactly("security [twine]", "handshake-1 [twine, go]", "handshake-1 [twine, go]");
  }

  @ParameterizedTest
  @CsvSource({
    "upload, 0, 1048576, 1048576",
    "download, 0, 1048576, 0",
    "write-1KiB, 3, 3072, 3072",
    "broadcast-200B, 3, 30, 6000",
    "requests-1, 3, 3, 0",
    "open-1, 3, 3, 0",
  })
  void amountsFollowFromTheCountOfAnAnswer(String name, int count, long amount, long received) {
    Scenario scenario = Contest.STREAMS.parse(name).get(0);
    var answer = Json.object().put("count", count);

    assertThat(scenario.amount(plan(scenario), answer)).isEqualTo(amount);
    assertThat(scenario.bytesReceived(plan(scenario), answer)).isEqualTo(received);
  }

  @Test
  void socketsAloneTakePartOnOnePathAndOnlyInWhatTheyCanDo() {
    var paths = List.of(new ContestPlan.Path("tcp", "noise"), new ContestPlan.Path("tcp", "tls"));
    var scenarios = List.of(
        new Scenario(Scenario.Kind.UPLOAD, 0), Contest.STREAMS.parse("open-1").get(0));
    var plan = new ContestPlan(
        Contest.STREAMS,
        List.of("twine", "tcp"),
        paths,
        scenarios,
        BYTES,
        Duration.ofSeconds(1),
        Duration.ZERO,
        1);

    assertThat(plan.cases().stream().map(what -> plan.stacks(what).size()))
        .containsExactly(2, 1, 1, 1);
  }

  private static ContestPlan plan(Scenario scenario) {
    return new ContestPlan(
        Contest.STREAMS,
        List.of("twine"),
        List.of(new ContestPlan.Path("tcp", "noise")),
        List.of(scenario),
        BYTES,
        Duration.ofSeconds(1),
        Duration.ZERO,
        1);
  }
}
