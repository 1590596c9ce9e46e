package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuartilesTest {
  @Test
  void quartilesLieBetweenTheNearestSamples() {
    Quartiles quartiles = new Quartiles(4, 1, 3, 2);

    assertThat(quartiles.percentile(25)).isEqualTo(1.75);
    assertThat(quartiles.median()).isEqualTo(2.5);
    assertThat(quartiles.percentile(75)).isEqualTo(3.25);
    assertThat(quartiles.outliers()).isEmpty();
  }

  @Test
  void aSampleFarOutsideTheQuartilesIsAnOutlierAndStaysAmongTheSamples() {
    Quartiles quartiles = new Quartiles(-20, 10, 11, 12, 13, 14, 40);

    assertThat(quartiles.outliers()).containsExactly(-20, 40);
    assertThat(quartiles.min()).isEqualTo(10);
    assertThat(quartiles.max()).isEqualTo(14);
    assertThat(quartiles.toYaml("upload", "Gbps", 0)).contains("samples: [-20, 10, 11,");
  }

  @Test
  void theSectionIsWhatTheSuiteReads() {
    assertThat(new Quartiles(2.0, 2.02, 2.04).toYaml("upload", "Gbps", 2)).isEqualTo("""
            upload:
              iterations: 3
              min: 2.00
              q1: 2.01
              median: 2.02
              q3: 2.03
              max: 2.04
              outliers: []
              samples: [2.00, 2.02, 2.04]
              unit: Gbps
            """);
  }
}
