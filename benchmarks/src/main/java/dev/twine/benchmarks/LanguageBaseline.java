package dev.twine.benchmarks;

import dev.twine.interop.Language;
import dev.twine.interop.Optimisation;
import dev.twine.interop.PeerBuilds;
import dev.twine.interop.PeerFailure;
import dev.twine.interop.PeerProgram;
import dev.twine.interop.PeerUnavailable;
import dev.twine.node.bench.StreamBaseline;
import java.io.IOException;

/** The peer in another language that the interoperability tests use too, built as for figures. */
abstract class LanguageBaseline implements StreamBaseline {
  private final Language language;

  LanguageBaseline(Language language) {
    this.language = language;
  }

  @Override
  public final String name() {
    return language.title();
  }

  @Override
  public final Program program() throws IOException {
    try {
      PeerProgram built = PeerBuilds.inUserCache(System.err).get(language, Optimisation.FIGURES);
      return new Program(built.command(), built.directory());
    } catch (PeerUnavailable | PeerFailure failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }
}
