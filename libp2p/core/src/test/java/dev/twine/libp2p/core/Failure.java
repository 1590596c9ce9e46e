package dev.twine.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Why a future failed. */
public final class Failure {
  private Failure() {}

  public static FailureReason of(CompletableFuture<?> future) {
    return exception(future).reason();
  }

  public static Libp2pException exception(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> future.get(20, TimeUnit.SECONDS));
    assertThat(thrown).isNotNull();
    assertThat(thrown.getCause()).isInstanceOf(Libp2pException.class);
    return (Libp2pException) thrown.getCause();
  }
}
