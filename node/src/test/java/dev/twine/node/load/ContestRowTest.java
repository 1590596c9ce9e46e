package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestRowTest {
  private static final ContestPlan.Case UPLOAD = new ContestPlan.Case(
      Contest.STREAMS, new ContestPlan.Path("tcp", "noise"), new Scenario(Scenario.Kind.UPLOAD, 0));

  @Test
  void ratesArePerSecondOfTheClockAndOfEachProcess() {
    var sample = new ContestRow.Sample(1_000, 500_000_000, 250_000_000, 1_000_000_000, 50_000_000);

    assertThat(sample.rate()).isEqualTo(2_000);
    assertThat(sample.clientCpu()).isEqualTo(0.5);
    assertThat(sample.serverCpu()).isEqualTo(2);
    assertThat(sample.perClientCpuSecond()).isEqualTo(4_000);
    assertThat(sample.perServerCpuSecond()).isEqualTo(1_000);
    assertThat(sample.compiling()).isEqualTo(0.1);
  }

  @Test
  void aRowHasMediansOfItsSamplesAndSaysWhatWasChecked() {
    var row = new ContestRow(
        UPLOAD,
        "twine",
        50,
        List.of(
            new ContestRow.Sample(100, 1_000_000_000, 500_000_000, 500_000_000, 0),
            new ContestRow.Sample(300, 1_000_000_000, 500_000_000, 500_000_000, 200_000_000),
            new ContestRow.Sample(200, 1_000_000_000, 500_000_000, 500_000_000, 100_000_000)));

    ObjectNode json = row.json();

    assertThat(json.toString())
        .isEqualTo("{\"stack\":\"twine\",\"scenario\":\"upload\",\"transport\":\"tcp\","
            + "\"security\":\"noise\",\"delayMillis\":50,\"unit\":\"bytes/s\",\"min\":100,"
            + "\"median\":200,\"max\":300,\"clientCpu\":0.5,\"serverCpu\":0.5,"
            + "\"perClientCpuSecond\":400,\"perServerCpuSecond\":400,\"compiling\":0.1,\"checked\":600,"
            + "\"check\":\"count\"}");
  }

  @Test
  void socketsAloneHaveNoSecurity() {
    assertThat(new ContestRow(UPLOAD, "tcp", 0, List.of()).security()).isEqualTo("none");
  }
}
