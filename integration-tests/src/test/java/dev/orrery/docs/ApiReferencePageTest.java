package dev.orrery.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Checks that docs/api-reference.md matches docs/openapi.yaml, which tests of the scheduler compare
 * with the code.
 */
class ApiReferencePageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();

  @Test
  void matchesTheOpenApiDocument() throws IOException {
    JsonNode document =
        new ObjectMapper(new YAMLFactory())
            .readTree(ROOT.resolve("docs").resolve("openapi.yaml").toFile());

    new Page(ROOT, "api-reference.md").checkAll(new ApiReference(document).markdown());
  }
}
