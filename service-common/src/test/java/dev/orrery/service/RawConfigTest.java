package dev.orrery.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.startup.Program;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawConfigTest {
  private static final String PASSWORD = "p$s\\w:rd, #1";

  @TempDir private Path directory;
  private RawConfig raw;

  @Test
  void readsSecretsFromFiles() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), PASSWORD + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
    String name = file.toString();

    SmallRyeConfig config =
        config(
            Map.of(
                "ORRERY_CLUSTER_SECRET_FILE", name,
                "QUARKUS_TLS_AKKA_KEY_STORE_P12_PASSWORD_FILE", name,
                "QUARKUS_DATASOURCE_PASSWORD", ""),
            Map.of(
                "quarkus.datasource.password-file",
                name,
                "quarkus.datasource.engine.password",
                "${quarkus.datasource.password:}"));

    for (String key :
        new String[] {
          "orrery.cluster.secret",
          "quarkus.tls.akka.key-store.p12.password",
          "quarkus.datasource.password",
          "quarkus.datasource.engine.password"
        }) {
      assertThat(config.getValue(key, String.class)).as(key).isEqualTo(PASSWORD);
    }
    assertThat(raw.value("quarkus.datasource.password")).isEqualTo(PASSWORD);
    assertThat(raw.byUser("orrery.cluster.secret")).isEqualTo(PASSWORD);
  }

  private SmallRyeConfig config(Map<String, String> environment, Map<String, String> properties) {
    ConfigSourceFactory factory =
        context -> {
          raw = new RawConfig(context, Program.SCHEDULER);
          return raw.secrets();
        };
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(
            new EnvConfigSource(environment, 300),
            new PropertiesConfigSource(properties, "test", 260))
        .withSources(factory)
        .build();
  }
}
