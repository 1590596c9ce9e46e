package dev.twine.broadcaster;

/**
 * A message for one peer, framed and on its way to the loop of that peer.
 *
 * @param queued the frame; owns a reference
 * @param stamp what its lane had taken in when it was sent: all of that goes first
 * @param reserved bytes that it takes up in the inbox
 */
record Direct(PeerWriter peer, QueuedFrame queued, long stamp, int reserved) {}
