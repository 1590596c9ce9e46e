package dev.twine.p2p;

import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;

/**
 * Why a connection does not become a session: what was wrong, and what to do.
 *
 * @param ended whether it was only that the connection or its last session came to its end
 */
record Refusal(Code code, String what, String remedy, boolean ended) {
  Refusal(Code code, String what, String remedy) {
    this(code, what, remedy, false);
  }

  Refusal byItsEnd() {
    return new Refusal(code, what, remedy, true);
  }

  /** The same for whoever dialled that address. */
  TwineException of(Address address) {
    return new TwineException(code, what, address.toString(), remedy);
  }
}
