package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/** The packaged file docs/openapi.yaml. Each form is created once, on demand. */
@Singleton
class OpenApiFile {
  private static final String NAME = "/META-INF/orrery/openapi.yaml";

  private final URL file;
  private byte[] yaml;
  private byte[] json;
  private AllowedMethods methods;

  OpenApiFile() {
    file = OpenApiFile.class.getResource(NAME);
    if (file == null) {
      throw new IllegalStateException("This package was built without docs/openapi.yaml.");
    }
  }

  synchronized byte[] yaml() throws IOException {
    if (yaml == null) {
      try (InputStream content = file.openStream()) {
        yaml = content.readAllBytes();
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

  synchronized AllowedMethods methods() {
    if (methods == null) {
      try {
        methods = AllowedMethods.read(new String(yaml(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException("The OpenAPI document of the package cannot be read", e);
      }
    }
    return methods;
  }
}
