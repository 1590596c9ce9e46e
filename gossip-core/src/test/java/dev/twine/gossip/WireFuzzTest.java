package dev.twine.gossip;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.gossip.IdentityMessage.Step;
import dev.twine.gossip.IdentityProof.Binding;
import dev.twine.gossip.IdentityProof.End;
import dev.twine.identity.NodeKey;
import dev.twine.network.Topics.Topic;
import dev.twine.network.TransportKind;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz targets of everything that a peer's bytes reach first. {@code JAZZER_FUZZ=1} fuzzes the one
 * chosen by {@code -Dtest}; otherwise each runs over its stored inputs.
 */
class WireFuzzTest {
  private static final TagTable TABLE = TagTable.standard();
  private static final NodeKey KEY = NodeKey.ed25519FromSeed(new byte[32]);
  private static final End END = new End(KEY.nodeId(), new byte[10], new byte[16]);
  private static final Binding BINDING = new Binding(END, END, true, TransportKind.WS, null);

  @FuzzTest
  void interest(byte[] body) {
    reading(() -> {
      int[] codes = MessagesOfInterest.decode(body, TABLE, true);
      byte[] again = MessagesOfInterest.encode(codes, TABLE, true);
      check(Arrays.equals(MessagesOfInterest.decode(again, TABLE, true), codes));
    });
  }

  @FuzzTest
  void topics(byte[] body) {
    reading(() -> {
      List<Topic> topics = TopicsCodec.decode(body);
      byte[] again = TopicsCodec.encode(topics);
      check(again.length <= body.length);
      check(Arrays.equals(TopicsCodec.encode(TopicsCodec.decode(again)), again));
    });
  }

  @FuzzTest
  void identityMessage(byte[] body) {
    for (Step step : Step.values()) {
      reading(() -> check(Arrays.equals(IdentityMessage.decode(step, body).encode(), body)));
    }
  }

  @FuzzTest
  void envelope(byte[] body) {
    reading(() -> check(Arrays.equals(Envelope.parse(body).encode(), body)));
  }

  @FuzzTest
  void proposal(byte[] body) {
    reading(() -> check(
        ProposalCodec.decompress(body).length <= Math.max(body.length, ProposalCodec.MAX_BYTES)));
  }

  @FuzzTest
  void proof(byte[] body) {
    reading(() -> IdentityProof.verify(body, BINDING));
  }

  @FuzzTest
  void peerRecord(byte[] body) {
    reading(() -> {
      PeerRecord record = PeerRecord.parse(body);
      check(Arrays.equals(record.encoded(), body));
      check(record.address().nodeId().orElseThrow().equals(record.nodeId()));
      record.isAuthentic("network");
    });
  }

  @FuzzTest
  void exchange(byte[] body) {
    reading(() -> {
      boolean asks = ExchangeCodec.isAsk(body);
      check(!asks || Arrays.equals(ExchangeCodec.ask(), body));
      if (!asks) {
        check(Arrays.equals(ExchangeCodec.answer(ExchangeCodec.records(body)), body));
      }
    });
  }

  private static void reading(Runnable read) {
    try {
      read.run();
    } catch (BadMessageException e) {
      // Refused, as it should be.
    }
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new AssertionError("read and written differently");
    }
  }
}
