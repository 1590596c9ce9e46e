package dev.twine.gossip;

/** The 16-byte name under which the {@link DuplicateFilter} knows a message. Zero stands for none. */
record MessageKey(long low, long high) {}
