package dev.twine.gossip;

import dev.twine.network.Message;
import dev.twine.network.MessageValidator;
import dev.twine.network.Registration;
import dev.twine.network.Verdict;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs validators on threads of their own, and gives each a deadline. */
final class Validation {
  private static final Logger LOG = LoggerFactory.getLogger(Validation.class);

  private final Core core;

  Validation(Core core) {
    this.core = core;
  }

  /**
   * Asks the validator. The verdict comes exactly once, on any thread, so what takes it must not wait;
   * no verdict in time, a failure, a null and no room among the waiting are {@link Verdict#IGNORE}.
   *
   * @param undecided runs if the validator has returned without one
   */
  void judge(
      MessageValidator validator, Message message, Runnable undecided, Consumer<Verdict> then) {
    var pending = new AtomicReference<@Nullable Consumer<Verdict>>(then);
    Registration deadline = core.clock()
        .schedule(
            core.limits().inbound().handling().validation(),
            () -> settle(pending, Verdict.IGNORE, "late"));
    try {
      core.executors().validation.execute(() -> {
        ask(validator, message, pending, deadline);
        undecided.run(); // Nothing, after a verdict.
      });
    } catch (RejectedExecutionException fullOrEnded) {
      deadline.close();
      core.counters().refused(NodeExecutors.VALIDATION);
      settle(pending, Verdict.IGNORE, null);
    }
  }

  private void ask(
      MessageValidator validator,
      Message message,
      AtomicReference<@Nullable Consumer<Verdict>> pending,
      Registration deadline) {
    if (pending.get() == null) {
      return;
    }
    CompletionStage<Verdict> stage;
    try {
      stage = validator.validate(message);
    } catch (Throwable e) {
      // Code of the user may throw anything, and the message waits for a verdict.
      LOG.warn("the validator of tag {} failed", message.tag(), e);
      deadline.close();
      settle(pending, Verdict.IGNORE, "failed");
      return;
    }
    stage.whenComplete((verdict, failure) -> {
      deadline.close();
      boolean failed = failure != null || verdict == null;
      settle(pending, failed ? Verdict.IGNORE : verdict, failed ? "failed" : null);
    });
  }

  private void settle(
      AtomicReference<@Nullable Consumer<Verdict>> pending,
      Verdict verdict,
      @Nullable String trouble) {
    Consumer<Verdict> then = pending.getAndSet(null);
    if (then == null) {
      return;
    }
    if (trouble != null) {
      core.counters().refused("validation-" + trouble);
    }
    then.accept(verdict);
  }
}
