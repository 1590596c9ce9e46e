package dev.twine.node.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command has of the process around it, so that tests can put something else there.
 *
 * @param in what is typed
 * @param bytes standard output for bytes; shares its buffer with {@code out}
 * @param out standard output for text: results, and nothing else
 * @param err standard error: everything else
 * @param environment variables
 * @param terminal whether a person looks at standard output
 * @param termination how the end is asked for
 */
public record Console(
    InputStream in,
    OutputStream bytes,
    PrintWriter out,
    PrintWriter err,
    Map<String, String> environment,
    boolean terminal,
    Termination termination) {
  /** The console of this process; UTF-8 whatever the locale says. */
  public static Console ofProcess(Termination termination) {
    var bytes = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
    return new Console(
        System.in,
        bytes,
        new PrintWriter(bytes, false, StandardCharsets.UTF_8),
        new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        isTerminal(),
        termination);
  }

  /** From 22 on there always is a console, and it must be asked what it is. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Writes a line of a result, to be seen at once. */
  void line(String text) {
    synchronized (out) {
      out.println(text);
      out.flush();
    }
  }

  /** Writes a line for the user. */
  void say(String text) {
    err.println(text);
    err.flush();
  }

  /** Hands on what is still in buffers. */
  public void flush() {
    out.flush();
    err.flush();
  }
}
