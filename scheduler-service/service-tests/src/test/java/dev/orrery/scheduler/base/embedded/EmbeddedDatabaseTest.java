package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EmbeddedDatabaseTest {
  @ConfigProperty(name = "quarkus.datasource.password")
  String password;

  @ConfigProperty(name = "orrery.data-dir")
  Path dataDir;

  /** Other processes of the user can ask a JVM for its system properties. */
  @Test
  void keepsSecretsOutOfSystemProperties() throws Exception {
    DataDirectory directory = new DataDirectory(dataDir.toAbsolutePath());
    assertThat(EmbeddedDatabase.isOurs()).isTrue();
    assertThat(password).hasSizeGreaterThan(20).isEqualTo(directory.password());

    assertThat(System.getProperties().values())
        .doesNotContain(password, directory.secret("admin-token"));
  }
}
