package dev.twine.p2p;

import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;

/** Why a connection does not become a session: what was wrong, and what to do. */
record Refusal(Code code, String what, String remedy) {
  /** The same for whoever dialled that address. */
  TwineException of(Address address) {
    return new TwineException(code, what, address.toString(), remedy);
  }
}
