package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.agreement.DialectModule;
import dev.orrery.testing.nativeimage.FrozenValues;
import dev.orrery.testing.nativeimage.ImageHeap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that static initializers keep no state of the machine on which native builds run them. */
@Tag("slow")
class NativeImageTest {
  private static final String CONFIGURATION =
      "META-INF/native-image/dev.orrery/orrery-scheduler-gateway/";

  @Test
  void keepsBuildMachineStateOutOfStaticInitializers() {
    assertThat(FrozenValues.findings(PowerJobConfig.class, Map.of())).isEmpty();
  }

  @Test
  void keepsWhatCompilerRejectsOutOfStaticFields() {
    assertThat(ImageHeap.findings(PowerJobConfig.class, Map.of())).isEmpty();
  }

  /** Quarkus has native programs find no service that is not registered. */
  @Test
  void registersServiceThatTheStartLoads() throws IOException {
    String services = "META-INF/services/" + DialectModule.class.getName();
    assertThat(read(CONFIGURATION + "resource-config.json")).contains("\\\\Q" + services + "\\\\E");
    assertThat(read(CONFIGURATION + "reflect-config.json"))
        .contains("\"" + read(services).strip() + "\", \"allDeclaredConstructors\": true");
  }

  private static String read(String resource) throws IOException {
    try (InputStream in = PowerJobConfig.class.getResourceAsStream("/" + resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
