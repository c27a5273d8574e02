package dev.orrery.cli.local;

import java.util.List;

/** Options of the JVM that the programs are shipped with, here and in images/Containerfile.jvm. */
public final class JvmOptions {
  public static final List<String> SCHEDULER = List.of("-XX:+UseSerialGC");

  /** It waits for other programs: what the second compiler would gain it never wins back. */
  public static final List<String> AGENT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private JvmOptions() {}
}
