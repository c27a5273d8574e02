package dev.orrery.agent.startup;

import dev.orrery.protocol.startup.FrameworkErrorMessage;
import dev.orrery.protocol.startup.ProgramArguments;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.startup.StartupFailure;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.ConfigValidationException;
import java.net.BindException;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Starts the agent, and turns a failed start into a message and an exit code.
 *
 * <p>The scheduler has a similar class. They are not shared because both need Quarkus, on which
 * {@code protocol} must not depend, and because they recognize different mistakes.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... args) {
    try {
      ProgramArguments.requireNone(args);
    } catch (StartupException e) {
      exit(1, e);
    }
    Quarkus.run(AgentProgram.class, Main::exit, args);
  }

  private static void exit(Integer exitCode, Throwable failure) {
    if (failure != null) {
      StartupFailure.print(failure, Main::usersMistake, System.err);
    }
    System.exit(exitCode);
  }

  private static String managementPort() {
    return ConfigProvider.getConfig().getConfigValue("quarkus.management.port").getValue();
  }

  private static Optional<String> usersMistake(Throwable cause) {
    if (cause instanceof ConfigValidationException) {
      return Optional.of(FrameworkErrorMessage.message(cause.getMessage()));
    }
    if (cause instanceof BindException) {
      return Optional.of(
          "port "
              + managementPort()
              + " (health and metrics) is in use by another process. Stop that process, or set"
              + " quarkus.management.port.");
    }
    return Optional.empty();
  }
}
