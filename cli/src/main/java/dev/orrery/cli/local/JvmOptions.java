package dev.orrery.cli.local;

import java.util.List;

/** Options of the JVM that {@code up} and {@code demo} start the programs with. */
public final class JvmOptions {
  /**
   * Delays the compilers, because a start runs most of its code only once. Hot code is compiled as
   * well as without the option.
   */
  public static final List<String> SCHEDULER =
      List.of("-XX:+UseSerialGC", "-XX:CompileThresholdScaling=4");

  /** An agent mostly waits for other programs: the second compiler costs more than it saves. */
  public static final List<String> AGENT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private JvmOptions() {}
}
