package dev.twine.gossip;

import dev.twine.network.Address;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The records that this node gives of itself, one for each of its addresses. Signed again before
 * others would call them old. Safe for use by several threads.
 */
final class OwnRecords {
  /** Older records are not believed, or an address would be told of for ever. */
  static final long MAX_AGE_MILLIS = TimeUnit.HOURS.toMillis(24);

  /** By how much the clock of another node may be ahead. */
  static final long MAX_SKEW_MILLIS = TimeUnit.HOURS.toMillis(1);

  private static final long REFRESH_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final LocalNode local;
  private List<Address> addresses = List.of();
  private List<PeerRecord> records = List.of();
  private long signedMillis;

  OwnRecords(LocalNode local) {
    this.local = local;
  }

  synchronized void addresses(List<Address> own) {
    addresses = List.copyOf(own);
    records = List.of();
  }

  /** All of them. May cost a signature each. */
  synchronized List<PeerRecord> records(long nowMillis) {
    if (records.isEmpty() || Math.abs(nowMillis - signedMillis) >= REFRESH_MILLIS) {
      records = addresses.stream()
          .map(one -> PeerRecord.sign(local.key(), local.networkId(), nowMillis, one))
          .toList();
      signedMillis = nowMillis;
    }
    return records;
  }
}
