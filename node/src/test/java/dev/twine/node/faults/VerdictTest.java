package dev.twine.node.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.faults.Disturbance.Kind;
import dev.twine.node.faults.Journal.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the judge of the fault tests finds wrong. */
class VerdictTest {
  private static final Entry FIRST = new Entry(0, 0, 77, 1_000);
  private static final Entry SECOND = new Entry(0, 1, 78, 2_000);

  @TempDir
  private Path directory;

  @Test
  void whatCameOnceAndUnalteredIsRight() throws IOException {
    JsonNode verdict = verdict(List.of(), FIRST, SECOND);

    assertThat(verdict.path("wrong")).isEmpty();
    assertThat(verdict.path("messages").asInt()).isEqualTo(2);
    assertThat(verdict.path("owed").asInt()).isEqualTo(2);
  }

  @Test
  void whatDidNotComeIsMissing() throws IOException {
    assertThat(verdict(List.of(), FIRST).path("missing").asInt()).isOne();
  }

  @Test
  void whatCameTwiceIsADuplicate() throws IOException {
    JsonNode verdict = verdict(List.of(), FIRST, SECOND, SECOND);

    assertThat(verdict.path("duplicates").asInt()).isOne();
    assertThat(verdict.path("missing").asInt()).isZero();
  }

  @Test
  void anotherPayloadIsAltered() throws IOException {
    JsonNode verdict = verdict(List.of(), FIRST, new Entry(0, 1, 79, 2_000));

    assertThat(verdict.path("altered").asInt()).isOne();
  }

  @Test
  void whatNobodySentIsInvented() throws IOException {
    JsonNode verdict = verdict(List.of(), FIRST, SECOND, new Entry(0, 2, 80, 2_000));

    assertThat(verdict.path("invented").asInt()).isOne();
  }

  @ParameterizedTest
  @CsvSource({"2500, 2501, 0", "2501, 2502, 1", "1900, 2000, 0", "1900, 1999, 1"})
  void whatWasSentWithinTheWindowBeforeADisturbanceIsNotOwed(long from, long until, int missing)
      throws IOException {
    var fault = new Disturbance("", Kind.ACROSS, Set.of(1), from, until, until);

    assertThat(verdict(List.of(fault), FIRST).path("missing").asInt()).isEqualTo(missing);
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "0, 1, 0"})
  void bulkThatQueuesHadNoRoomForIsCountedApartIfItWasCounted(
      long dropped, int missing, int overflowed) throws IOException {
    var overflow = new Overflow(1_500, 2_000, dropped);

    JsonNode verdict = verdict(List.of(), List.of(overflow), FIRST);

    assertThat(verdict.path("missing").asInt()).isEqualTo(missing);
    assertThat(verdict.path("overflowed").asInt()).isEqualTo(overflowed);
  }

  @Test
  void noQueueHasNoRoomForPriority() throws IOException {
    JsonNode verdict = verdict(List.of(), List.of(new Overflow(500, 2_000, 1)), SECOND);

    assertThat(verdict.path("missing").asInt()).isOne();
  }

  private JsonNode verdict(List<Disturbance> disturbances, Entry... handled) throws IOException {
    return verdict(disturbances, List.of(), handled);
  }

  /** Of node 0, which sent two messages, the first with priority, and node 1, which handled those. */
  private JsonNode verdict(
      List<Disturbance> disturbances, List<Overflow> overflows, Entry... handled)
      throws IOException {
    write("sent-0", FIRST, SECOND);
    write("handled-0");
    write("sent-1");
    write("handled-1", handled);
    return new Verdict(List.of(0, 1), disturbances, overflows, 500)
        .of(directory)
        .json();
  }

  private void write(String name, Entry... entries) throws IOException {
    try (Journal journal = Journal.create(directory.resolve(name))) {
      for (Entry entry : entries) {
        journal.add(entry);
      }
    }
  }
}
