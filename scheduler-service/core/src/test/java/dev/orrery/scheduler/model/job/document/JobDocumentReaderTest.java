package dev.orrery.scheduler.model.job.document;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertMalformed;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.ProblemDetail.FieldError;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobDocumentReaderTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build();
  private static final String NOOP = "\"processor\":{\"type\":\"noop\"}";
  private static final String FULL =
      """
      {"name":"nightly",
       "trigger":{"cron":" 0 30 2 * * * ","zone":"Europe/Berlin","dialect":"quartz",
         "from":"2027-01-01T00:00:00Z","until":"2028-01-01T00:00:00+01:00","jitter":"PT30S"},
       "processor":{"type":"shell","command":["run","${fireTime}"]},
       "parameters":{"region":"eu"},"overlap":"allow","misfire":"fire-once",
       "catchUpWindow":"P1D","retry":{"maxAttempts":5,"backoff":"PT1S","maxBackoff":"PT1M",
         "maxWorkerLosses":0},
       "timeout":"PT1H","priority":9,"concurrency":7,"requiredTags":["gpu","eu","gpu"],
       "alerts":{"noSuccessFor":"26h","runsLongerThan":"PT2H"},"onFailure":{"pauseAfter":3},
       "enabled":false}
      """;

  @Test
  void fillsDefaultsOfMinimalDocument() throws Exception {
    assertThat(read("{" + NOOP + "}"))
        .isEqualTo(
            new JobDocument(
                "nightly",
                JobDescription.NONE,
                null,
                new ProcessorSpec.Noop(null),
                null,
                Map.of(),
                OverlapPolicy.SKIP,
                MisfirePolicy.FIRE_ONCE,
                Duration.ofHours(1),
                new RetryDocument(1, Duration.ofSeconds(10), Duration.ofMinutes(10), 3),
                null,
                5,
                null,
                List.of(),
                null,
                null,
                true));
  }

  @Test
  void readsAllJobDocumentFields() throws Exception {
    assertThat(read(FULL))
        .isEqualTo(
            new JobDocument(
                "nightly",
                JobDescription.NONE,
                new TriggerDocument(
                    "0 30 2 * * *",
                    "Europe/Berlin",
                    "quartz",
                    null,
                    null,
                    null,
                    null,
                    Instant.parse("2027-01-01T00:00:00Z"),
                    Instant.parse("2027-12-31T23:00:00Z"),
                    Duration.ofSeconds(30)),
                new ProcessorSpec.Shell(List.of("run", "${fireTime}"), null),
                null,
                Map.of("region", "eu"),
                OverlapPolicy.ALLOW,
                MisfirePolicy.FIRE_ONCE,
                Duration.ofDays(1),
                new RetryDocument(5, Duration.ofSeconds(1), Duration.ofMinutes(1), 0),
                Duration.ofHours(1),
                9,
                7,
                List.of("eu", "gpu"),
                new AlertsDocument(Duration.ofHours(26), Duration.ofHours(2)),
                new OnFailureDocument(3),
                false));
  }

  @Test
  void fillsDefaultsOfHttpRequest() throws Exception {
    assertThat(read("{\"processor\":{\"type\":\"http\",\"url\":\" https://h \"}}").processor())
        .isEqualTo(new ProcessorSpec.Http("GET", "https://h", Map.of(), null, List.of("2xx")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          204                | 204
          "4xx"              | 4xx
          [200,"201","3xx"]  | 200,201,3xx
          """)
  void readsExpectedStatusAsNumberClassOrList(String written, String read) throws Exception {
    String document =
        "{\"processor\":{\"type\":\"http\",\"method\":\"post\",\"url\":"
            + "\"http://h:81/${parameters.x}?t=${fireTime}\",\"headers\":{\"X\":\"${parameters.y}\"},"
            + "\"body\":\"b\",\"expectStatus\":"
            + written
            + "}}";
    assertThat(read(document).processor())
        .isEqualTo(
            new ProcessorSpec.Http(
                "POST",
                "http://h:81/${parameters.x}?t=${fireTime}",
                Map.of("X", "${parameters.y}"),
                "b",
                List.of(read.split(","))));
  }

  @Test
  void readsNonRetryableFailures() throws Exception {
    assertThat(
            read("{\"processor\":{\"type\":\"http\",\"url\":\"http://h\","
                    + "\"nonRetryableStatus\":[404,\"5xx\"]}}")
                .processor())
        .isEqualTo(
            new ProcessorSpec.Http(
                "GET", "http://h", Map.of(), null, List.of("2xx"), List.of("404", "5xx")));
    assertThat(
            read("{\"processor\":{\"type\":\"shell\",\"script\":\"x\","
                    + "\"nonRetryableExitCodes\":[1,255]}}")
                .processor())
        .isEqualTo(new ProcessorSpec.Shell(null, "x", List.of(1, 255), null));
  }

  @Test
  void readsSecretNamesOfProcessors() throws Exception {
    assertThat(
            read("{\"processor\":{\"type\":\"shell\",\"script\":\"x\","
                    + "\"secrets\":[\"db-password\",\"KEY.pem\"]}}")
                .processor()
                .secretNames())
        .containsExactly("db-password", "KEY.pem");
    assertThat(
            read("{\"processor\":{\"type\":\"http\",\"url\":\"http://h/${secret.a}\","
                    + "\"headers\":{\"Authorization\":\"Bearer ${secret.b}\"},"
                    + "\"body\":\"${secret.a} ${secret.c}\"}}")
                .processor()
                .secretNames())
        .containsExactly("a", "b", "c");
  }

  @Test
  void limitsSecretsTo100() throws Exception {
    String many = IntStream.range(0, 101).mapToObj(i -> "${secret.s" + i + "}").collect(joining());
    JsonNode http =
        json("{\"processor\":{\"type\":\"http\",\"url\":\"http://h\",\"body\":\"" + many + "\"}}");
    assertInvalid("processor", () -> JobDocumentReader.read("nightly", http));
    String names = IntStream.range(0, 101).mapToObj(i -> "\"s" + i + "\"").collect(joining(","));
    JsonNode shell =
        json("{\"processor\":{\"type\":\"shell\",\"script\":\"x\",\"secrets\":[" + names + "]}}");
    assertInvalid("processor.secrets", () -> JobDocumentReader.read("nightly", shell));
  }

  @Test
  void suggestsSecretsFieldForPlaceholderInCommand() throws Exception {
    JsonNode document =
        json("{\"processor\":{\"type\":\"shell\",\"command\":[\"a\",\"${secret.db}\"]}}");

    assertInvalid("processor.command[1]", () -> JobDocumentReader.read("nightly", document))
        .hasMessageContaining("list 'db' in 'secrets' of shell, which sets $ORRERY_SECRET_DB");
  }

  @Test
  void readsNameOfPluginProcessor() throws Exception {
    ProcessorSpec processor =
        read("{\"processor\":{\"type\":\"java\",\"name\":\"com.example.Import$Daily\"}}")
            .processor();
    assertThat(processor).isEqualTo(new ProcessorSpec.Java("com.example.Import$Daily"));
  }

  @Test
  void readsSerializedFanOutUnchanged() throws Exception {
    JobDocument document = read("{" + NOOP + ",\"fanOut\":{\"type\":\"broadcast\"}}");

    assertThat(JobDocumentReader.read("nightly", JSON.valueToTree(document))).isEqualTo(document);
  }

  @ParameterizedTest
  @CsvSource({"0, 10, 0", "3, 10, 3", "20, 10, 10", "'\"5%\"', 10, 0", "'\"30%\"', 10, 3"})
  void readsToleranceAsNumberOrPercentage(String written, int parts, int tolerated)
      throws Exception {
    JobDocument document =
        read(
            "{"
                + NOOP
                + ",\"fanOut\":{\"type\":\"shards\",\"count\":10,\"tolerate\":"
                + written
                + "}}");

    assertThat(document.fanOut().tolerate().of(parts)).isEqualTo(tolerated);
    assertThat(document.fanOut().parallelism()).isEqualTo(500);
  }

  @Test
  void keepsRetryDefaultsForMissingFields() throws Exception {
    assertThat(read("{" + NOOP + ",\"retry\":{\"maxAttempts\":3}}").retry())
        .isEqualTo(new RetryDocument(3, Duration.ofSeconds(10), Duration.ofMinutes(10), 3));
  }

  @Test
  void normalizesEquivalentDocuments() throws Exception {
    assertThat(read("{" + NOOP + ",\"timeout\":\"PT60S\",\"requiredTags\":[\"b\",\"a\"]}"))
        .isEqualTo(
            read(
                "{"
                    + NOOP
                    + ",\"timeout\":\"PT1M\",\"requiredTags\":[\"a\",\"b\",\"a\"],\"trigger\":null}"));
  }

  @Test
  void acceptsDocumentWithStatusFromServer() throws Exception {
    assertThat(read("{" + NOOP + ",\"status\":{\"version\":7}}")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FULL,
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\",\"sleep\":\"PT1S\"}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"shell\",\"script\":\"x\"},"
            + "\"trigger\":{\"every\":\"PT10S\"}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"},"
            + "\"trigger\":{\"every\":\"PT10S\",\"zone\":\"Asia/Tokyo\","
            + "\"within\":{\"from\":\"22:00:30\",\"to\":\"06:00\",\"days\":[\"SUN\",\"MON\"]}}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"},\"trigger\":{\"delay\":\"PT1M\"}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"},"
            + "\"trigger\":{\"at\":\"2027-01-01T00:00:00Z\"}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"java\",\"name\":\"x\"}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"},"
            + "\"fanOut\":{\"type\":\"shards\",\"count\":9,\"parallelism\":3,\"tolerate\":\"5%\"}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"},"
            + "\"fanOut\":{\"type\":\"broadcast\",\"tolerate\":1}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"http\",\"url\":\"http://h\","
            + "\"headers\":{\"A\":\"b\"},\"expectStatus\":[200,\"3xx\"],"
            + "\"nonRetryableStatus\":[404]}}",
        "{\"name\":\"nightly\",\"processor\":{\"type\":\"shell\",\"script\":\"x\","
            + "\"nonRetryableExitCodes\":[2],\"secrets\":[\"db\"]}}"
      })
  void readsStoredDocumentUnchanged(String text) throws Exception {
    JobDocument document = read(text);

    assertThat(JobDocumentReader.readStored(JSON.valueToTree(document))).isEqualTo(document);
  }

  @Test
  void ignoresUnknownFieldsInStoredDocument() throws Exception {
    ObjectNode stored = JSON.valueToTree(read("{" + NOOP + "}"));
    stored.put("ofTheFuture", 1);

    assertThat(JobDocumentReader.readStored(stored)).isEqualTo(read("{" + NOOP + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name":"other",@}                                    | name
          {@,"triggers":{}}                                     | triggers
          {@,"concurrency":0}                                   | concurrency
          {@,"concurrency":10001}                               | concurrency
          {@,"overlap":"Skip"}                                  | overlap
          {@,"overlap":"queue"}                                 | overlap
          {@,"misfire":"Fire-All"}                              | misfire
          {@,"misfire":"never"}                                 | misfire
          {@,"catchUpWindow":"-PT1H"}                           | catchUpWindow
          {@,"catchUpWindow":"P367D"}                           | catchUpWindow
          {@,"catchUpWindow":"1 h"}                             | catchUpWindow
          {@,"timeout":"PT0.999S"}                              | timeout
          {@,"timeout":"P31D"}                                  | timeout
          {@,"timeout":"PT9223372036854775807S"}                | timeout
          {@,"timeout":"PT99999999999999999999S"}               | timeout
          {@,"priority":-1}                                     | priority
          {@,"priority":10}                                     | priority
          {@,"priority":5.5}                                    | priority
          {@,"priority":99999999999}                            | priority
          {@,"requiredTags":["a b"]}                                | requiredTags[0]
          {@,"requiredTags":["a",""]}                               | requiredTags[1]
          {@,"retry":{"maxAttempts":0}}                         | retry.maxAttempts
          {@,"retry":{"maxAttempts":1001}}                      | retry.maxAttempts
          {@,"retry":{"maxWorkerLosses":-1}}                            | retry.maxWorkerLosses
          {@,"retry":{"backoff":"P31D"}}                        | retry.backoff
          {@,"retry":{"maxBackoff":"-PT1S"}}                    | retry.maxBackoff
          {@,"retry":{"attempts":3}}                            | retry.attempts
          {@,"parameters":{"a b":"x"}}                          | parameters
          {@,"parameters":{"orrery.x":"y"}}                     | parameters.orrery.x
          {@,"parameters":{"orrery.traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}} | parameters.orrery.traceparent
          {@,"fanOut":{}}                                       | fanOut.type
          {@,"fanOut":{"type":"map"}}                           | fanOut.type
          {@,"fanOut":{"type":"shards"}}                        | fanOut.count
          {@,"fanOut":{"type":"shards","count":0}}              | fanOut.count
          {@,"fanOut":{"type":"shards","count":10001}}          | fanOut.count
          {@,"fanOut":{"type":"shards","count":2,"parallelism":0}}    | fanOut.parallelism
          {@,"fanOut":{"type":"shards","count":2,"parallelism":5001}} | fanOut.parallelism
          {@,"fanOut":{"type":"shards","count":2,"tolerate":-1}}      | fanOut.tolerate
          {@,"fanOut":{"type":"shards","count":2,"tolerate":10001}}   | fanOut.tolerate
          {@,"fanOut":{"type":"shards","count":2,"tolerate":1.5}}     | fanOut.tolerate
          {@,"fanOut":{"type":"shards","count":2,"tolerate":"101%"}}  | fanOut.tolerate
          {@,"fanOut":{"type":"shards","count":2,"reduce":true}}      | fanOut.reduce
          {@,"fanOut":{"type":"broadcast","count":2}}           | fanOut.count
          {@,"fanOut":{"type":"broadcast","parallelism":2}}     | fanOut.parallelism
          {@,"fanOut":{"type":"broadcast"},"retry":{"maxAttempts":2}} | retry.maxAttempts
          {"processor":{"type":"powerjob","processorInfo":"x"},"fanOut":{"type":"broadcast"}} | fanOut
          {"trigger":{"every":"PT1M"}}                          | processor
          {"processor":{}}                                      | processor.type
          {"processor":{"type":"java"}}                         | processor.name
          {"processor":{"type":"java","name":"a b"}}            | processor.name
          {"processor":{"type":"java","name":"x","jar":"y"}}    | processor.jar
          {"processor":{"type":"http"}}                         | processor.url
          {"processor":{"type":"http","url":"ftp://h/"}}        | processor.url
          {"processor":{"type":"http","url":"${parameters.url}"}} | processor.url
          {"processor":{"type":"http","url":"http:///x"}}       | processor.url
          {"processor":{"type":"http","url":"http://h/a b"}}    | processor.url
          {"processor":{"type":"http","url":"http://h:70000/"}} | processor.url
          {"processor":{"type":"http","url":"http://u:p\\u0040h/"}}   | processor.url
          {"processor":{"type":"http","url":"http://h","method":"BREW"}} | processor.method
          {"processor":{"type":"http","url":"http://h","headers":{"A B":"c"}}} | processor.headers.A B
          {"processor":{"type":"http","url":"http://h","headers":{"Host":"c"}}} | processor.headers.Host
          {"processor":{"type":"http","url":"http://h","headers":{"Orrery-Instance":"1"}}} | processor.headers.Orrery-Instance
          {"processor":{"type":"http","url":"http://h","headers":{"A":"b\\r\\nC: d"}}} | processor.headers.A
          {"processor":{"type":"http","url":"http://h","headers":{"A":"***"}}} | processor.headers.A
          {"processor":{"type":"http","url":"http://h","nonRetryableStatus":[]}} | processor.nonRetryableStatus
          {"processor":{"type":"http","url":"http://h","nonRetryableStatus":"204"}} | processor.nonRetryableStatus
          {"processor":{"type":"http","url":"http://h","nonRetryableStatus":["6xx"]}} | processor.nonRetryableStatus
          {"processor":{"type":"http","url":"http://h","expectStatus":[404],"nonRetryableStatus":[404]}} | processor.nonRetryableStatus
          {"processor":{"type":"shell","script":"x","nonRetryableExitCodes":[]}} | processor.nonRetryableExitCodes
          {"processor":{"type":"shell","script":"x","nonRetryableExitCodes":[1,0]}} | processor.nonRetryableExitCodes[1]
          {"processor":{"type":"shell","script":"x","nonRetryableExitCodes":[256]}} | processor.nonRetryableExitCodes[0]
          {"processor":{"type":"shell","script":"x","nonRetryableExitCodes":[1.5]}} | processor.nonRetryableExitCodes[0]
          {"processor":{"type":"shell","script":"x","secrets":["a b"]}} | processor.secrets[0]
          {"processor":{"type":"shell","script":"x","secrets":["a",".."]}} | processor.secrets[1]
          {"processor":{"type":"shell","script":"x","secrets":["a-b","c","A.b"]}} | processor.secrets[2]
          {"processor":{"type":"shell","script":"echo ${secret.a}"}} | processor.script
          {"processor":{"type":"shell","command":["echo","${secret.a}"]}} | processor.command[1]
          {"processor":{"type":"http","url":"http://h/${secret.a b}"}} | processor.url
          {"processor":{"type":"http","url":"http://h","headers":{"user-agent":"${secret.a}"}}} | processor.headers.user-agent
          {"processor":{"type":"http","url":"http://h","expectStatus":[]}} | processor.expectStatus
          {"processor":{"type":"http","url":"http://h","expectStatus":100}} | processor.expectStatus
          {"processor":{"type":"http","url":"http://h","expectStatus":2e2}} | processor.expectStatus
          {"processor":{"type":"http","url":"http://h","expectStatus":["2xx","ok"]}} | processor.expectStatus
          {"processor":{"type":"http","url":"http://h","query":"x"}} | processor.query
          {"processor":{"type":"http","url":"http://h/${parameter.a}"}} | processor.url
          {"processor":{"type":"http","url":"http://h","body":"${date}"}} | processor.body
          {"processor":{"type":"http","url":"http://h","headers":{"A":"${b}"}}} | processor.headers.A
          {"processor":{"type":"shell","command":["a","${HOME}"]}} | processor.command[1]
          {"processor":{"type":"Noop"}}                         | processor.type
          {"processor":{"type":"noop","sleep":"1 s"}}           | processor.sleep
          {"processor":{"type":"noop","sleep":"PT9223372036854775807S"}} | processor.sleep
          {"processor":{"type":"noop","sleep":"P30DT1S"}}       | processor.sleep
          {"processor":{"type":"noop","script":"x"}}            | processor.script
          {"processor":{"type":"shell"}}                        | processor.command
          {"processor":{"type":"shell","command":["a"],"script":"b"}} | processor.command
          {"processor":{"type":"shell","command":[]}}           | processor.command
          {"processor":{"type":"shell","command":[" "]}}        | processor.command
          {"processor":{"type":"shell","script":" "}}           | processor.script
          {"processor":{"type":"shell","script":"x","args":[]}} | processor.args
          {@,"trigger":{}}                                      | trigger.cron
          {@,"trigger":{"cron":"0 0 * * * *","every":"PT1M"}}   | trigger.cron
          {@,"trigger":{"cron":""}}                             | trigger.cron
          {@,"trigger":{"cron":"0 99 * * * *"}}                 | trigger.cron
          {@,"trigger":{"cron":"0 0 * * * *","zone":"Europe/Atlantis"}} | trigger.zone
          {@,"trigger":{"cron":"0 0 * * * *","zone":""}}        | trigger.zone
          {@,"trigger":{"every":"PT1M","zone":"UTC"}}           | trigger.zone
          {@,"trigger":{"cron":"0 0 * * * *","dialect":"cron"}} | trigger.dialect
          {@,"trigger":{"every":"PT1M","dialect":"unix"}}       | trigger.dialect
          {@,"trigger":{"every":"PT0.5S"}}                      | trigger.every
          {@,"trigger":{"every":"PT9223372036854775807S"}}      | trigger.every
          {@,"trigger":{"delay":"PT0S"}}                        | trigger.delay
          {@,"trigger":{"at":"2027-01-01"}}                     | trigger.at
          {@,"trigger":{"at":"+10000-01-01T00:00:00Z"}}         | trigger.at
          {@,"trigger":{"at":"2027-01-01T00:00:00Z","from":"2027-01-02T00:00:00Z"}}  | trigger.at
          {@,"trigger":{"at":"2027-01-01T00:00:00Z","until":"2026-12-31T00:00:00Z"}} | trigger.at
          {@,"trigger":{"every":"PT1M","from":"soon"}}          | trigger.from
          {@,"trigger":{"every":"PT1M","until":"soon"}}         | trigger.until
          {@,"trigger":{"every":"PT1M","jitter":"PT1M"}}        | trigger.jitter
          {@,"trigger":{"every":"PT1M","jitter":"PT0S"}}        | trigger.jitter
          {@,"trigger":{"every":"PT1M","jitter":"PT9223372036854775807S"}} | trigger.jitter
          {@,"trigger":{"every":"PT1M","rate":"PT1M"}}          | trigger.rate
          """)
  void refusesInvalidValueAndNamesField(String text, String field) throws Exception {
    JsonNode document = json(text.replace("@", NOOP));

    assertInvalid(field, () -> JobDocumentReader.read("nightly", document));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name":7,@}                                 | name
          {"processor":"noop"}                         | processor
          {"processor":{"type":1}}                     | processor.type
          {"processor":{"type":"shell","command":"ls"}}     | processor.command
          {"processor":{"type":"shell","command":["ls",1]}} | processor.command[1]
          {"processor":{"type":"shell","script":["ls"]}}    | processor.script
          {"processor":{"type":"http","url":7}}             | processor.url
          {"processor":{"type":"http","url":"http://h","headers":{"A":1}}} | processor.headers.A
          {"processor":{"type":"http","url":"http://h","body":{}}} | processor.body
          {"processor":{"type":"http","url":"http://h","expectStatus":{}}} | processor.expectStatus
          {"processor":{"type":"http","url":"http://h","expectStatus":[true]}} | processor.expectStatus
          {"processor":{"type":"java","name":5}}            | processor.name
          {@,"trigger":"0 0 * * * *"}                  | trigger
          {@,"trigger":{"cron":5}}                     | trigger.cron
          {@,"trigger":{"every":60}}                   | trigger.every
          {@,"trigger":{"every":"1m","within":"09:00-18:30"}}             | trigger.within
          {@,"trigger":{"every":"1m","within":{"from":"09:00","to":1110}}} | trigger.within.to
          {@,"trigger":{"every":"1m","within":{"from":"09:00","to":"18:30","days":"MON"}}} | trigger.within.days
          {@,"parameters":[]}                          | parameters
          {@,"parameters":{"a":1}}                     | parameters.a
          {@,"parameters":{"a":null}}                  | parameters.a
          {@,"overlap":1}                              | overlap
          {@,"misfire":true}                           | misfire
          {@,"catchUpWindow":60}                       | catchUpWindow
          {@,"retry":3}                                | retry
          {@,"retry":{"maxAttempts":"3"}}              | retry.maxAttempts
          {@,"timeout":60}                             | timeout
          {@,"priority":"5"}                           | priority
          {@,"requiredTags":"gpu"}                         | requiredTags
          {@,"requiredTags":[1]}                           | requiredTags[0]
          {@,"enabled":"true"}                         | enabled
          """)
  void refusesWrongJsonTypeAndNamesField(String text, String field) throws Exception {
    JsonNode document = json(text.replace("@", NOOP));

    assertMalformed(field, () -> JobDocumentReader.read("nightly", document))
        .hasMessageContaining("'" + field + "'");
  }

  @Test
  void reportsAllErrorsTogether() throws Exception {
    JsonNode document =
        json(
            """
            {"trigger":{"every":"5 m","form":"2027-01-01T00:00:00Z"},
             "procesor":{"type":"noop"},
             "parameters":{"seconds":1},
             "retry":{"maxAttempts":0,"backof":"1s"},
             "timeout":"soon","requiredTags":["a b"],"lables":{}}
            """);

    ProblemDetail problem =
        catchThrowableOfType(
                ProblemException.class, () -> JobDocumentReader.read("my job", document))
            .problem();

    assertThat(problem.errors())
        .extracting(FieldError::field)
        .containsExactly(
            "name",
            "processor",
            "trigger.every",
            "trigger.form",
            "parameters.seconds",
            "retry.maxAttempts",
            "retry.backof",
            "timeout",
            "requiredTags[0]",
            "lables");
    assertThat(problem.field()).isEqualTo("name");
    assertThat(problem.detail()).isEqualTo(problem.errors().get(0).message()).contains("'my job'");
    assertThat(problem.errors())
        .extracting(FieldError::message)
        .anyMatch(message -> message.contains("Is 'procesor' it, misspelt?"))
        .anyMatch(message -> message.contains("'trigger.form'. Did you mean 'from'?"))
        .anyMatch(message -> message.contains("'retry.backof'. Did you mean 'backoff'?"));
  }

  @Test
  void reportsUnknownPlaceholdersWithKnownPlaceholders() throws Exception {
    JsonNode document =
        json("{\"processor\":{\"type\":\"shell\",\"command\":[\"a\",\"${x}\",\"${y}\"]}}");

    ProblemDetail problem =
        catchThrowableOfType(ProblemException.class, () -> JobDocumentReader.read("a", document))
            .problem();

    assertThat(problem.errors())
        .extracting(FieldError::field)
        .containsExactly("processor.command[1]", "processor.command[2]");
    assertThat(problem.detail())
        .contains("${x}", "${fireTime}, ${parameters.NAME} and, in http, ${secret.NAME}");
  }

  @Test
  void allowsShellVariablesInScript() throws Exception {
    assertThat(read("{\"processor\":{\"type\":\"shell\",\"script\":\"echo ${HOME}\"}}"))
        .isNotNull();
  }

  @Test
  void keepsUnknownPlaceholderInStoredDocument() throws Exception {
    JobDocument stored =
        JobDocumentReader.readStored(
            json("{\"name\":\"a\",\"processor\":{\"type\":\"shell\",\"command\":[\"${x}\"]}}"));

    assertThat(stored.processor()).isEqualTo(new ProcessorSpec.Shell(List.of("${x}"), null));
  }

  /** The window as it is in the document, and the error. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"to":"18:30"}                 | 'trigger.within.from' is missing.
          {"form":"09:00","to":"18:30"}  | 'trigger.within.from' is missing. Is 'trigger.within.form' it, misspelt?
          {"from":"09:00"}               | 'trigger.within.to' is missing.
          {"from":"9:00","to":"18:30"}   | 'trigger.within.from' must be a local time in quotes, from "00:00" to "23:59:59"; got '9:00'.
          {"from":"09:00","to":"24:00"}  | 'trigger.within.to' must be a local time in quotes, from "00:00" to "23:59:59"; got '24:00'.
          {"from":"09:00","to":"18:30:00.5"} | 'trigger.within.to' must be a local time in quotes, from "00:00" to "23:59:59"; got '18:30:00.5'.
          {"from":"09:00","to":1110}     | 'trigger.within.to' must be a local time in quotes, from "00:00" to "23:59:59".
          {"from":"09:00","to":"18:30","days":[]} | 'trigger.within.days' must name a day; leave it out for every day.
          {"from":"09:00","to":"18:30","days":["MON","Tuesday"]} | 'trigger.within.days[1]' must be one of MON, TUE, WED, THU, FRI, SAT, SUN; got 'Tuesday'.
          {"from":"09:00","to":"18:30","weekdays":["MON"]} | Unknown field 'trigger.within.weekdays'. Known here: from, to, days.
          {"from":"09:00","to":"09:00"}  | 'within.to' equals 'within.from', which could be a moment or a whole day. For one fire a day use 'cron'; for a whole day write from 00:00 to 23:59:59.
          {"from":"09:00","to":"18:30"},"zone":"Europe/Berln" | 'trigger.zone' must be a zone of the IANA database, such as Europe/Berlin; got 'Europe/Berln'. Did you mean 'Europe/Berlin'?
          {"from":"09:00","to":"18:30"},"dialect":"unix" | 'dialect' belongs to 'cron' only. Leave it out.
          {"from":"09:00","to":"18:30"},"jitter":"1h" | 'jitter' must be less than 'every', which is PT1H; got PT1H.
          """)
  void refusesInvalidWindowAndNamesFieldAndFix(String window, String message) throws Exception {
    JsonNode document =
        json("{" + NOOP + ",\"trigger\":{\"every\":\"1h\",\"within\":" + window + "}}");

    assertThatThrownBy(() -> JobDocumentReader.read("nightly", document))
        .hasMessageEndingWith(": " + message);
  }

  @Test
  void readsWindowInUtcWithSortedDays() throws Exception {
    TriggerDocument trigger =
        read("{"
                + NOOP
                + ",\"trigger\":{\"every\":\"1h\",\"within\":{\"from\":\"09:00:00\","
                + "\"to\":\"18:30:05\",\"days\":[\"SUN\",\"TUE\",\"SUN\"]}}}")
            .trigger();

    assertThat(trigger.zone()).isEqualTo("UTC");
    assertThat(trigger.within())
        .isEqualTo(new DailyWindowDocument("09:00", "18:30:05", List.of("TUE", "SUN")));
  }

  @Test
  void readsShortDurations() throws Exception {
    JobDocument document =
        read("{" + NOOP + ",\"timeout\":\"1h30m\",\"trigger\":{\"every\":\"5m\"}}");

    assertThat(document.timeout()).isEqualTo(Duration.ofMinutes(90));
    assertThat(document.trigger().every()).isEqualTo(Duration.ofMinutes(5));
    assertThat(JSON.valueToTree(document).toString()).contains("\"PT1H30M\"", "\"PT5M\"");
  }

  @Test
  void refusesNonObjectBodyAsMalformed() throws Exception {
    JsonNode list = json("[]");

    assertMalformed(null, () -> JobDocumentReader.read("nightly", list));
  }

  @ParameterizedTest
  @EnumSource
  void readsAllOverlapPolicies(OverlapPolicy overlap) throws Exception {
    assertThat(read("{" + NOOP + ",\"overlap\":\"" + overlap.spelling() + "\"}").overlap())
        .isEqualTo(overlap);
  }

  @ParameterizedTest
  @EnumSource
  void readsAllMisfirePolicies(MisfirePolicy misfire) throws Exception {
    assertThat(read("{" + NOOP + ",\"misfire\":\"" + misfire.spelling() + "\"}").misfire())
        .isEqualTo(misfire);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ä", "a/b"})
  void refusesInvalidNameInPath(String name) throws Exception {
    JsonNode document = json("{" + NOOP + "}");

    assertInvalid("name", () -> JobDocumentReader.read(name, document));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"timeout\":\"PT1S\"           | \"timeout\":\"PT0.999S\"         | timeout",
        "\"timeout\":\"P30D\"           | \"timeout\":\"P30DT0.001S\"      | timeout",
        "\"catchUpWindow\":\"PT0S\"     | \"catchUpWindow\":\"PT-1S\"      | catchUpWindow",
        "\"catchUpWindow\":\"P366D\"    | \"catchUpWindow\":\"P366DT1S\"   | catchUpWindow",
        "\"retry\":{\"backoff\":\"P30D\",\"maxBackoff\":\"P30D\"}"
            + " | \"retry\":{\"backoff\":\"P30DT1S\",\"maxBackoff\":\"P30D\"} | retry.backoff",
      })
  void acceptsDurationsUpToLimitsOnly(String at, String beyond, String field) throws Exception {
    JsonNode atBound = json("{" + NOOP + "," + at + "}");
    JsonNode tooMuch = json("{" + NOOP + "," + beyond + "}");

    assertThatCode(() -> JobDocumentReader.read("nightly", atBound)).doesNotThrowAnyException();
    assertInvalid(field, () -> JobDocumentReader.read("nightly", tooMuch));
  }

  @Test
  void acceptsOneTimeTriggerAtBothWindowBounds() throws Exception {
    String noon = "\"2127-01-01T12:00:00Z\"";

    JsonNode document =
        json(
            "{%s,\"trigger\":{\"at\":%s,\"from\":%s,\"until\":%s}}"
                .formatted(NOOP, noon, noon, noon));

    assertThatCode(() -> JobDocumentReader.read("nightly", document)).doesNotThrowAnyException();
  }

  @Test
  void reportsInvalidNameOnce() throws Exception {
    JsonNode document = json("{" + NOOP + ",\"name\":\"a b\"}");

    assertThat(
            catchThrowableOfType(
                    ProblemException.class, () -> JobDocumentReader.read("a b", document))
                .problem()
                .errors())
        .hasSize(1);
  }

  @Test
  void limitsParametersTo64KibibytesOfUtf8() throws Exception {
    int most = 64 * 1024 - 1;
    assertThat(read(withParameter("x".repeat(most))).parameters()).hasSize(1);

    JsonNode oneMore = json(withParameter("x".repeat(most + 1)));
    JsonNode wide = json(withParameter("\u20ac".repeat(most / 3 + 1)));

    assertInvalid("parameters", () -> JobDocumentReader.read("nightly", oneMore));
    assertInvalid("parameters", () -> JobDocumentReader.read("nightly", wide));
  }

  @ParameterizedTest
  @CsvSource({"cron, 500, 0 0 4 * * *", "zone, 100, UTC"})
  void limitsTriggerTextExceptInStoredDocument(String field, int most, String value)
      throws Exception {
    ObjectNode longest = (ObjectNode) json("{" + NOOP + ",\"name\":\"nightly\"}");
    longest.putObject("trigger").put("cron", "0 0 4 * * *");
    longest.withObject("/trigger").put(field, value + " ".repeat(most - value.length()));
    ObjectNode oneMore = longest.deepCopy();
    oneMore.withObject("/trigger").put(field, value + " ".repeat(most - value.length() + 1));

    assertThat(JobDocumentReader.read("nightly", longest).trigger()).isNotNull();
    assertInvalid("trigger." + field, () -> JobDocumentReader.read("nightly", oneMore))
        .hasMessageContaining(
            "'trigger." + field + "' must be at most " + most + " characters long");
    assertThat(JobDocumentReader.readStored(oneMore).trigger()).isNotNull();
  }

  @Test
  void truncatesLongValueInErrorMessage() throws Exception {
    JsonNode type = json("{\"processor\":{\"type\":\"" + "x".repeat(8_000) + "\"}}");
    JsonNode overlap = json("{" + NOOP + ",\"overlap\":\"" + "x".repeat(8_000) + "\"}");

    assertInvalid("processor.type", () -> JobDocumentReader.read("nightly", type))
        .hasMessageContaining("got '" + "x".repeat(80) + "…'");
    assertInvalid("overlap", () -> JobDocumentReader.read("nightly", overlap))
        .hasMessageContaining("got '" + "x".repeat(80) + "…'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CR LF of Windows in line 1                   | set -e\\r\\necho a
          CR LF of Windows in line 2                   | echo a\\necho b\\r\\n
          write LF alone                               | echo a\\r
          U+FEFF in line 1                             | \\ufeffecho a
          U+00A0 in line 2                             | if a\\n \\u00a0b\\nfi
          write a space                                | \\t\\u3000echo
          runs in sh, which ignores its first line     | #!/usr/bin/env python3\\nprint(1)
          use 'command'                                | #!/bin/bash\\na=(1)
          for options of sh                            | #!/bin/sh -e\\nfalse
          use 'command'                                | #!/usr/bin/env bash
          """)
  void refusesScriptMisreadBySh(String says, String script) throws Exception {
    JsonNode document = json(withScript(script));

    assertInvalid("processor.script", () -> JobDocumentReader.read("nightly", document))
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!/bin/sh\\necho a",
        "#! /usr/bin/env sh\\necho a",
        "echo a\\n#!/bin/bash",
        "printf 'a\\rb'",
        "echo '10\\u00a0000'",
        "\\n# \\ud83d\\ude80"
      })
  void acceptsScriptReadUnchangedBySh(String script) throws Exception {
    assertThat(read(withScript(script)).processor()).isInstanceOf(ProcessorSpec.Shell.class);
  }

  @Test
  void limitsArgumentToLinuxMaximum() throws Exception {
    String longest = "東".repeat(43_690) + "a";
    JsonNode command = json(withCommand(longest));
    JsonNode oneMore = json(withCommand(longest + "b"));

    assertThat(JobDocumentReader.read("nightly", command)).isNotNull();
    assertInvalid("processor.command[1]", () -> JobDocumentReader.read("nightly", oneMore))
        .hasMessageContaining("at most 131071 bytes");
  }

  private static String withCommand(String argument) {
    return "{\"processor\":{\"type\":\"shell\",\"command\":[\"echo\",\"" + argument + "\"]}}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EST           | Write America/Panama, or America/New_York for daylight saving time.
          HST           | Write Pacific/Honolulu.
          ROC           | Write Asia/Taipei.
          +2            | write the name of a place, or Etc/GMT-2.
          UTC-05:00     | write the name of a place, or Etc/GMT+5.
          +05:30        | An offset is not a zone; write the name of a place.
          Z             | or UTC.
          SystemV/PST8  | such as Europe/Berlin
          europe/berlin | Did you mean 'Europe/Berlin'?
          utc           | Did you mean 'UTC'?
          Europe/Berln  | Did you mean 'Europe/Berlin'?
          """)
  void refusesZoneOutsideIanaDatabaseAndSuggestsReplacement(String zone, String says)
      throws Exception {
    JsonNode document = json(withZone(zone));

    assertInvalid("trigger.zone", () -> JobDocumentReader.read("nightly", document))
        .hasMessageContaining("got '" + zone + "'")
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Europe/Berlin", "US/Eastern", "EST5EDT", "Etc/GMT-2", "GB"})
  void acceptsZonesOfIanaDatabase(String zone) throws Exception {
    assertThat(read(withZone(zone)).trigger().zone()).isEqualTo(zone);
  }

  @Test
  void refusesInvalidHostNameWithExplanation() throws Exception {
    JsonNode document =
        json("{\"processor\":{\"type\":\"http\",\"url\":\"http://my_service:8080/\"}}");

    assertInvalid("processor.url", () -> JobDocumentReader.read("nightly", document))
        .hasMessageContaining("must name a host")
        .hasMessageContaining("'my_service' is not a host name");
  }

  private static String withZone(String zone) {
    return "{" + NOOP + ",\"trigger\":{\"cron\":\"0 0 4 * * *\",\"zone\":\"" + zone + "\"}}";
  }

  @Test
  void limitsScriptTo65536Characters() throws Exception {
    int most = 64 * 1024;
    assertThat(read(withScript("x".repeat(most))).processor()).isNotNull();

    JsonNode oneMore = json(withScript("x".repeat(most + 1)));

    assertInvalid("processor.script", () -> JobDocumentReader.read("nightly", oneMore))
        .hasMessageContaining("'processor.script' must be at most 65536 characters long");
  }

  @Test
  void limitsCommandTo65536CharactersInTotal() throws Exception {
    int most = 64 * 1024;
    assertThat(read(withCommand("sh", "x".repeat(most - 2))).processor()).isNotNull();

    JsonNode oneMore = json(withCommand("sh", "x".repeat(most - 1)));

    assertInvalid("processor.command", () -> JobDocumentReader.read("nightly", oneMore))
        .hasMessageContaining("'processor.command' must be at most 65536 characters long");
  }

  @Test
  void limitsRequiredTagsToTwenty() throws Exception {
    JsonNode twenty = JSON.readTree("{" + NOOP + "}");
    JsonNode more = twenty.deepCopy();
    for (int i = 0; i < 20; i++) {
      ((ObjectNode) twenty).withArray("requiredTags").add("t" + i);
      ((ObjectNode) more).withArray("requiredTags").add("t" + i);
    }
    ((ObjectNode) more).withArray("requiredTags").add("one-more");

    assertThat(JobDocumentReader.read("nightly", twenty).requiredTags()).hasSize(20);
    assertInvalid("requiredTags", () -> JobDocumentReader.read("nightly", more));
  }

  @Test
  void refusesNulCharacterAndNamesField() throws Exception {
    JsonNode document = json("{" + NOOP + ",\"parameters\":{\"a\":\"x\\u0000\"}}");

    assertInvalid("parameters.a", () -> JobDocumentReader.read("nightly", document));
  }

  private static String withScript(String script) {
    return "{\"processor\":{\"type\":\"shell\",\"script\":\"" + script + "\"}}";
  }

  private static String withCommand(String program, String argument) {
    return "{\"processor\":{\"type\":\"shell\",\"command\":[\""
        + program
        + "\",\""
        + argument
        + "\"]}}";
  }

  private static String withParameter(String value) {
    return "{" + NOOP + ",\"parameters\":{\"a\":\"" + value + "\"}}";
  }

  private static JobDocument read(String text) throws JsonProcessingException {
    JsonNode written = json(text);
    JobDocument read = JobDocumentReader.read("nightly", written);
    assertThat(JobDocumentSchema.errors(written)).as("by the schema of job files").isEmpty();
    return read;
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }
}
