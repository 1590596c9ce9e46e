package dev.twine.libp2p.core.dns;

import dev.twine.libp2p.core.NameLimits;
import dev.twine.libp2p.core.Refusals;

/** What may still be looked up for one peer. Any thread. */
public final class LookupBudget {
  static final String ADDRESSES = "names.addresses";
  static final String QUERIES = "names.queries";
  static final String DEPTH = "names.depth";
  static final String RECORDS = "names.records";
  static final String BYTES = "names.bytes";
  static final String UNREADABLE = "names.unreadable";

  private final NameLimits limits;
  private final Refusals refusals;
  private int queries;
  private int records;
  private int bytes;

  public LookupBudget(NameLimits limits, Refusals refusals) {
    this.limits = limits;
    this.refusals = refusals;
  }

  NameLimits limits() {
    return limits;
  }

  synchronized boolean query() {
    if (queries == limits.queries()) {
      return !refuse(QUERIES);
    }
    queries++;
    return true;
  }

  synchronized boolean record(int length) {
    if (records == limits.records()) {
      return !refuse(RECORDS);
    }
    if (length > limits.bytes() - bytes) {
      return !refuse(BYTES);
    }
    records++;
    bytes += length;
    return true;
  }

  /** Counts; true, to stand in a condition. */
  boolean refuse(String limit) {
    refusals.count(limit);
    return true;
  }
}
