package dev.twine.leakcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class LeakCheckTest {
  @Test
  void aClassThatLeaksFailsThoughItsTestsPass() {
    TestExecutionSummary summary = run(Leaking.class);

    assertThat(summary.getTestsSucceededCount()).isOne();
    assertThat(summary.getFailures()).singleElement().satisfies(failure -> {
      assertThat(failure.getTestIdentifier().getDisplayName()).isEqualTo("LeakCheckTest$Leaking");
      assertThat(failure.getException()).hasStackTraceContaining("memory leak detected");
    });
  }

  @Test
  void whatAClassReleasesAtItsEndIsNoLeak() {
    TestExecutionSummary summary = run(ReleasingLate.class);

    assertThat(summary.getTestsSucceededCount()).isOne();
    assertThat(summary.getFailures()).isEmpty();
  }

  @Test
  void theLeakOfOneClassIsNotBlamedOnTheNext() {
    TestExecutionSummary summary = run(Leaking.class, ReleasingLate.class);

    assertThat(summary.getTestsSucceededCount()).isEqualTo(2);
    assertThat(summary.getFailures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.getTestIdentifier().getDisplayName())
            .isEqualTo("LeakCheckTest$Leaking"));
  }

  private static TestExecutionSummary run(Class<?>... classes) {
    var request = LauncherDiscoveryRequestBuilder.request()
        // Passed on, because surefire gives it to its own launcher only.
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true");
    for (Class<?> one : classes) {
      request.selectors(selectClass(one));
    }
    var summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request.build(), summary);
    return summary.getSummary();
  }

  /** Nested, so that surefire does not run it by itself. Netty counts direct buffers only. */
  static class Leaking {
    @Test
    void passes() {
      Unpooled.directBuffer(1);
    }
  }

  static class ReleasingLate {
    @AutoClose("release")
    static ByteBuf closed;

    private static ByteBuf released;

    @BeforeAll
    static void allocate() {
      closed = Unpooled.directBuffer(1);
      released = Unpooled.directBuffer(1);
    }

    @Test
    void passes() {}

    @AfterAll
    static void release() {
      released.release();
    }
  }
}
