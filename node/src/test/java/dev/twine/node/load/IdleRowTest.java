package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.node.child.Footprint;
import dev.twine.node.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleRowTest {
  private static final IdlePlan.Kind KIND = new IdlePlan.Kind(IdlePlan.Server.LIBP2P, "noise");

  @Test
  void whatIsCountedIsTheDifferenceForEachConnection() {
    var before = new Footprint(1_000, 500, 10_000, 12, 70);
    var after = new Footprint(1_000 + 3_000, 500 + 1_000, 10_000 + 5_000, 12, 80);

    var row = new IdleRow(KIND, 10, before, after);

    assertThat(Json.line(row.json()))
        .isEqualTo("{\"transport\":\"libp2p\",\"security\":\"noise\",\"peers\":10,"
            + "\"unit\":\"bytes/connection\",\"bytes\":400,\"heap\":300,\"direct\":100,"
            + "\"resident\":500,\"descriptors\":1.0,\"threads\":0}");
  }

  @Test
  void peopleGetKibibytes() {
    var before = new Footprint(0, 0, 0, 0, 0);
    var after = new Footprint(30 << 10, 10 << 10, 0, 0, 2);

    var text = new IdleResult(Json.object(), List.of(new IdleRow(KIND, 2, before, after))).text();

    assertThat(text).contains("libp2p noise", "20.0", "15.0", "5.0");
  }

  @Test
  void aFootprintSurvivesTheWayBetweenTwoProcesses() {
    Footprint here = Footprint.collected();

    assertThat(here.heap()).isPositive();
    assertThat(here.threads()).isPositive();
    assertThat(Footprint.of(here.json())).isEqualTo(here);
  }
}
