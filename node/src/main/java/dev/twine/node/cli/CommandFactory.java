package dev.twine.node.cli;

import java.lang.reflect.InvocationTargetException;
import picocli.CommandLine;

/** Makes commands, which all take the console, and the few things of picocli's own. */
final class CommandFactory implements CommandLine.IFactory {
  private final Console console;

  CommandFactory(Console console) {
    this.console = console;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (var constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 1
          && constructor.getParameterTypes()[0] == Console.class) {
        try {
          return type.cast(constructor.newInstance(console));
        } catch (InvocationTargetException e) {
          throw new IllegalStateException(e.getCause());
        }
      }
    }
    return CommandLine.defaultFactory().create(type);
  }
}
