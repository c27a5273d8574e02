package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.time.Ticker;
import io.quarkus.arc.Arc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The embedded PostgreSQL server of this process: started once, restarted when it dies, and stopped
 * last.
 *
 * <p>Several class loaders read the configuration (tests, live reload), so the address of the
 * running server and its data directory are in system properties and not in a field. Other
 * processes of the user can read the system properties of a JVM, so the secrets stay in the files
 * of the data directory.
 */
public final class EmbeddedDatabase {
  private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
  private static final String ADMIN_TOKEN = "admin-token";
  private static final String REMEMBERED = "orrery.internal.embedded.";
  private static final String DATA_DIR = REMEMBERED + "data-dir";
  private static final String RESTARTS = REMEMBERED + "restarts";
  private static final String LOST = REMEMBERED + "lost";

  private EmbeddedDatabase() {}

  /**
   * The address and credentials of the database, and the admin token.
   *
   * @param adminToken the configured token, or else the token in the data directory
   */
  public record Access(String url, String user, String password, String adminToken) {
    @Override
    public String toString() {
      return "Access[" + url + "]";
    }
  }

  /**
   * Starts the server, unless this process has started it before.
   *
   * @param givenAdminToken the token of the setting, or null. It is never written to a file, so
   *     removing the setting removes the token
   * @throws StartupException if it cannot be started
   */
  public static synchronized Access running(EmbeddedOptions settings, String givenAdminToken) {
    String url = remembered("url");
    if (url != null) {
      return access(url, new DataDirectory(Path.of(System.getProperty(DATA_DIR))), givenAdminToken);
    }
    EmbeddedServer server = EmbeddedServer.start(settings);
    DataDirectory directory = new DataDirectory(settings.dataDir());
    removeOtherAdminToken(directory, givenAdminToken);
    Access access = access(server.url(), directory, givenAdminToken);
    System.setProperty(REMEMBERED + "url", server.url());
    System.setProperty(DATA_DIR, settings.dataDir().toString());
    System.setProperty(RESTARTS, "0");
    ServerSupervisor supervisor =
        new ServerSupervisor(
            server,
            Ticker.SYSTEM,
            EmbeddedDatabase::countRestart,
            () -> System.setProperty(LOST, "true"));
    supervisor.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> stopLast(supervisor, settings.serviceStops()), "orrery-database-stop"));
    return access;
  }

  private static Access access(String url, DataDirectory directory, String givenAdminToken) {
    try {
      return new Access(
          url,
          EmbeddedServer.USER,
          directory.password(),
          givenAdminToken == null ? directory.secret(ADMIN_TOKEN) : givenAdminToken);
    } catch (IOException e) {
      throw new StartupException("the secrets of the data directory cannot be read: " + e, e);
    }
  }

  private static void removeOtherAdminToken(DataDirectory directory, String given) {
    try {
      if (given != null && directory.removeOtherSecret(ADMIN_TOKEN, given)) {
        LOG.info(
            "Removed the file admin-token from the data directory because"
                + " orrery.security.admin-token is set to another value");
      }
    } catch (IOException e) {
      throw new StartupException("the file of the admin token cannot be removed: " + e, e);
    }
  }

  /** Returns true if this process started a server; then no other service uses its data. */
  public static boolean isOurs() {
    return remembered("url") != null;
  }

  /** Returns the number of restarts of the server after its process had died. */
  public static int restarts() {
    return Integer.getInteger(RESTARTS, 0);
  }

  /**
   * Returns true if the server died and could not be restarted; this process cannot recover then.
   */
  public static boolean isLost() {
    return Boolean.getBoolean(LOST);
  }

  private static void countRestart() {
    System.setProperty(RESTARTS, Integer.toString(restarts() + 1));
  }

  private static String remembered(String name) {
    return System.getProperty(REMEMBERED + name);
  }

  /**
   * Stops the server after the service has ended or its time-out is over: shutdown hooks run in
   * parallel.
   */
  private static void stopLast(ServerSupervisor supervisor, Duration serviceStops) {
    try {
      long deadline = System.nanoTime() + serviceStops.toNanos();
      while (Arc.container() != null && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      supervisor.stop();
    } catch (IOException e) {
      LOG.errorf("Failed to stop the embedded database; the next start stops it: %s", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
