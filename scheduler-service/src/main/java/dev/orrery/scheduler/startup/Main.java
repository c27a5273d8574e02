package dev.orrery.scheduler.startup;

import dev.orrery.protocol.startup.FrameworkErrorMessage;
import dev.orrery.protocol.startup.ProgramArguments;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.startup.StartupFailure;
import dev.orrery.scheduler.rest.TargetSyntax;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.ConfigValidationException;
import java.security.Security;
import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Starts the service. A start that fails becomes one message and an exit code.
 *
 * <p>Scheduler and agent have similar classes: both need Quarkus, which {@code protocol} must not
 * have, and differ in the mistakes that they recognize.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  /** Otherwise the transaction manager opens a port, only to get a unique process number. */
  private static final String PROCESS_NUMBER = "CoreEnvironmentBean.processImplementationClassName";

  /**
   * Seconds. The default of the JVM, 30, delays the connection to a database whose address changed.
   */
  private static final String LIFETIME_OF_NAMES = "5";

  private static final String LIFETIME = "networkaddress.cache.ttl";
  private static final String FALLBACK_TTL_PROPERTY = "sun.net.inetaddr.ttl";
  private static final String LIFETIME_OF_MISSES = "networkaddress.cache.negative.ttl";

  /** A strong reference, without which the logger and its level would be lost. */
  private static final Logger HIBERNATE = Logger.getLogger("org.hibernate");

  public static void main(String... args) {
    try {
      ProgramArguments.requireNone(args);
    } catch (StartupException e) {
      exit(1, e);
    }
    // Otherwise Hibernate logs its version before the settings are checked, above the message about
    // a wrong one.
    HIBERNATE.setLevel(Level.WARNING);
    shortenLifetimeOfNames();
    System.setProperty(PROCESS_NUMBER, "com.arjuna.ats.internal.arjuna.utils.UuidProcessId");
    System.setProperty(TargetSyntax.CHECK_OF_QUARKUS, "true");
    Quarkus.run(null, Main::exit, args);
  }

  /**
   * Must run before the first name is resolved; a setting of the user stays. The JVM logs a change
   * of a security property, and the log resolves the name of this host. So there is only one such
   * change, after the other lifetime, which may be a system property.
   */
  static void shortenLifetimeOfNames() {
    if (Security.getProperty(LIFETIME) == null
        && System.getProperty(FALLBACK_TTL_PROPERTY) == null) {
      System.setProperty(FALLBACK_TTL_PROPERTY, LIFETIME_OF_NAMES);
      Security.setProperty(LIFETIME_OF_MISSES, "1");
    }
  }

  private static void exit(Integer exitCode, Throwable failure) {
    if (failure != null) {
      StartupFailure.print(failure, Main::usersMistake, System.err);
    }
    System.exit(exitCode);
  }

  private static Optional<String> usersMistake(Throwable cause) {
    if (cause instanceof ConfigValidationException) {
      return Optional.of(FrameworkErrorMessage.message(cause.getMessage()));
    }
    if (cause instanceof SQLException database) {
      return DatabaseStartupFailure.message(database);
    }
    return Optional.empty();
  }
}
