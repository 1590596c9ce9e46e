package dev.twine.libp2p.core.yamux;

/** Why an end stops, as the go-away frame carries it in its length field. */
enum GoAwayCode {
  NORMAL(0),
  PROTOCOL_ERROR(1),
  INTERNAL_ERROR(2);

  private final int wire;

  GoAwayCode(int wire) {
    this.wire = wire;
  }

  int wire() {
    return wire;
  }

  /** For people. Some implementations have codes of their own, which are errors too. */
  static String describe(long wire) {
    for (GoAwayCode code : values()) {
      if (code.wire == wire) {
        return code.name();
      }
    }
    return "code 0x" + Long.toHexString(wire);
  }
}
