package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each peer of a cohort gets. */
class FanOutTest {
  private static final int LARGE = Frames.SMALL + 1;

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void theSenderIsLeftOutBySlicesAndGetsAllElse() {
    SocketDouble sender = rig.socket();
    SocketDouble other = rig.socket();
    PeerWriter peer = rig.attach(sender);
    rig.attach(other);

    rig.offer(rig.bulk("a"));
    rig.offer(rig.bulk("b"));
    Ticket own = rig.offer(rig.bulk("c").except(peer));
    rig.offer(rig.bulk("d"));
    rig.run();

    assertThat(sender.bodies()).containsExactly("a", "b", "d");
    assertThat(sender.writes()).as("a and b are one slice").containsExactly(14, 7);
    assertThat(sender.flushes()).isEqualTo(1);
    assertThat(other.bodies()).containsExactly("a", "b", "c", "d");
    assertThat(other.writes()).hasSize(1);
    assertThat(own.outcome()).isCompletedWithValue(new Ticket.Outcome(1, Map.of()));
  }

  @Test
  void aPeerIsNotSentADigestThatItAskedToSkip() {
    SocketDouble one = rig.socket();
    SocketDouble two = rig.socket();
    rig.attach(one).skipDigest(digest(7));
    rig.attach(two);

    rig.offer(rig.bulk("a").withDigest(digest(6)));
    rig.offer(rig.bulk("b").withDigest(digest(7)));
    rig.offer(rig.bulk("c"));
    rig.run();

    assertThat(one.bodies()).containsExactly("a", "c");
    assertThat(two.bodies()).containsExactly("a", "b", "c");
  }

  @Test
  void aChangeOfInterestSplitsTheCohort() {
    SocketDouble one = rig.socket();
    SocketDouble two = rig.socket();
    PeerWriter peer = rig.attach(one);
    rig.attach(two);
    rig.offer(rig.bulk("a"));
    rig.run();

    peer.interest(TagSet.of(Rig.OTHER_TAG));
    rig.offer(rig.bulk("b"));
    rig.offer(rig.other("c"));
    rig.offer(rig.bulk("d"));
    rig.run();
    peer.interest(TagSet.all());
    rig.offer(rig.bulk("e"));
    rig.run();

    assertThat(one.bodies()).containsExactly("a", "c", "e");
    assertThat(two.bodies()).containsExactly("a", "b", "c", "d", "e");
    assertThat(two.writes()).as("one write for each batch").hasSize(3);
  }

  @Test
  void largeFramesAreSharedBetweenTheSmallOnesAndKeepTheirPlace() {
    SocketDouble one = rig.socket();
    SocketDouble two = rig.socket();
    rig.attach(one);
    rig.attach(two, TagSet.of(Rig.TAG, 1));

    rig.offer(rig.bulk("a"));
    rig.offer(rig.bulk("large", LARGE));
    rig.offer(rig.bulk("b"));
    rig.offer(rig.bulk("c"));
    rig.run();

    assertThat(one.bodies()).containsExactly("a", "large", "b", "c");
    assertThat(one.writes()).containsExactly(7, LengthForm.HEADER + LARGE, 14);
    assertThat(one.flushes()).isEqualTo(1);
    assertThat(two.bodies()).containsExactly("a", "large", "b", "c");
  }

  @Test
  void aPartOfABatchIsConcatenatedForThoseWhoWantOnlyThat() {
    SocketDouble one = rig.socket();
    rig.attach(one, TagSet.of(Rig.OTHER_TAG));

    rig.offer(rig.bulk("a"));
    rig.offer(rig.other("b"));
    rig.offer(rig.bulk("large", LARGE));
    rig.offer(rig.other("c"));
    rig.run();

    assertThat(one.bodies()).containsExactly("b", "c");
    assertThat(one.writes()).containsExactly(14);
  }

  @Test
  void aFormThatFailsDropsThatMessageForItsOwnPeersOnly() {
    SocketDouble one = rig.socket();
    SocketDouble two = rig.socket();
    rig.attach(one);
    rig.broadcaster.attach(two, new Picky(), TagSet.all(), (peer, reason) -> {});

    rig.offer(rig.bulk("a"));
    Ticket bad = rig.offer(rig.bulk("bad"));
    rig.offer(rig.bulk("c"));
    rig.run();

    assertThat(one.bodies()).containsExactly("a", "bad", "c");
    assertThat(two.bodies()).containsExactly("a", "c");
    assertThat(bad.outcome())
        .isCompletedWithValue(new Ticket.Outcome(1, Map.of(Ticket.Drop.NOT_FRAMED, 1)));
    assertThat(rig.broadcaster.stats().dropped()).containsEntry(Ticket.Drop.NOT_FRAMED, 1L);
  }

  private static byte[] digest(int value) {
    byte[] digest = new byte[OutboundMessage.DIGEST_BYTES];
    digest[31] = (byte) value;
    return digest;
  }

  /** Fails halfway through a body of three bytes. */
  private static final class Picky implements WireForm {
    private final LengthForm form = new LengthForm();

    @Override
    public int frameBytes(int bodyLength) {
      return form.frameBytes(bodyLength);
    }

    @Override
    public void frame(OutboundMessage message, ByteBuf out) {
      if (message.body().length == 3) {
        out.writeInt(3);
        throw new IllegalStateException("no");
      }
      form.frame(message, out);
    }
  }
}
