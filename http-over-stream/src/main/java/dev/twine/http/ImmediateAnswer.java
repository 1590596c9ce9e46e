package dev.twine.http;

import java.nio.charset.StandardCharsets;

/**
 * A whole answer that is at hand, so that giving it needs no thread: status and health paths, which
 * must answer when everything else is full.
 *
 * @param status 200 to 599
 * @param contentType value of the header
 * @param body shared, so nobody writes to it; at most 64 KiB, because it is written without waiting
 */
public record ImmediateAnswer(int status, String contentType, byte[] body) {
  private static final int MAX_BODY = 64 << 10;

  public ImmediateAnswer {
    if (status < 200 || status > 599 || body.length > MAX_BODY) {
      throw new IllegalArgumentException("status 200 to 599 and at most " + MAX_BODY
          + " bytes, not " + status + " and " + body.length);
    }
    HeaderRules.requireValue("Content-Type", contentType);
  }

  /** Text as UTF-8. */
  public static ImmediateAnswer text(int status, String text) {
    return new ImmediateAnswer(
        status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** JSON as UTF-8. */
  public static ImmediateAnswer json(int status, String json) {
    return new ImmediateAnswer(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }
}
