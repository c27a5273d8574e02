package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the component in the overlay that docs/kubernetes.md shows. The operator's objects have the
 * names and labels of its documentation; no operator runs here.
 */
class CloudNativePgComponentTest {

  private static final String CLUSTER = "orrery-db";

  /** Created by the operator, with the credentials of the database owner. */
  private static final String SECRET = CLUSTER + "-app";

  @TempDir private Path temporary;
  private List<ObjectNode> objects;

  @BeforeEach
  void render() throws IOException {
    // kustomize follows links before it follows "..".
    Path directory = temporary.toRealPath();
    Matcher overlay =
        Pattern.compile("```yaml\n(apiVersion: kustomize[^`]*/cloudnative-pg[^`]*)```")
            .matcher(operations());
    assertThat(overlay.find()).as("the overlay of docs/kubernetes.md").isTrue();
    Path k8s = directory.relativize(Overlay.ROOT.toRealPath());
    Files.writeString(
        directory.resolve("kustomization.yaml"), overlay.group(1).replace("../..", k8s.toString()));
    objects = Kubectl.kustomize(directory);
  }

  @Test
  void usesOnlyClusterFieldsKnownToTheOperator() throws IOException {
    assertThat(mistakes(cluster())).isEmpty();
  }

  @Test
  void findsMisspelledFieldAndUnknownMethod() throws IOException {
    ObjectNode mistaken = cluster().deepCopy();
    mistaken.withObject("/spec").put("instance", 3);
    mistaken.withObject("/spec/postgresql/synchronous").put("method", "quorum");

    assertThat(mistakes(mistaken))
        .hasSize(2)
        .anyMatch(mistake -> mistake.contains("'instance'"))
        .anyMatch(mistake -> mistake.contains("method"));
  }

  /** With two instances, no commit would end while one of them is down. */
  @Test
  void requiresCommitOnTwoOfThreeInstances() {
    assertThat(cluster().at("/spec/instances").intValue()).isEqualTo(3);
    assertThat(cluster().at("/spec/postgresql/synchronous/number").intValue()).isEqualTo(1);
    assertThat(cluster().at("/spec/postgresql/synchronous/dataDurability").textValue())
        .isEqualTo("required");
  }

  @Test
  void connectsSchedulersToPrimaryAsDatabaseOwner() {
    List<EnvVar> environment =
        withoutTheCluster().workloads().stream()
            .filter(Workload::isScheduler)
            .findFirst()
            .orElseThrow()
            .container()
            .getEnv();

    EnvVar url = entry(environment, "QUARKUS_DATASOURCE_JDBC_URL");
    assertThat(url.getValue())
        .isEqualTo(
            "jdbc:postgresql://%s-rw:5432/%s?sslmode=require",
            CLUSTER, cluster().at("/spec/bootstrap/initdb/database").textValue());
    assertThat(url.getValueFrom()).isNull();
    for (String key : List.of("username", "password")) {
      EnvVar credential = entry(environment, "QUARKUS_DATASOURCE_" + key.toUpperCase(Locale.ROOT));
      assertThat(credential.getValueFrom().getSecretKeyRef().getName()).isEqualTo(SECRET);
      assertThat(credential.getValueFrom().getSecretKeyRef().getKey()).isEqualTo(key);
    }
    assertThat(cluster().at("/metadata/name").textValue()).isEqualTo(CLUSTER);
  }

  /** There is no external-database, so no other PostgreSQL is reachable. */
  @Test
  void allowsSchedulersToReachOnlyTheClusterInstances() {
    Overlay overlay =
        new Overlay("own", Set.of("http", "cloudnative-pg"), withoutTheCluster().objects());

    assertThat(Check.CONNECTIONS.findings(overlay)).isEmpty();
    assertThat(Check.CONNECTIONS.findings(overlay.with("external-database"))).hasSize(2);
  }

  private Overlay withoutTheCluster() {
    return Overlay.of(
        "http",
        objects.stream()
            .filter(object -> !object.path("kind").asText().equals("Cluster"))
            .toList());
  }

  private ObjectNode cluster() {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals("Cluster"))
        .findFirst()
        .orElseThrow();
  }

  private static EnvVar entry(List<EnvVar> environment, String name) {
    return environment.stream().filter(one -> one.getName().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> mistakes(ObjectNode cluster) throws IOException {
    try (InputStream file =
        CloudNativePgComponentTest.class.getResourceAsStream(
            "/cloudnative-pg/cluster-schema.json")) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(file);
      return schema.validate(cluster).stream().map(Error::toString).toList();
    }
  }

  private static String operations() throws IOException {
    return Files.readString(Overlay.ROOT.resolveSibling("docs/kubernetes.md"));
  }
}
