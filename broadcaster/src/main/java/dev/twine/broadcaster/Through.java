package dev.twine.broadcaster;

/**
 * How far each lane has been handed on: the sequence of the last message.
 *
 * <p>A direct message may go when its lane has come to its stamp.
 */
record Through(long priority, long bulk) {
  static final Through NOTHING = new Through(0, 0);

  long of(Lane lane) {
    return lane == Lane.PRIORITY ? priority : bulk;
  }
}
