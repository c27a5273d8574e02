package dev.orrery.cli.local;

import java.util.List;

/** The JVM options with which {@code up} and {@code demo} start the scheduler and the agent. */
public final class JvmOptions {
  /**
   * Without this option, every process of the same user can read the memory of the JVM and load
   * code into it, through a socket in /tmp.
   */
  private static final String NO_ATTACH = "-XX:+DisableAttachMechanism";

  /**
   * Delays the compilers, because a start runs most of its code only once. Hot code is compiled as
   * well as without the option.
   */
  public static final List<String> SCHEDULER =
      List.of("-XX:+UseSerialGC", "-XX:CompileThresholdScaling=4", NO_ATTACH);

  /** An agent mostly waits for other programs: the second compiler costs more than it saves. */
  public static final List<String> AGENT =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", NO_ATTACH);

  private JvmOptions() {}
}
