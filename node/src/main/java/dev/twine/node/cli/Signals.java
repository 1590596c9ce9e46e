package dev.twine.node.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * The signals by which a user or the system asks a process to end.
 *
 * <p>{@code sun.misc.Signal} is the one way to handle them in Java, kept by JEP 260 until there is
 * another. By reflection, because the compiler's warning about it cannot be switched off.
 */
final class Signals {
  /** Ctrl-C, kill, and the end of the terminal. */
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private Signals() {}

  /** Runs the action on a thread of its own at each of these signals, instead of what Java does. */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      for (String name : NAMES) {
        handle(handle, signal, name, proxy(handler, action));
      }
    } catch (ReflectiveOperationException e) {
      // A runtime without the module jdk.unsupported: signals do there what Java does with them.
    }
  }

  private static void handle(Method handle, Class<?> signal, String name, Object handler)
      throws ReflectiveOperationException {
    try {
      handle.invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    } catch (InvocationTargetException e) {
      // Not known here, ignored on behalf of whoever started this process (nohup, a background job
      // of a script), or left to the system by -Xrs: then it stays so.
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw e;
      }
    }
  }

  private static Object proxy(Class<?> handler, Runnable action) {
    return Proxy.newProxyInstance(
        handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return method.invoke(action, arguments);
          }
          action.run();
          return null;
        });
  }
}
