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

  /**
   * Reads the current form if there is a test key, and the older one otherwise.
   *
   * @param form how the programs of the current form leave their address
   */
  static Assignment of(Environment environment, Meeting.Form form, Supplier<WssTls> tls) {
    Optional<String> testKey = environment.find("TEST_KEY");
    boolean current = testKey.isPresent();
    return new Assignment(
        current,
        environment.flag(current ? "IS_DIALER" : "is_dialer"),
        new Stack(
            environment.oneOf(current ? "TRANSPORT" : "transport", Stack.TRANSPORTS),
            environment.oneOf(current ? "SECURE_CHANNEL" : "security", Stack.SECURITY),
            environment.oneOf(current ? "MUXER" : "muxer", Stack.MUXERS),
            tls),
        environment.find(current ? "LISTENER_IP" : "ip").orElse("0.0.0.0"),
        testKey
            .map(key -> Meeting.ofTest(
                environment.address("REDIS_ADDR", environment.text("REDIS_ADDR")), key, form))
            .orElseGet(() -> Meeting.older(environment.address("redis_addr", "redis:6379"))),
        Duration.ofSeconds(environment.count(
            current ? "TEST_TIMEOUT_SECS" : "test_timeout_seconds", TIMEOUT_SECONDS)));
  }
}
