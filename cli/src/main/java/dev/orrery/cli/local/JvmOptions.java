package dev.orrery.cli.local;

import java.util.List;

/** Options of the JVM that {@code up} and {@code demo} start the programs with. */
public final class JvmOptions {
  /**
   * Compilers begin later: most of what a start runs it runs once. What runs often is compiled as
   * well as without the option.
   */
  public static final List<String> SCHEDULER =
      List.of("-XX:+UseSerialGC", "-XX:CompileThresholdScaling=4");

  /** It waits for other programs: what the second compiler would gain, it never wins back. */
  public static final List<String> AGENT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private JvmOptions() {}
}
