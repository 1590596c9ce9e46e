package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.interop.Peer.Link;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What two ends may have in common, and what not, before there is a connection. */
@Tag("interop")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandshakeTest {
  /**
   * Two ends with different settings.
   *
   * @param theirs of the foreign peer
   */
  record Pair(Language language, Setting theirs, Setting ours, boolean twineDials) {
    @Override
    public String toString() {
      String twine = "twine (" + ours + ")";
      String other = language.title() + " (" + theirs + ")";
      return twineDials ? twine + " -> " + other : other + " -> " + twine;
    }
  }

  static List<Pair> earlyAndLate() {
    List<Pair> pairs = new ArrayList<>();
    for (Language language : Language.chosen()) {
      for (String security : List.of("noise", "tls")) {
        earlyAndLate(pairs, language, Setting.of("tcp", security));
        earlyAndLate(pairs, language, Setting.of("ws", security));
      }
    }
    return pairs;
  }

  private static void earlyAndLate(List<Pair> pairs, Language language, Setting early) {
    Setting late = early.withoutEarlyMuxer();
    both(pairs, language, early, early);
    both(pairs, language, early, late);
    // rust is always late.
    if (language != Language.RUST) {
      both(pairs, language, late, early);
      both(pairs, language, late, late);
    }
  }

  static List<Pair> keys() {
    List<Pair> pairs = new ArrayList<>();
    for (Language language : Language.chosen()) {
      for (String security : List.of("noise", "tls")) {
        Setting plain = Setting.of("tcp", security);
        for (String key : keysOf(language)) {
          both(pairs, language, plain.withKey(key), plain);
        }
        both(pairs, language, plain, plain.withKey("secp256k1"));
        if (language != Language.JS) {
          both(pairs, language, plain, plain.withKey("ecdsa"));
        }
      }
    }
    return pairs;
  }

  private static List<String> keysOf(Language language) {
    return switch (language) {
      case GO -> List.of("secp256k1", "ecdsa", "rsa");
      case RUST -> List.of("secp256k1", "ecdsa");
      case JS -> List.of("secp256k1", "rsa");
    };
  }

  static List<Pair> strangers() {
    List<Pair> pairs = new ArrayList<>();
    for (Language language : Language.chosen()) {
      both(pairs, language, Setting.of("tcp", "noise"), Setting.of("tcp", "tls"));
      both(pairs, language, Setting.of("tcp", "tls"), Setting.of("tcp", "noise"));
    }
    return pairs;
  }

  private static void both(List<Pair> pairs, Language language, Setting theirs, Setting ours) {
    pairs.add(new Pair(language, theirs, ours, true));
    pairs.add(new Pair(language, theirs, ours, false));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("earlyAndLate")
  void theMuxerIsAgreedUponInTheHandshakeIfBothOfferItThere(Pair pair) {
    Link seen = connectAndTry(pair);

    boolean both = pair.theirs().early() && pair.ours().early();
    assertThat(seen.early()).isEqualTo(both && pair.language() != Language.RUST);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void everyTypeOfKeyIsAccepted(Pair pair) {
    connectAndTry(pair);
  }

  /** Returns the connection as the foreign peer sees it. */
  private static Link connectAndTry(Pair pair) {
    PeerProcess foreign = Peers.get(pair.language(), pair.theirs());
    try (TwinePeer twine = TwinePeer.start(pair.ours())) {
      Peer dialler = pair.twineDials() ? twine : foreign;
      Peer listener = pair.twineDials() ? foreign : twine;
      dialler.dial(listener.listen());
      Link seen = foreign.connection(twine.id());
      twine.connection(foreign.id());
      twine.echo(foreign.id(), 1, 100_000);
      foreign.echo(twine.id(), 1, 100_000);
      twine.disconnect(foreign.id());
      foreign.awaitClosed(twine.id());
      return seen;
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("strangers")
  void withoutACommonSecurityProtocolTheDiallerIsToldWhy(Pair pair) {
    PeerProcess foreign = Peers.get(pair.language(), pair.theirs());
    try (TwinePeer twine = TwinePeer.start(pair.ours())) {
      if (pair.twineDials()) {
        String ours = pair.ours().security().equals("tls") ? "/tls/1.0.0" : "/noise";
        assertThatThrownBy(() -> twine.dial(foreign.listen()))
            .hasMessageContaining("no common protocol")
            .hasMessageContaining(ours);
      } else {
        assertThatThrownBy(() -> foreign.dial(twine.listen()))
            .hasMessageMatching(
                "(?is).*(not supported|could not negotiate|negotiat|protocol sel).*");
      }
    }
  }
}
