package dev.orrery.scheduler.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;

/** The file docs/openapi.yaml, as the package has it. Both forms are made once, when asked for. */
@ApplicationScoped
class OpenApiFile {
  private static final String NAME = "/META-INF/orrery/openapi.yaml";

  private byte[] yaml;
  private byte[] json;

  synchronized byte[] yaml() throws IOException {
    if (yaml == null) {
      try (InputStream file = OpenApiFile.class.getResourceAsStream(NAME)) {
        yaml = file.readAllBytes();
      }
    }
    return yaml;
  }

  synchronized byte[] json() throws IOException {
    if (json == null) {
      json =
          new ObjectMapper()
              .writeValueAsBytes(new ObjectMapper(new YAMLFactory()).readTree(yaml()));
    }
    return json;
  }
}
