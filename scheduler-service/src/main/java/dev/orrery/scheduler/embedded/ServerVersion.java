package dev.orrery.scheduler.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of the embedded PostgreSQL.
 *
 * @param release such as {@code 17.11}, as {@code postgres --version} prints it
 */
record ServerVersion(String release) {
  private static final String RESOURCE = "/embedded-postgres.properties";

  /** The version of the archives that the build has packed. */
  static ServerVersion packaged() {
    return ofArtifact(packagedArtifact());
  }

  /** The Maven version of the packed archives, such as {@code 17.11.0}. */
  static String packagedArtifact() {
    Properties properties = new Properties();
    try (InputStream in = ServerVersion.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /** The last number of an artifact's version counts its builds, not PostgreSQL's releases. */
  static ServerVersion ofArtifact(String version) {
    return new ServerVersion(version.substring(0, version.lastIndexOf('.')));
  }

  /** The major version, which must match that of the data. */
  String major() {
    return release.substring(0, release.indexOf('.'));
  }
}
