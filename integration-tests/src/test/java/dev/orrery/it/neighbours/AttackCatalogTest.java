package dev.orrery.it.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.orrery.protocol.WorkerOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that every operation with large requests or responses has an attack, or a reason why it
 * needs none.
 */
class AttackCatalogTest {
  private static final String ADMIN = "only the admin may call it, who is no neighbour";

  /** Reasons by operation. */
  private static final Map<String, String> EXCEPT =
      Map.ofEntries(
          Map.entry("createSession", "a body of at most 8 KiB, which ConsoleSessionTest tries"),
          Map.entry("getCluster", ADMIN),
          Map.entry("getJobFileSchema", "a constant"),
          Map.entry("getProtocol", "a document of two names"),
          Map.entry("getStorage", ADMIN),
          Map.entry("listAllInstances", ADMIN),
          Map.entry("listAllJobs", ADMIN),
          Map.entry("listApps", ADMIN),
          Map.entry("listWorkers", ADMIN),
          Map.entry("openPowerJobApp", "a name of at most 200 characters"),
          Map.entry("recordMainProtocol", ADMIN));

  private final JsonNode api;

  AttackCatalogTest() throws IOException {
    api =
        new YAMLMapper()
            .readTree(Path.of(System.getProperty("orrery.it.root"), "docs/openapi.yaml").toFile());
  }

  @Test
  void coversEveryLargeOperationWithAnAttack() {
    Set<String> large =
        operations()
            .filter(operation -> operation.has("requestBody") || answersList(operation))
            .map(operation -> operation.get("operationId").asText())
            .collect(Collectors.toSet());
    large.addAll(WorkerOperation.ALL.stream().map(WorkerOperation::path).toList());

    assertThat(large).hasSizeGreaterThan(30);
    large.removeAll(covered());
    large.removeAll(EXCEPT.keySet());
    assertThat(large).as("operations without an attack").isEmpty();
  }

  @Test
  void namesOnlyExistingOperations() {
    Set<String> known =
        operations()
            .map(operation -> operation.get("operationId").asText())
            .collect(Collectors.toSet());
    assertThat(known).containsAll(EXCEPT.keySet());
    assertThat(both()).isEmpty();
    known.addAll(WorkerOperation.ALL.stream().map(WorkerOperation::path).toList());
    assertThat(known).containsAll(covered());
  }

  @Test
  void namesEachAttackUniquely() {
    assertThat(AttackCatalog.ALL).extracting(Attack::name).doesNotHaveDuplicates();
  }

  private static Set<String> covered() {
    return AttackCatalog.ALL.stream()
        .flatMap(attack -> attack.covers().stream())
        .collect(Collectors.toSet());
  }

  private static List<String> both() {
    return EXCEPT.keySet().stream().filter(covered()::contains).toList();
  }

  private Stream<JsonNode> operations() {
    List<JsonNode> operations = new ArrayList<>();
    api.get("paths")
        .forEach(
            path ->
                path.forEach(
                    operation -> {
                      if (operation.has("operationId")) {
                        operations.add(operation);
                      }
                    }));
    return operations.stream();
  }

  private boolean answersList(JsonNode operation) {
    JsonNode schema = resolved(operation.at("/responses/200/content/application~1json/schema"));
    for (JsonNode property : schema.path("properties")) {
      if (resolved(property).path("type").asText().equals("array")) {
        return true;
      }
    }
    return schema.path("type").asText().equals("array");
  }

  private JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? api.at(schema.get("$ref").asText().substring(1)) : schema;
  }
}
