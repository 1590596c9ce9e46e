package dev.twine.libp2p.core.yamux;

/** The four kinds of frame. */
enum FrameType {
  DATA(0),
  WINDOW_UPDATE(1),
  PING(2),
  GO_AWAY(3);

  private static final FrameType[] BY_WIRE = values();

  private final int wire;

  FrameType(int wire) {
    this.wire = wire;
  }

  int wire() {
    return wire;
  }

  static FrameType of(int wire) {
    if (wire >= BY_WIRE.length) {
      throw new YamuxException(Offence.BAD_HEADER, "unknown frame type " + wire);
    }
    return BY_WIRE[wire];
  }
}
