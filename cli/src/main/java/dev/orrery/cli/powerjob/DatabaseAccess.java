package dev.orrery.cli.powerjob;

import dev.orrery.cli.UserException;
import dev.orrery.cli.local.InstallLayout;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The JDBC address, login and driver of a database.
 *
 * @param driver the jar of the driver; null stands for that of the scheduler, which is PostgreSQL's
 */
record DatabaseAccess(String url, String user, String password, Path driver) {
  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final String H2 = "jdbc:h2:";

  /** A file that is missing is an error, not a new database, and none is written. */
  private static final String H2_READS = ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r";

  Connection connect() throws SQLException {
    Properties login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", password);
    boolean isPlainH2 = url.startsWith(H2) && !url.contains("IFEXISTS");
    String address = isPlainH2 ? url + H2_READS : url;
    Connection connection = driverOf(jar()).connect(address, login);
    if (connection == null) {
      throw refused("has no driver for " + address);
    }
    return connection;
  }

  /** The loader stays open as long as the process: the driver loads classes at any time. */
  @SuppressWarnings("resource")
  private Driver driverOf(Path jar) throws SQLException {
    try {
      URLClassLoader loader =
          new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
      for (Driver found : ServiceLoader.load(Driver.class, loader)) {
        if (found.acceptsURL(url)) {
          return found;
        }
      }
    } catch (MalformedURLException | ServiceConfigurationError e) {
      throw refused("cannot be loaded: " + e.getMessage());
    }
    throw refused("has no driver for " + url);
  }

  private Path jar() {
    if (driver != null) {
      if (!Files.isRegularFile(driver)) {
        throw refused("is not a file");
      }
      return driver;
    }
    if (!url.startsWith(POSTGRESQL)) {
      throw UserException.usage(
          "--driver is required: the jar of the JDBC driver for "
              + url
              + ", such as that in the lib folder of PowerJob's server.");
    }
    Path home = Path.of(System.getProperty("orrery.home", "."));
    Path libraries =
        new InstallLayout(home, home).scheduler().application().resolve("lib").resolve("main");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(libraries, "*.postgresql-*.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    } catch (IOException e) {
      throw new UserException(libraries + " cannot be read: " + e.getMessage());
    }
    throw UserException.usage("--driver is required: " + libraries + " has no PostgreSQL driver.");
  }

  private UserException refused(String reason) {
    return UserException.usage(
        "--driver " + driver + " " + reason + ". Name the jar of a JDBC driver.");
  }
}
