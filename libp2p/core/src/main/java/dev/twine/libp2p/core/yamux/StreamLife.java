package dev.twine.libp2p.core.yamux;

/**
 * Which halves of a stream are open, and what its next frame has to say: the one place that knows
 * flags. Data and window updates carry them alike.
 *
 * <p>An end first says SYN (it opened the stream) or ACK (it accepted it), once, on whatever frame
 * comes first; FIN once after its last data; nothing after RST.
 */
final class StreamLife {
  private int owed;
  private boolean acknowledged;
  private boolean finSent;
  private boolean finReceived;
  private boolean reset;

  private StreamLife(int owed, boolean acknowledged) {
    this.owed = owed;
    this.acknowledged = acknowledged;
  }

  /** Of a stream that this end opens. */
  static StreamLife opened() {
    return new StreamLife(FrameHeader.SYN, false);
  }

  /** Of a stream that the peer opened. */
  static StreamLife accepted() {
    return new StreamLife(FrameHeader.ACK, true);
  }

  /** Whether a frame has to go out even if there is neither data nor credit to send. */
  boolean owesFrame() {
    return owed != 0;
  }

  /** Whether the peer knows of this stream: false until the first frame of one opened here. */
  boolean isAnnounced() {
    return (owed & FrameHeader.SYN) == 0;
  }

  /** The flags of a frame that goes out now. They are not owed any more. */
  int flags() {
    int flags = owed;
    owed = 0;
    return flags;
  }

  /** The flags of the frame that ends this half; it has no data. */
  int flagsWithFin() {
    finSent = true;
    return flags() | FrameHeader.FIN;
  }

  /** Either end ended the stream at once. */
  void reset() {
    reset = true;
    owed = 0;
  }

  /** The peer accepted the stream; true the first time. Any frame of the peer's says so too. */
  boolean acknowledge() {
    boolean first = !acknowledged;
    acknowledged = true;
    return first;
  }

  /** The peer will send no more data. */
  void finReceived() {
    finReceived = true;
  }

  boolean isAcknowledged() {
    return acknowledged;
  }

  boolean isFinReceived() {
    return finReceived;
  }

  boolean isFinSent() {
    return finSent;
  }

  /** Whether this end may still send data. */
  boolean maySend() {
    return !finSent && !reset;
  }

  /** Whether data of the peer's is still to be expected, and so credit of use to it. */
  boolean mayReceive() {
    return !finReceived && !reset;
  }

  /** Whether no frame of either end is to be expected any more. */
  boolean isOver() {
    return reset || (finSent && finReceived);
  }
}
