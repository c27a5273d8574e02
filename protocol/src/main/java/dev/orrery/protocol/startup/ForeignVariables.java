package dev.orrery.protocol.startup;

import java.util.List;
import java.util.regex.Pattern;

/** Recognizes environment variables that share our prefix but belong to another program. */
final class ForeignVariables {
  /** Variables of the command line. It reads them from the environment only. */
  static final List<Setting> COMMAND_LINE =
      List.of(
          ofCommandLine("orrery.url", "URL of the scheduler's API."),
          ofCommandLine("orrery.token", "Token of the caller."),
          ofCommandLine("orrery.token-file", "File with the token of the caller."),
          ofCommandLine("orrery.app", "Name of the app."),
          ofCommandLine("orrery.debug", "Adds the stack trace to an error."));

  /**
   * Settings of an application with a starter that no program has, and where a test finds the
   * scheduler that it starts.
   */
  private static final Pattern APPLICATION =
      Pattern.compile(
          "ORRERY_(HOME|WORKER_(ENABLED|LOG_CAPTURE|FAIL_FAST(_TIMEOUT)?|SSL_BUNDLE"
              + "|TLS_CONFIGURATION_NAME|NAMED_.+|TRACING|VIRTUAL_THREADS"
              + "|DECLARE_(DRY_RUN|JOBS|OWNER|PRUNE|SERVER|TOKEN(_FILE)?|VERSION)))");

  /** Variables that an agent sets for shell commands, which may start one of our programs. */
  private static final Pattern SHELL_COMMAND =
      Pattern.compile("ORRERY_(INSTANCE_ID|ATTEMPT|JOB|FIRE_TIME|(PARAM|SECRET)_.*)");

  /**
   * Variables that Kubernetes sets in each pod for a Service whose name begins with {@code orrery}.
   */
  private static final Pattern SERVICE =
      Pattern.compile(
          "ORRERY_(.*_)?(SERVICE_(HOST|PORT(_.*)?)|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  private static final Pattern SERVICE_PORT = Pattern.compile("ORRERY_(.*_)?PORT");
  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private ForeignVariables() {}

  private static Setting ofCommandLine(String key, String meaning) {
    return new Setting(Program.COMMAND_LINE, key, SettingType.TEXT, true, meaning);
  }

  static boolean isForeign(String name, String value) {
    return COMMAND_LINE.stream().anyMatch(setting -> name.equals(Setting.variable(setting.key())))
        || APPLICATION.matcher(name).matches()
        || SHELL_COMMAND.matcher(name).matches()
        || SERVICE.matcher(name).matches()
        || (SERVICE_PORT.matcher(name).matches() && isAddressOfService(value));
  }

  static boolean isAddressOfService(String value) {
    return SERVICE_ADDRESS.matcher(value).matches();
  }
}
