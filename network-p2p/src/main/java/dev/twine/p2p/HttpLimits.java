package dev.twine.p2p;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;

/**
 * How many streams that carry HTTP peers may have open. What one request may take is in {@link
 * dev.twine.http.ServiceLimits}, the same for all transports.
 *
 * @param total of all peers; one more is reset and counted as {@code http-streams}
 * @param perConnection of one connection; one more is refused by the libp2p host
 */
public record HttpLimits(int total, int perConnection) {
  private static final int MANY = 1_000_000;

  public HttpLimits {
    check("p2p.http-streams", total);
    check("p2p.http-streams-per-connection", perConnection);
  }

  /**
   * 32 are all that the services of a node run at once by default, and twice what a Twine node asks of
   * one peer at once; 256 let eight peers have as many.
   */
  public static HttpLimits defaults() {
    return new HttpLimits(256, 32);
  }

  private static void check(String name, int value) {
    if (value < 1 || value > MANY) {
      throw new TwineException(
          Code.BAD_VALUE, name + " out of range", String.valueOf(value), "choose 1 to " + MANY);
    }
  }
}
