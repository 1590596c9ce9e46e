package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Why a future failed. */
final class Failure {
  private Failure() {}

  static FailureReason of(CompletableFuture<?> future) {
    return exception(future).reason();
  }

  static Libp2pException exception(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
    assertThat(thrown).isNotNull();
    assertThat(thrown.getCause()).isInstanceOf(Libp2pException.class);
    return (Libp2pException) thrown.getCause();
  }
}
