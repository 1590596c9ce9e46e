package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DialReportsTest {
  private final AtomicLong clock = new AtomicLong();
  private final DialReports reports = new DialReports(clock::get);

  @Test
  void theFirstFailureIsReportedAndThenOneAMinute() {
    assertThat(reports.failed("a")).isTrue();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(59));
    assertThat(reports.failed("a")).isFalse();
    assertThat(reports.failed("b")).isTrue();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(reports.failed("a")).isTrue();
    assertThat(reports.failed("a")).isFalse();
  }

  @Test
  void afterASessionTheNextFailureIsNewsAgain() {
    reports.failed("a");
    reports.connected("a");

    assertThat(reports.failed("a")).isTrue();
  }

  @Test
  void ofTooManyAddressesTheOldestIsForgotten() {
    for (int i = 0; i <= 1_024; i++) {
      reports.failed("address " + i);
    }

    assertThat(reports.failed("address 1024")).isFalse();
    assertThat(reports.failed("address 0")).isTrue();
  }
}
