package dev.orrery.scheduler.database.embedded;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.arc.Arc;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The embedded server of this process: started once, whoever asks, and stopped last.
 *
 * <p>Configuration is read several times, by several class loaders (tests, live reload), so what
 * runs is remembered in system properties and not in a field.
 */
public final class EmbeddedDatabase {
  private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
  private static final String REMEMBERED = "orrery.internal.embedded.";

  private EmbeddedDatabase() {}

  /** The address and credentials of the database, and the admin token that is kept beside it. */
  public record Access(String url, String user, String password, String adminToken) {
    @Override
    public String toString() {
      return "Access[" + url + "]";
    }
  }

  /**
   * Starts the server, unless this process has.
   *
   * @throws StartupException if it cannot be started
   */
  public static synchronized Access running(EmbeddedSettings settings) {
    String url = System.getProperty(REMEMBERED + "url");
    if (url != null) {
      return new Access(url, remembered("user"), remembered("password"), remembered("admin-token"));
    }
    String adminToken;
    EmbeddedServer server = EmbeddedServer.start(settings);
    try {
      adminToken = new DataDirectory(settings.dataDir()).secret("admin-token");
    } catch (IOException e) {
      throw new StartupException("the admin token cannot be written: " + e, e);
    }
    System.setProperty(REMEMBERED + "url", server.url());
    System.setProperty(REMEMBERED + "user", server.user());
    System.setProperty(REMEMBERED + "password", server.password());
    System.setProperty(REMEMBERED + "admin-token", adminToken);
    System.setProperty(REMEMBERED + "pid", Long.toString(server.process().pid()));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> stopLast(server, settings.serviceStops()), "orrery-database-stop"));
    return new Access(server.url(), server.user(), server.password(), adminToken);
  }

  /** True if this process started a server: nobody else works on its data. */
  public static boolean isOurs() {
    return remembered("pid") != null;
  }

  /** True if this process started a server, and that server is no more. */
  public static boolean hasDied() {
    String pid = System.getProperty(REMEMBERED + "pid");
    return pid != null
        && ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty();
  }

  private static String remembered(String name) {
    return System.getProperty(REMEMBERED + name);
  }

  /** Shutdown hooks run side by side: the service is given time to end before its database does. */
  private static void stopLast(EmbeddedServer server, Duration serviceStops) {
    try {
      long deadline = System.nanoTime() + serviceStops.toNanos();
      while (Arc.container() != null && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      server.stop();
    } catch (IOException e) {
      LOG.errorf("The embedded database could not be stopped: %s", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
