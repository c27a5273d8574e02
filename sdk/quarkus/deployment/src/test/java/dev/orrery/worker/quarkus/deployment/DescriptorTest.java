package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Checks what extension registries and the tools of Quarkus show of the extension. */
class DescriptorTest {

  @Test
  void describesExtensionForQuarkusRegistry() throws IOException {
    assertThat(descriptor())
        .contains(
            "name: \"Orrery\"",
            "description: ",
            "guide: ",
            "- \"scheduler\"",
            "- \"miscellaneous\"",
            "status: \"preview\"",
            "- \"orrery.worker.\"",
            "built-with-quarkus-core: ",
            "minimum-java-version: \"17\"");
  }

  private static String descriptor() throws IOException {
    ClassLoader loader = OrreryWorkerLifecycle.class.getClassLoader();
    for (URL url : Collections.list(loader.getResources("META-INF/quarkus-extension.yaml"))) {
      try (InputStream in = url.openStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (text.contains("dev.orrery:quarkus-orrery:")) {
          return text;
        }
      }
    }
    throw new AssertionError("The extension has no descriptor");
  }
}
