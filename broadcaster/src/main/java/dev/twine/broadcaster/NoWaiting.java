package dev.twine.broadcaster;

/**
 * Marks threads on which {@link Ticket#awaitQueued} and {@link Broadcaster#awaitBacklog} throw instead of
 * waiting, because the node needs them to go on: a thread class that runs handlers implements it.
 *
 * <p>Event loops need no mark.
 */
public interface NoWaiting {}
