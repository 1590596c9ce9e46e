package dev.twine.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.config.Mode;
import dev.twine.node.text.Rate;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxTest {
  @ParameterizedTest
  @ValueSource(strings = {"ws=5", "p2p=4", "hybrid=3", SandboxPlan.DEFAULT_MIX})
  void everyNodeGetsWhatAllOthersSentOnce(String mix) throws InterruptedException {
    var plan = new SandboxPlan(SandboxPlan.mix(mix), Optional.empty(), new Rate(200), 256);
    try (Sandbox sandbox = Sandbox.start(plan, new CompletableFuture<>())) {
      TimeUnit.MILLISECONDS.sleep(1_000);
      sandbox.finish(Duration.ofSeconds(10));

      SandboxResult result = sandbox.result();

      assertThat(result.lost()).isZero();
      assertThat(result.duplicates()).isZero();
      JsonNode first = result.json().get("nodes").get(0);
      assertThat(first.fieldNames())
          .toIterable()
          .containsExactly(
              "name",
              "nodeId",
              "mode",
              "sent",
              "expected",
              "received",
              "duplicates",
              "filtered",
              "dropped",
              "p50Millis",
              "p99Millis");
      assertThat(first.get("sent").asInt()).isPositive();
      assertThat(first.get("expected").asInt()).isPositive();
      assertThat(result.nodes().stream().mapToLong(NodeResult::filtered).sum()).isPositive();
    }
  }

  @Test
  void aSandboxThatIsAskedToEndBeforeItsLinksStandSendsNothing() throws InterruptedException {
    var plan =
        new SandboxPlan(Collections.nCopies(3, Mode.WS), Optional.empty(), new Rate(200), 256);
    try (Sandbox sandbox = Sandbox.start(plan, CompletableFuture.completedFuture(null))) {
      sandbox.finish(Duration.ofSeconds(10));

      assertThat(sandbox.result().nodes()).hasSize(3).allMatch(node -> node.sent() == 0);
      assertThat(sandbox.result().lost()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 64})
  void everyNodeIsInTheRingAndHasAChord(int nodes) {
    var links = Links.among(Collections.nCopies(nodes, Mode.WS));

    assertThat(links).doesNotHaveDuplicates().allMatch(link -> link.from() != link.to());
    assertThat(links).noneMatch(link -> links.contains(new Links.Link(link.to(), link.from())));
    for (int node = 0; node < nodes; node++) {
      int index = node;
      long degree = links.stream()
          .filter(link -> link.from() == index || link.to() == index)
          .count();
      assertThat(degree).isGreaterThanOrEqualTo(Math.min(3, nodes - 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'ws=2,p2p=2,hybrid=1', 2",
    "'p2p=3,hybrid=1,ws=3', 2",
    "'hybrid=2,ws=3,p2p=3', 3",
    "'ws=20,p2p=20,hybrid=3', 3",
    "'ws=1,hybrid=1', 1"
  })
  void whereTransportsDifferHybridNodesCloseTheRing(String mix, int degree) {
    List<Mode> modes = SandboxPlan.mix(mix);

    var links = Links.among(modes);

    assertThat(links)
        .doesNotHaveDuplicates()
        .allMatch(link -> modes.get(link.from()).reaches(modes.get(link.to())));
    var reached = new HashSet<>(Set.of(0));
    for (int round = 0; round < modes.size(); round++) {
      links.forEach(link -> {
        if (reached.contains(link.from()) || reached.contains(link.to())) {
          reached.addAll(List.of(link.from(), link.to()));
        }
      });
    }
    assertThat(reached).hasSameSizeAs(modes);
    for (int node = 0; node < modes.size(); node++) {
      int index = node;
      assertThat(links.stream().filter(link -> link.from() == index || link.to() == index))
          .as("links of %s", node)
          .hasSizeGreaterThanOrEqualTo(degree);
    }
  }
}
