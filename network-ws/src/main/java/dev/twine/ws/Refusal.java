package dev.twine.ws;

/**
 * Why an upgrade is refused.
 *
 * @param status of the HTTP answer
 * @param text its body, for people; holds nothing that the client sent
 * @param reason a label for counters
 */
record Refusal(int status, String text, String reason) {}
