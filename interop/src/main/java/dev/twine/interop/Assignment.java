package dev.twine.interop;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a suite wants: which side to be, with which protocols, and where to meet.
 *
 * @param current whether the variables and the output have their current form or the older one
 * @param timeout how long a listener of the older form waits to be killed, and any dialler for it
 */
record Assignment(
    boolean current, boolean dialler, Stack stack, String ip, Meeting meeting, Duration timeout) {
  private static final int TIMEOUT_SECONDS = 180;

  /** Reads the current form if there is a test key, and the older one otherwise. */
  static Assignment of(Environment environment, Supplier<WssTls> tls) {
    boolean current = environment.find("TEST_KEY").isPresent();
    String redis = current ? "REDIS_ADDR" : "redis_addr";
    String fallback = current ? environment.text(redis) : "redis:6379";
    return new Assignment(
        current,
        environment.flag(current ? "IS_DIALER" : "is_dialer"),
        new Stack(
            environment.oneOf(current ? "TRANSPORT" : "transport", Stack.TRANSPORTS),
            environment.oneOf(current ? "SECURE_CHANNEL" : "security", Stack.SECURITY),
            environment.oneOf(current ? "MUXER" : "muxer", Stack.MUXERS),
            tls),
        environment.find(current ? "LISTENER_IP" : "ip").orElse("0.0.0.0"),
        new Meeting(
            environment.address(redis, fallback),
            current ? Optional.of(environment.text("TEST_KEY")) : Optional.empty()),
        Duration.ofSeconds(environment.count("test_timeout_seconds", TIMEOUT_SECONDS)));
  }
}
