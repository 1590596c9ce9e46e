package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.Refusals;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What the identify protocols use of their host.
 *
 * @param crypto makes and checks signatures; bounded, not an event loop
 * @param refusals where limits count
 * @param nanoClock as {@link System#nanoTime}
 * @param milliClock as {@link System#currentTimeMillis}, for numbers of records only
 */
public record IdentifyEnvironment(
    Executor crypto, Refusals refusals, LongSupplier nanoClock, LongSupplier milliClock) {
  /** With the clocks of the system. */
  public static IdentifyEnvironment of(Executor crypto, Refusals refusals) {
    return new IdentifyEnvironment(crypto, refusals, System::nanoTime, System::currentTimeMillis);
  }
}
