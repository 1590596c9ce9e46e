package dev.twine.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.config.Mode;
import dev.twine.node.text.Rate;
import io.netty.util.LeakPresenceDetector;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxTest {
  @AfterAll
  static void nothingLeaked() {
    LeakPresenceDetector.check();
  }

  @Test
  void everyNodeGetsWhatAllOthersSentOnce() throws InterruptedException {
    var plan =
        new SandboxPlan(Collections.nCopies(5, Mode.WS), Optional.empty(), new Rate(200), 256);
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
    var links = Links.among(nodes);

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
}
