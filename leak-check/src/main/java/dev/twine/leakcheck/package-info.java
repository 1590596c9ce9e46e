/** What the test classes of every module run with, without a line of theirs. */
@org.jspecify.annotations.NullMarked
package dev.twine.leakcheck;
