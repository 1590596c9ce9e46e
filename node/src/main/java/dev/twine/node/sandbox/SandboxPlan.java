package dev.twine.node.sandbox;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.config.Mode;
import dev.twine.node.text.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a sandbox does.
 *
 * @param modes of its nodes, one each
 * @param duration of sending; empty until the user ends it
 * @param rate of all nodes together
 * @param size of each body in bytes
 */
public record SandboxPlan(List<Mode> modes, Optional<Duration> duration, Rate rate, int size) {
  /** Sender, sequence number and time of sending. */
  public static final int MIN_SIZE = SandboxMessage.HEADER;

  public static final int MAX_SIZE = 512 << 10;

  /** One process, one screen. */
  private static final int MAX_NODES = 64;

  private static final String REMEDY = "give MODE=COUNT, such as ws=2,p2p=2,hybrid=1";

  /** Two of each kind that can talk among themselves, and one where they meet. */
  public static final String DEFAULT_MIX = "ws=2,p2p=2,hybrid=1";

  public SandboxPlan {
    modes = List.copyOf(modes);
  }

  /**
   * Reads {@code ws=2,p2p=2,hybrid=1}.
   *
   * @throws TwineException of code BAD_VALUE naming the part that is wrong
   */
  public static List<Mode> mix(String text) {
    var modes = new ArrayList<Mode>();
    for (String part : text.split(",", -1)) {
      String[] sides = part.split("=", -1);
      if (sides.length != 2 || !sides[1].matches("[0-9]{1,2}")) {
        throw new TwineException(Code.BAD_VALUE, "not a mix", part, REMEDY);
      }
      int count = Integer.parseInt(sides[1]);
      if (count > 0) {
        Mode mode = Mode.parse(sides[0]);
        for (int i = 0; i < count; i++) {
          modes.add(mode);
        }
      }
    }
    if (modes.size() < 2 || modes.size() > MAX_NODES) {
      throw new TwineException(
          Code.BAD_VALUE, "mix of " + modes.size() + " nodes", text, "give 2 to " + MAX_NODES);
    }
    if (modes.contains(Mode.WS) && modes.contains(Mode.P2P) && !modes.contains(Mode.HYBRID)) {
      throw new TwineException(
          Code.BAD_VALUE, "mix of two networks", text, "add hybrid=1, a node in which they meet");
    }
    return modes;
  }
}
