package dev.twine.node.cli;

import java.util.concurrent.Callable;

/**
 * A command that goes on until the user asks for its end, which is no failure: once it has said {@link
 * Termination#inPlace}, Ctrl-C and SIGTERM only complete {@link Termination#asked}.
 */
interface LastingCommand extends Callable<Integer> {}
