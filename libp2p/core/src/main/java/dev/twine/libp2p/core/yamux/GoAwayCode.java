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

  /** Codes that the specification does not have are errors too, so they count as internal ones. */
  static GoAwayCode of(long wire) {
    if (wire == NORMAL.wire) {
      return NORMAL;
    }
    return wire == PROTOCOL_ERROR.wire ? PROTOCOL_ERROR : INTERNAL_ERROR;
  }
}
