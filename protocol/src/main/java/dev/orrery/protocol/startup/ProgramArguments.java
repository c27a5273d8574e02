package dev.orrery.protocol.startup;

/**
 * Rejects arguments of a program that takes none. Java passes on everything after {@code -jar
 * FILE}, including options that belong before it.
 */
public final class ProgramArguments {
  private ProgramArguments() {}

  /**
   * @throws StartupException naming the first argument, without its value, which may be a secret
   */
  public static void requireNone(String... arguments) {
    if (arguments.length > 0) {
      throw new StartupException(
          "'"
              + arguments[0].replaceFirst("[=\\s].*", "")
              + "' follows -jar FILE, but this program takes no arguments. Write Java options"
              + " and settings (-Dname=value) before -jar.");
    }
  }
}
