package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.QueueLimits;
import dev.twine.libp2p.core.RateLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Two ends whose streams do at random whatever a user may do, in any order, over a wire that breaks
 * their bytes anywhere. Whatever that is, each stream keeps what {@link ModelStream} promises, the
 * connection goes on, and once all streams are over nothing is charged for them any more.
 */
class YamuxModelTest {
  private static final int MOST_STREAMS = 60;
  private static final int MOST_ROUNDS = 200;

  @AutoClose
  private final Link link = new Link(config(), config());

  private final List<Link.End> ends = List.of(link.dialler, link.listener);
  private final List<ModelStream> streams = new ArrayList<>();
  private final Map<Integer, ModelStream> awaited = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final ModelWire there;
  private final ModelWire back;

  YamuxModelTest() {
    link.pump();
    there = new ModelWire(link.dialler, link.listener);
    back = new ModelWire(link.listener, link.dialler);
    for (Link.End end : ends) {
      end.acceptor = stream -> stream.pipeline().addLast(take((YamuxStream) stream));
    }
  }

  @RepeatedTest(60)
  void streamsKeepTheirPromisesWhateverIsDone(RepetitionInfo repetition) {
    int seed = repetition.getCurrentRepetition();
    var random = new Random(seed);
    int steps = 150 + random.nextInt(300);
    for (int i = 0; i < steps && faults.isEmpty(); i++) {
      step(random);
    }
    ends.forEach(end -> end.writable(true));
    if (faults.isEmpty() && random.nextInt(3) > 0) {
      finish();
      ends.forEach(this::checkBudgets);
    }
    for (Link.End end : ends) {
      end.failures.forEach(failure -> faults.add("the connection failed: " + failure));
    }
    link.close();
    streams.forEach(ModelStream::checkClosed);
    ends.forEach(end -> checkZero("memory in use", end.config.memory().used()));
    assertThat(faults).as("faults of seed %d", seed).isEmpty();
  }

  private void step(Random random) {
    int choice = random.nextInt(100);
    Link.End end = random.nextBoolean() ? link.dialler : link.listener;
    if (choice < 15 && streams.size() < MOST_STREAMS) {
      open(end, random);
    } else if (choice < 60 && !streams.isEmpty()) {
      ModelStream stream = streams.get(random.nextInt(streams.size()));
      onLoop(stream, () -> stream.user().act());
    } else if (choice < 90) {
      int piece = 1 + random.nextInt(random.nextBoolean() ? 100_000 : 700);
      (end == link.dialler ? there : back).carry(piece);
    } else if (choice < 92) {
      end.writable(random.nextBoolean());
    } else if (choice < 94) {
      ends.forEach(both -> both.pass(1));
    } else {
      carryAll();
    }
  }

  private void open(Link.End end, Random random) {
    var near = new ModelStream(random, faults);
    var far = new ModelStream(random, faults);
    near.peer(far);
    streams.add(near);
    streams.add(far);
    ModelWire.onLoop(
        end,
        () -> end.muxer.open(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            awaited.put(((YamuxStream) channel).number(), far);
            channel.pipeline().addLast(near);
          }
        }));
  }

  private ModelStream take(YamuxStream stream) {
    return awaited.remove(stream.number());
  }

  /** Everybody reads all and ends. */
  private void finish() {
    carryAll();
    for (int i = 0; i < MOST_ROUNDS && streams.stream().anyMatch(ModelStream::isOpen); i++) {
      for (ModelStream stream : streams) {
        if (stream.isOpen()) {
          onLoop(stream, () -> stream.user().finish());
        }
      }
      carryAll();
    }
    streams.forEach(ModelStream::checkFinished);
  }

  /** Nothing is charged any more for the streams that were. */
  private void checkBudgets(Link.End end) {
    end.pass(6); // As long as pings and closed streams are remembered.
    YamuxSession session = end.session();
    checkZero("streams", end.muxer.streams());
    checkZero("inbound streams", session.streams().inbound());
    checkZero("unacknowledged streams", session.streams().unacknowledged());
    checkZero("reserved memory", session.memory().reserved());
    checkZero("queued bytes", session.queues().excess());
    checkZero("granted windows", session.windows().granted());
  }

  private void checkZero(String what, long count) {
    if (count != 0) {
      faults.add(what + " left: " + count);
    }
  }

  private void carryAll() {
    boolean moved = true;
    while (moved) {
      moved = there.carry(1 << 16);
      moved |= back.carry(1 << 16);
    }
  }

  private void onLoop(ModelStream stream, Runnable task) {
    for (Link.End end : ends) {
      if (stream.isOf(end)) {
        ModelWire.onLoop(end, task);
      }
    }
  }

  /** Neither rates nor stalls end a stream here: both have tests of their own. */
  private static MuxerConfig config() {
    return MuxerConfig.of(Limits.defaults()
        .with(RateLimits.defaults().withOpens(100_000, 100_000))
        .with(QueueLimits.defaults().withStalls(Duration.ofSeconds(60), Duration.ofSeconds(30))));
  }
}
