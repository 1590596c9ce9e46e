package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.LocalHost;
import dev.twine.libp2p.core.identify.Identify;
import dev.twine.libp2p.core.identify.IdentifyEnvironment;
import dev.twine.libp2p.core.identify.IdentifyInfo;
import dev.twine.libp2p.core.identify.LocalIdentity;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs identify for a host: asks each new peer, and tells all of them when something changes. */
final class SelfIntroduction implements HostListener {
  private static final Logger LOG = LoggerFactory.getLogger(SelfIntroduction.class);

  /** Protocols come and go in groups, and each telling costs a signature. */
  private static final long SETTLE_MILLIS = 100;

  private static final long SIGN_SECONDS = 10;

  /** What a host calls itself, as identify sends it. */
  record Names(String protocolVersion, String agent) {}

  private final LocalHost host;
  private final Names names;
  private final EventExecutor timer;
  private final Identify identify;
  private final AtomicBoolean due = new AtomicBoolean();

  /** Whom to tell once they have said who they are. */
  private final Set<Connection> untold = ConcurrentHashMap.newKeySet();

  /** What changes before is no news to anybody. */
  private volatile boolean started;

  SelfIntroduction(
      LocalHost host, Names names, IdentifyEnvironment environment, EventExecutor timer) {
    this.host = host;
    this.names = names;
    this.timer = timer;
    this.identify = new Identify(host.key(), current(), environment, this::identified);
  }

  Identify identify() {
    return identify;
  }

  /** Tells what is true now from here on; waits for the signature. */
  void refresh() {
    identify.update(current()).orTimeout(SIGN_SECONDS, TimeUnit.SECONDS).join();
    started = true;
    host.connections().forEach(this::push);
  }

  @Override
  public void connected(Connection connection) {
    identify.identify(connection).whenComplete((info, failure) -> {
      if (failure != null) {
        LOG.debug("{} does not say who it is: {}", connection, failure.getMessage());
      }
    });
  }

  @Override
  public void changed() {
    if (started && due.compareAndSet(false, true)) {
      try {
        timer.schedule(this::tell, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closed) {
        // Nobody is left to be told.
        return;
      }
    }
  }

  private void tell() {
    due.set(false);
    identify.update(current()).thenRun(() -> host.connections().forEach(this::push));
  }

  /** Who has not answered yet may have had the old answer of this side already. */
  private void push(Connection connection) {
    Optional<IdentifyInfo> known = identify.known(connection);
    if (known.isPresent()) {
      push(connection, known.get());
    } else if (untold.add(connection)) {
      identify.identify(connection).whenComplete((info, failure) -> {
        untold.remove(connection);
        if (failure == null) {
          push(connection, info);
        }
      });
    }
  }

  private void push(Connection connection, IdentifyInfo info) {
    if (info.protocols().contains(Identify.PUSH_ID)) {
      identify.push(connection).exceptionally(failure -> {
        LOG.debug("{} was not told of a change: {}", connection, failure.getMessage());
        return null;
      });
    }
  }

  private LocalIdentity current() {
    return new LocalIdentity(
        names.protocolVersion(), names.agent(), host.addresses(), List.copyOf(host.protocols()));
  }

  private void identified(Connection connection, IdentifyInfo info) {
    LOG.debug("{} is {}", connection, info.agentVersion());
  }
}
