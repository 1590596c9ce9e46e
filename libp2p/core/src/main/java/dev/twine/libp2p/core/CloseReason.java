package dev.twine.libp2p.core;

/**
 * Why a connection ended.
 *
 * @param remote whether the peer ended it
 * @param text one line for a log
 */
public record CloseReason(FailureReason reason, boolean remote, String text) {}
