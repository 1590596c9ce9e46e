package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.wire.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The side that proposes. No I/O, no clock; one thread.
 *
 * <p>When every proposal was refused it asks for the list of the peer's protocols, for the error
 * message only; after an optimistic proposal it does not, because data may be under way already.
 */
final class DialState {
  private static final int SHOWN = 80;

  private enum Phase {
    HEADER,
    ANSWER,
    LIST
  }

  private final List<String> protocols;
  private final boolean optimistic;
  private Phase phase = Phase.HEADER;

  /** Which proposal is under way. */
  private int at;

  DialState(List<String> protocols, boolean optimistic) {
    this.protocols = protocols;
    this.optimistic = optimistic;
  }

  /** What to send at once: the header need not be answered before the first proposal. */
  void open(ByteBuf out) {
    Line.write(out, Line.HEADER);
    Line.write(out, protocols.get(0));
  }

  /**
   * Takes the next line of the peer.
   *
   * @throws Libp2pException if it is no answer
   */
  Step received(String line) {
    return switch (phase) {
      case HEADER -> header(line);
      case ANSWER -> answer(line);
      case LIST -> list(line);
    };
  }

  /** Whether all proposals were refused, so that an end of the input is no news. */
  boolean isRefused() {
    return phase == Phase.LIST;
  }

  private Step header(String line) {
    if (!line.equals(Line.HEADER)) {
      throw unexpected(line, Line.HEADER);
    }
    phase = Phase.ANSWER;
    return new Step.Wait();
  }

  private Step answer(String line) {
    String proposal = protocols.get(at);
    if (line.equals(proposal)) {
      return new Step.Selected(proposal);
    }
    if (!line.equals(Line.REFUSAL)) {
      throw unexpected(line, proposal);
    }
    if (at + 1 < protocols.size()) {
      at++;
      return new Step.Send(protocols.get(at));
    }
    if (optimistic) {
      return new Step.Refused(List.of());
    }
    phase = Phase.LIST;
    return new Step.Send(Line.LIST);
  }

  private Step list(String line) {
    if (line.equals(Line.REFUSAL)) {
      return new Step.Refused(List.of());
    }
    ByteBuf body = Unpooled.copiedBuffer(line, StandardCharsets.UTF_8);
    return new Step.Refused(Line.parseList(body));
  }

  private static Libp2pException unexpected(String line, String expected) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        "unexpected answer of the remote side in negotiation",
        PeerText.escape(line, SHOWN),
        "expected " + expected + " or " + Line.REFUSAL);
  }
}
