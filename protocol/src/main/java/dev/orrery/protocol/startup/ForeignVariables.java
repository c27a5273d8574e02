package dev.orrery.protocol.startup;

import java.util.Set;
import java.util.regex.Pattern;

/** Environment variables that begin as settings do, and are none. */
final class ForeignVariables {
  /** Of the command line. */
  private static final Set<String> COMMAND_LINE =
      Set.of("ORRERY_URL", "ORRERY_TOKEN", "ORRERY_APP", "ORRERY_DEBUG");

  /** What an agent gives to a shell command, which may start a program. */
  private static final Pattern SHELL_COMMAND =
      Pattern.compile("ORRERY_(INSTANCE_ID|ATTEMPT|JOB|FIRE_TIME|PARAM_.*)");

  /** What Kubernetes gives to each pod for a Service whose name begins with {@code orrery}. */
  private static final Pattern SERVICE =
      Pattern.compile(
          "ORRERY_(.*_)?(SERVICE_(HOST|PORT(_.*)?)|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  private static final Pattern SERVICE_PORT = Pattern.compile("ORRERY_(.*_)?PORT");
  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private ForeignVariables() {}

  static boolean isForeign(String name, String value) {
    return COMMAND_LINE.contains(name)
        || SHELL_COMMAND.matcher(name).matches()
        || SERVICE.matcher(name).matches()
        || (SERVICE_PORT.matcher(name).matches() && isAddressOfService(value));
  }

  static boolean isAddressOfService(String value) {
    return SERVICE_ADDRESS.matcher(value).matches();
  }
}
