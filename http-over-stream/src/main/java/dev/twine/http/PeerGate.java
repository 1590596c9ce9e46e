package dev.twine.http;

import dev.twine.http.ServiceLimits.Rate;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Call;

/** How many calls of a node to one peer may begin and be open, whichever client makes them. */
final class PeerGate {
  /** How late a cancelled call that waits may notice. */
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Semaphore places;
  private final Bucket bucket;

  PeerGate(int concurrency, Rate rate) {
    this.places = new Semaphore(concurrency, true);
    this.bucket = RateLimits.bucket(rate, TimeMeter.SYSTEM_NANOTIME);
  }

  /** What came of waiting. */
  enum Outcome {
    AT_ONCE,
    AFTER_A_WAIT,
    /** No place in time; or the call was cancelled, which its caller sees. */
    REFUSED
  }

  /** Waits for a place and for the rate. Unless it is refused, {@link #leave} has to follow. */
  Outcome enter(Call call, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    boolean hasWaited = !places.tryAcquire();
    if (hasWaited && !awaitPlace(call, end)) {
      return Outcome.REFUSED;
    }
    if (bucket.tryConsume(1)) {
      return hasWaited ? Outcome.AFTER_A_WAIT : Outcome.AT_ONCE;
    }
    if (awaitToken(call, end)) {
      return Outcome.AFTER_A_WAIT;
    }
    places.release();
    return Outcome.REFUSED;
  }

  /** The call is over. */
  void leave() {
    places.release();
  }

  private boolean awaitPlace(Call call, long end) throws InterruptedException {
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      if (call.isCanceled()) {
        return false;
      }
      if (places.tryAcquire(Math.min(left, SLICE_NANOS), TimeUnit.NANOSECONDS)) {
        return true;
      }
    }
    return false;
  }

  private boolean awaitToken(Call call, long end) throws InterruptedException {
    long left = end - System.nanoTime();
    return left > 0
        && bucket.asBlocking().tryConsume(1, Duration.ofNanos(left), nanos -> park(call, nanos))
        && !call.isCanceled();
  }

  private static void park(Call call, long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0 && !call.isCanceled(); left = end - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(Math.min(left, SLICE_NANOS));
    }
  }
}
