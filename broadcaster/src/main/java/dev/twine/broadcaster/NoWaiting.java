package dev.twine.broadcaster;

/**
 * Marks threads on which {@link Ticket#awaitQueued} throws instead of waiting, because the node
 * needs them to go on: a thread class that runs handlers implements it.
 *
 * <p>Event loops need no mark.
 */
public interface NoWaiting {}
