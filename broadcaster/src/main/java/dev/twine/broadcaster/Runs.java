package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Joins neighbouring frames of a batch, so that a peer gets them in as few writes as order allows:
 * one, if all are small and none is left out.
 *
 * <p>Reused from batch to batch. Confined to an event loop.
 */
final class Runs {
  /** Pairs of start and end in the buffer of small frames; or a message index and LARGE. */
  private int[] bounds = new int[16];

  private static final int LARGE = -1;

  private int count;

  void clear() {
    count = 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Appends one frame, which must exist. */
  void add(Frames frames, int index) {
    if (frames.large(index) != null) {
      push(index, LARGE);
      return;
    }
    int start = frames.offset(index);
    int end = start + frames.length(index);
    if (count > 0 && bounds[count - 1] == start) {
      bounds[count - 1] = end;
    } else {
      push(start, end);
    }
  }

  /** Appends every frame. */
  void addAll(Frames frames, int messages) {
    for (int i = 0; i < messages; i++) {
      if (frames.has(i)) {
        add(frames, i);
      }
    }
  }

  /** Writes all runs, without a flush. May be repeated for the next peer. */
  void writeTo(Outlet outlet, Frames frames) {
    for (int i = 0; i < count; i += 2) {
      if (bounds[i + 1] == LARGE) {
        ByteBuf large = frames.large(bounds[i]);
        if (large != null) {
          outlet.write(large.retainedDuplicate());
        }
      } else {
        outlet.write(view(frames.small(), bounds[i], bounds[i + 1]));
      }
    }
  }

  private static ByteBuf view(ByteBuf small, int start, int end) {
    return start == 0 && end == small.writerIndex()
        ? small.retainedDuplicate()
        : small.retainedSlice(start, end - start);
  }

  private void push(int first, int second) {
    if (count == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * count);
    }
    bounds[count++] = first;
    bounds[count++] = second;
  }
}
