package dev.twine.node.cli;

import java.util.Optional;

/** Which Twine this is. */
public final class Version {
  private Version() {}

  /** From the manifest of the jar; of classes in a folder it is not known. */
  public static String number() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** What {@code twine --version} prints. */
  public static String line() {
    return "twine " + number();
  }

  /** What a node calls itself to peers. */
  static String agent() {
    return "twine/" + number();
  }
}
