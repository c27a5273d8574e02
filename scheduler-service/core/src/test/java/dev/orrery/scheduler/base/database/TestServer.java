package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.embedded.EmbeddedOptions;
import dev.orrery.scheduler.base.embedded.EmbeddedServer;
import io.quarkus.arc.Arc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The server on which tests have their databases: that of the service in a {@code @QuarkusTest},
 * otherwise one that is started for all other tests of the JVM.
 */
public final class TestServer {
  private static final String PREFIX = "quarkus.datasource.";

  private TestServer() {}

  /** The server of tests without Quarkus, started by the first of them. */
  private static final class Standalone {
    private static final EmbeddedServer SERVER = start("stores");
    private static final Properties APPLICATION = application();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(SERVER), "test-server-stop"));
    }

    private static Properties application() {
      Properties properties = new Properties();
      try (InputStream file = TestServer.class.getResourceAsStream("/application.properties")) {
        properties.load(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return properties;
    }

    static String setting(String name) {
      return switch (name) {
        case "jdbc.url" -> SERVER.url();
        case "username" -> SERVER.user();
        case "password" -> SERVER.password();
        default -> APPLICATION.getProperty(PREFIX + name);
      };
    }
  }

  /** Starts a server whose databases are in this directory of the test's data. */
  public static EmbeddedServer start(String directory) {
    return EmbeddedServer.start(
        new EmbeddedOptions(
            Path.of("target/test-data", directory).toAbsolutePath(),
            Path.of("target/test-server").toAbsolutePath(),
            0,
            Duration.ofSeconds(1)));
  }

  public static void stop(EmbeddedServer server) {
    try {
      server.stopAtOnce();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The value of a setting of the default pool, such as {@code jdbc.url}. */
  public static String setting(String name) {
    return Arc.container() == null
        ? Standalone.setting(name)
        : ConfigProvider.getConfig().getValue(PREFIX + name, String.class);
  }

  public static String url() {
    return setting("jdbc.url");
  }

  /** A connection of no pool, which the caller closes. */
  public static Connection connect() throws SQLException {
    return connect(url());
  }

  /** The same, to another database of the server, or with other options. */
  public static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, setting("username"), setting("password"));
  }
}
