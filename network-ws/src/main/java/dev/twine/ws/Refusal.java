package dev.twine.ws;

import org.jspecify.annotations.Nullable;

/**
 * Why an upgrade is refused.
 *
 * @param status of the HTTP answer
 * @param text its body, for people; holds nothing that the client sent
 * @param reason a label for counters; null if it is counted already
 */
record Refusal(int status, String text, @Nullable String reason) {}
