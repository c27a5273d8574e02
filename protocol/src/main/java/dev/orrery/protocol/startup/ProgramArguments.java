package dev.orrery.protocol.startup;

/**
 * The arguments of a program that has none. Java hands on what stands behind {@code -jar FILE},
 * also the settings of who meant to write them before.
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
              + "' is an argument behind -jar FILE, and this program has none. Write options of Java"
              + " and settings, as -Dname=value, before -jar.");
    }
  }
}
