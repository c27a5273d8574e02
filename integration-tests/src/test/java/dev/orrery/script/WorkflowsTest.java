package dev.orrery.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what foreign code the CI host runs, with which rights, and who proposes its updates. */
class WorkflowsTest {
  private static final Path ROOT =
      Path.of(System.getProperty("orrery.it.root")).normalize().toAbsolutePath();
  private static final Path WORKFLOWS = ROOT.resolve(".github/workflows");

  /** An action by hash, with its version for people and for Renovate. */
  private static final Pattern PINNED =
      Pattern.compile("\\s*(?:- )?uses: [\\w/-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");

  /** The files that Renovate's manager of this name reads if its patterns are not set. */
  private static final Map<String, String> OF_RENOVATE =
      Map.of("github-actions", "(^|/)\\.github/(workflows|actions)/.+\\.ya?ml$");

  @ParameterizedTest
  @ValueSource(strings = {"ci.yaml", "release.yaml"})
  void namesActionsByHashAndKeepsNoTokenInCheckout(String file) throws IOException {
    assertThat(Files.readAllLines(WORKFLOWS.resolve(file)))
        .filteredOn(line -> line.contains("uses:"))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).matches(PINNED));
    for (JsonNode job : workflow(file).path("jobs")) {
      for (JsonNode step : job.path("steps")) {
        if (step.path("uses").asText().startsWith("actions/checkout@")) {
          assertThat(step.at("/with/persist-credentials").asText()).isEqualTo("false");
        }
      }
    }
  }

  @Test
  void givesRightsAndSecretsOnlyToJobsThatRunNoForeignCode() throws IOException {
    JsonNode workflow = workflow("release.yaml");

    assertThat(workflow.path("permissions")).isEmpty();
    workflow
        .path("jobs")
        .properties()
        .forEach(
            entry -> {
              String job = entry.getValue().toString();
              boolean builds = Pattern.compile("\\.ci/r|docker build |mvnw").matcher(job).find();
              boolean mayHarm = job.contains("\"write\"") || job.contains("secrets.");
              assertThat(builds && mayHarm).as(entry.getKey()).isFalse();
              assertThat(job.contains("SIGNING_KEY"))
                  .as(entry.getKey())
                  .isEqualTo(entry.getKey().equals("sign"));
            });
    JsonNode sign = workflow.at("/jobs/sign");
    assertThat(sign.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
    assertThat(sign.toString()).contains(".ci/sign files");
  }

  @Test
  void publishesOnlySignedFilesAndAttestsThemAndTheImages() throws IOException {
    JsonNode jobs = workflow("release.yaml").path("jobs");

    for (String job : List.of("publish-files", "publish-images")) {
      assertThat(jobs.at("/" + job + "/needs")).extracting(JsonNode::asText).contains("sign");
      assertThat(jobs.path(job).toString())
          .contains("actions/attest-build-provenance@")
          .doesNotContain("actions/checkout@");
    }
    assertThat(jobs.at("/publish-files/steps/0/with/name").asText()).isEqualTo("signed");
  }

  @Test
  void letsRenovateWatchEveryContainerfileWorkflowAndManifestOfAnImage() throws IOException {
    JsonNode config = new ObjectMapper().readTree(ROOT.resolve("renovate.json").toFile());
    List<Pattern> patterns = new ArrayList<>();
    for (JsonNode manager : config.path("enabledManagers")) {
      String name = manager.asText();
      for (JsonNode pattern : config.path(name).path("managerFilePatterns")) {
        patterns.add(Pattern.compile(pattern.asText().replaceAll("^/|/$", "")));
      }
      if (OF_RENOVATE.containsKey(name)) {
        patterns.add(Pattern.compile(OF_RENOVATE.get(name)));
      }
    }
    List<String> unwatched = new ArrayList<>();
    int watched = 0;
    for (String file : filesWithImages()) {
      if (patterns.stream().anyMatch(pattern -> pattern.matcher(file).find())) {
        watched++;
      } else {
        unwatched.add(file);
      }
    }

    assertThat(unwatched).isEmpty();
    assertThat(watched).isGreaterThanOrEqualTo(7);
    assertThat(config.path("packageRules").findValues("pinDigests")).isNotEmpty();
  }

  private static List<String> filesWithImages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .map(file -> ROOT.relativize(file))
          .filter(file -> !file.toString().matches("(.*/)?(target|\\.git|node_modules)(/.*)?"))
          .filter(file -> Files.isRegularFile(ROOT.resolve(file)))
          .filter(file -> namesImages(file))
          .map(Path::toString)
          .toList();
    }
  }

  private static boolean namesImages(Path file) {
    String name = file.getFileName().toString();
    try {
      return name.matches("(?i)(container|docker)file(\\..+)?")
          || file.startsWith(".github/workflows")
          || (name.matches(".+\\.ya?ml")
              && Pattern.compile("(?m)^\\s*(- )?image: \\S")
                  .matcher(Files.readString(ROOT.resolve(file)))
                  .find());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode workflow(String file) throws IOException {
    return new YAMLMapper().readTree(WORKFLOWS.resolve(file).toFile());
  }
}
