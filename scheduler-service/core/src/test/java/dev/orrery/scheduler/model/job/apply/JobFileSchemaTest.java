package dev.orrery.scheduler.model.job.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.job.document.JobDocumentReader;
import dev.orrery.scheduler.model.job.document.JobDocumentSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The schema of job files. {@code JobDocumentReaderTest} checks with each of its documents that the
 * schema accepts what the reader accepts.
 */
class JobFileSchemaTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PUBLISHED = Path.of("..", "..", "docs", "job-file.schema.json");

  /** With {@code -Dorrery.docs.write=true} it is written instead. */
  @Test
  void matchesPublishedJobFileSchema() throws IOException {
    String schema = JobFileSchema.json().toPrettyString() + "\n";
    if (Boolean.getBoolean("orrery.docs.write")) {
      Files.writeString(PUBLISHED, schema);
    }

    assertThat(Files.readString(PUBLISHED))
        .as(
            "Bring docs/job-file.schema.json up to date: run this test with -Dorrery.docs.write=true")
        .isEqualTo(schema);
  }

  @Test
  void acceptsExampleFilesReferencingSchema() throws IOException {
    Path examples = Path.of("..", "..", "examples", "jobs.yaml");

    assertThat(Files.readAllLines(examples).get(0))
        .isEqualTo("# yaml-language-server: $schema=../docs/job-file.schema.json");
    for (JsonNode job : YAML.readTree(examples.toFile()).path("jobs")) {
      assertThat(JobDocumentSchema.errors(job)).as(job.toString()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "processor: noop",
        "processor: {}",
        "processor: {type: nop}",
        "processor: {type: noop, script: x}",
        "processor: {type: java}",
        "processor: {type: java, name: 'a b'}",
        "processor: {type: http}",
        "processor: {type: http, url: 'http://h', headers: {'a b': x}}",
        "processor: {type: http, url: 'http://h', expectStatus: 99}",
        "processor: {type: http, url: 'http://h', expectStatus: [6xx]}",
        "processor: {type: http, url: 'http://h', nonRetryableStatus: []}",
        "processor: {type: shell, script: x, nonRetryableExitCodes: [0]}",
        "processor: {type: shell, script: x, nonRetryableExitCodes: 1}",
        "processor: {type: shell, script: x, secrets: ['a b']}",
        "processor: {type: shell, script: x, secrets: db}",
        "processor: {type: shell, command: run}",
        "processor: {type: shell, command: []}",
        "processor: {type: noop}\npriorty: 1",
        "processor: {type: noop}\npriority: 10",
        "processor: {type: noop}\npriority: '1'",
        "processor: {type: noop}\nenabled: 'yes'",
        "processor: {type: noop}\noverlap: sometimes",
        "processor: {type: noop}\nmisfire: SKIP",
        "processor: {type: noop}\nconcurrency: 0",
        "processor: {type: noop}\ntimeout: soon",
        "processor: {type: noop}\ntimeout: 30",
        "processor: {type: noop}\nretry: 3",
        "processor: {type: noop}\nretry: {maxAttempts: 0}",
        "processor: {type: noop}\nretry: {attempts: 1}",
        "processor: {type: noop}\nparameters: {a: 1}",
        "processor: {type: noop}\nparameters: {'a b': x}",
        "processor: {type: noop}\nrequiredTags: gpu",
        "processor: {type: noop}\nrequiredTags: ['a b']",
        "processor: {type: noop}\ntrigger: '@daily'",
        "processor: {type: noop}\ntrigger: {}",
        "processor: {type: noop}\ntrigger: {cron: '@daily', every: 5m}",
        "processor: {type: noop}\ntrigger: {every: 5m, zone: UTC}",
        "processor: {type: noop}\ntrigger: {cron: '@daily', dialect: linux}",
        "processor: {type: noop}\ntrigger: {cron: '@daily', within: {from: '09:00', to: '10:00'}}",
        "processor: {type: noop}\ntrigger: {within: {from: '09:00', to: '10:00'}}",
        "processor: {type: noop}\ntrigger: {every: 5m, within: {from: '09:00'}}",
        "processor: {type: noop}\ntrigger: {every: 5m, within: {from: '9:00', to: '10:00'}}",
        "processor: {type: noop}\ntrigger: {every: 5m, within: {from: '09:00', to: '24:00'}}",
        "processor: {type: noop}\ntrigger: {every: 5m, within: {from: '09:00', to: '10:00', days: []}}",
        "processor: {type: noop}\ntrigger: {every: 5m, within: {from: '09:00', to: '10:00', days: [Mon]}}",
        "processor: {type: noop}\nname: 'a b'",
      })
  void refusesDocumentsWithStructuralErrors(String document) throws IOException {
    assertThat(JobDocumentSchema.errors(refusedByTheReader(document))).isNotEmpty();
  }

  /** Rules that need a calendar, the other fields, or a look at the text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "processor: {type: noop}\ntrigger: {cron: 'every day'}",
        "processor: {type: noop}\ntrigger: {cron: '@daily', zone: Mars/Olympus}",
        "processor: {type: noop}\ntrigger: {every: PT0.5S}",
        "processor: {type: noop}\ntrigger: {every: 7m, within: {from: '00:00', to: '23:59:59'}}",
        "processor: {type: noop}\ntrigger: {every: 7m, within: {from: '09:00', to: '09:00'}}",
        "processor: {type: noop}\ntrigger: {at: tomorrow}",
        "processor: {type: noop}\ntimeout: P60D",
        "processor: {type: shell}",
        "processor: {type: shell, command: [a], script: b}",
        "processor: {type: shell, command: ['${unknown}']}",
        "processor: {type: http, url: 'ftp://h'}",
        "processor: {type: http, url: 'http://h', method: FETCH}",
      })
  void acceptsDocumentsWithErrorsThatOnlyReaderDetects(String document) throws IOException {
    assertThat(JobDocumentSchema.errors(refusedByTheReader(document))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "7", "[many, 7]"})
  void acceptsTextNumberOrListAsConditionResult(String result) throws IOException {
    JsonNode job =
        YAML.readTree(
            """
            processor:
              type: flow
              nodes:
                - {name: a, job: x}
                - {name: b, job: x, needs: [a], if: {node: a, result: %s}}
            """
                .formatted(result));

    JobDocumentReader.read("nightly", job);

    assertThat(JobDocumentSchema.errors(job)).isEmpty();
  }

  private static JsonNode refusedByTheReader(String document) throws IOException {
    JsonNode job = YAML.readTree(document);
    assertThatThrownBy(() -> JobDocumentReader.read("nightly", job))
        .isInstanceOf(ProblemException.class);
    return job;
  }

  @Test
  void acceptsNullJobFields() throws IOException {
    JsonNode job =
        JSON.readTree(
            "{\"processor\":{\"type\":\"noop\",\"sleep\":null},\"overlap\":null,"
                + "\"trigger\":{\"every\":\"5m\",\"cron\":null,\"zone\":null}}");

    assertThat(JobDocumentReader.read("nightly", job)).isNotNull();
    assertThat(JobDocumentSchema.errors(job)).isEmpty();
  }
}
