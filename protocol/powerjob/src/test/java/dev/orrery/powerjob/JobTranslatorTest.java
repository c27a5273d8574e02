package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.powerjob.ClientJobWriter.Stored;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobTranslatorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ZONE = "Asia/Shanghai";

  private static final String OFFICE_HOURS =
      "{\"interval\":600,\"intervalUnit\":\"SECONDS\",\"startTimeOfDay\":\"09:00:00\","
          + "\"endTimeOfDay\":\"18:30:00\",\"daysOfWeek\":[1,2,7]}";

  /** A job that a file of jobs manages, with much that PowerJob has no word for. */
  private static final String OF_FILE =
      """
      {"name": "nightly",
       "trigger": {"cron": "0 2 * * *", "zone": "Europe/Berlin", "jitter": "PT5S",
         "from": "2027-01-01T00:00:00Z"},
       "processor": {"type": "powerjob", "executeType": "STANDALONE", "processorType": "BUILT_IN",
         "processorInfo": "com.example.Nightly", "options": {"alarmConfig": "{\\"alertThreshold\\":3}"}},
       "parameters": {"jobParams": "all", "region": "eu"},
       "overlap": "queue-all", "misfire": "skip", "catchUpWindow": "PT2H",
       "retry": {"maxAttempts": 3, "backoff": "PT1M", "maxBackoff": "PT1H", "maxWorkerLosses": 7},
       "timeout": "PT1H", "priority": 8, "concurrency": 2, "requiredTags": ["gpu"],
       "enabled": true}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void translatesRecordedJobToDocument(String version) throws JsonProcessingException {
    ObjectNode request = RecordedCall.of(version, "saveJob.create").request();

    assertThat(JobTranslator.create(ClientJobReader.read(request), ZONE))
        .isEqualTo(
            tree(
                """
                {"processor": {"type": "powerjob", "executeType": "STANDALONE",
                   "processorType": "BUILT_IN", "processorInfo": "harness.worker.Noop",
                   "jobName": %s, "options": {"jobDescription": "harness"}},
                 "parameters": {"jobParams": "p"},
                 "overlap": "allow",
                 "retry": {"maxAttempts": 1, "backoff": "PT10S", "maxBackoff": "PT10S",
                   "maxWorkerLosses": 0},
                 "enabled": true}
                """
                    .formatted(request.get("jobName"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void returnsSameFieldsAsPowerJobForRecordedJob(String version) throws JsonProcessingException {
    ClientJob saved = ClientJobReader.read(RecordedCall.of(version, "saveJob.update").request());
    ClientJob stored = JobTranslator.read(JobTranslator.create(saved, ZONE));
    ObjectNode fetched = RecordedCall.of(version, "fetchJob").data();
    ObjectNode exported = RecordedCall.of(version, "exportJob").data();

    assertThat(stored).isEqualTo(saved);
    ObjectNode info =
        ClientJobWriter.info(
            stored,
            new Stored(
                fetched.get("id").longValue(),
                1,
                null,
                time(fetched, "gmtCreate"),
                time(fetched, "gmtModified")));
    ObjectNode request = ClientJobWriter.request(stored, 1, exported.get("jobName").asText());
    assertThat(tree(info.toString())).isEqualTo(fetched);
    assertThat(tree(request.toString())).isEqualTo(exported);
  }

  @ParameterizedTest
  @CsvSource({
    "CRON, 0 0 2 * * ?, '{\"cron\": \"0 0 2 * * ?\", \"zone\": \"Asia/Shanghai\","
        + " \"dialect\": \"quartz\"}'",
    "FIXED_RATE, 5000, '{\"every\": \"PT5S\"}'",
    "FIXED_DELAY, 1500, '{\"delay\": \"PT1.5S\"}'",
    "API, , ",
    "WORKFLOW, , "
  })
  void translatesTriggerInBothDirections(String type, String expression, String trigger)
      throws JsonProcessingException {
    ClientJob job = ClientJobReader.read(saved("timeExpressionType", type, expression));
    ObjectNode document = JobTranslator.create(job, ZONE);

    assertThat(document.get("trigger")).isEqualTo(trigger == null ? null : tree(trigger));
    assertThat(JobTranslator.read(document)).isEqualTo(job);
  }

  /** What a client writes, and each field that differs from it in what it reads. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                     | {}                        | {"every":"PT10M","days":["MON","TUE","SUN"]}
          {"interval":"10","intervalUnit":"MINUTES"}             | {"interval":600}          | {"every":"PT10M","days":["MON","TUE","SUN"]}
          {"interval":1500,"intervalUnit":"MILLISECONDS"}        | {"interval":1500,"intervalUnit":"MILLISECONDS"} | {"every":"PT1.5S","days":["MON","TUE","SUN"]}
          {"intervalUnit":null,"startTimeOfDay":"9:0:0","x":1}   | {}                        | {"every":"PT10M","days":["MON","TUE","SUN"]}
          {"startTimeOfDay":"22:00:30"}                          | {"startTimeOfDay":"22:00:30"} | {"every":"PT10M","from":"22:00:30","days":["MON","TUE","SUN"]}
          {"daysOfWeek":["7",2,1,7]}                             | {}                        | {"every":"PT10M","days":["MON","TUE","SUN"]}
          {"daysOfWeek":[]}                                      | {"daysOfWeek":null}       | {"every":"PT10M"}
          {"daysOfWeek":[1,2,3,4,5,6,7]}                         | {"daysOfWeek":null}       | {"every":"PT10M"}
          """)
  void translatesDailyIntervalInBothDirections(String given, String read, String written)
      throws JsonProcessingException {
    ClientJob job =
        ClientJobReader.read(
            saved("timeExpressionType", "DAILY_TIME_INTERVAL", officeHours(given)));
    ObjectNode trigger = (ObjectNode) JobTranslator.create(job, ZONE).get("trigger");
    JsonNode expected = tree(written);

    assertThat(trigger.get("every")).isEqualTo(expected.get("every"));
    assertThat(trigger.get("zone").asText()).isEqualTo(ZONE);
    assertThat(trigger.at("/within/from").asText())
        .isEqualTo(expected.path("from").asText("09:00"));
    assertThat(trigger.at("/within/to").asText()).isEqualTo("18:30");
    assertThat(trigger.path("within").get("days")).isEqualTo(expected.get("days"));
    assertThat(job.timeExpression()).isEqualTo(officeHours(read));
    assertThat(JobTranslator.read(JobTranslator.create(job, ZONE))).isEqualTo(job);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"interval":null}             | interval of timeExpression must be a whole number; got ''
          {"interval":"often"}          | interval of timeExpression must be a whole number; got 'often'
          {"interval":0}                | timeExpression must be at least 1000 ms
          {"interval":-1}               | timeExpression must be at least 1000 ms
          {"interval":999,"intervalUnit":"MILLISECONDS"} | timeExpression must be at least 1000 ms
          {"intervalUnit":"WEEKS"}      | intervalUnit of timeExpression must be one of [NANOSECONDS
          {"startTimeOfDay":null}       | startTimeOfDay of timeExpression must be a time such as 18:30:00; got ''
          {"startTimeOfDay":"09:00"}    | startTimeOfDay of timeExpression must be a time such as 18:30:00; got '09:00'
          {"endTimeOfDay":"24:00:00"}   | endTimeOfDay of timeExpression must be a time such as 18:30:00; got '24:00:00'
          {"endTimeOfDay":"a:b:c"}      | endTimeOfDay of timeExpression must be a time
          {"daysOfWeek":[0]}            | daysOfWeek of timeExpression must be numbers from 1, Monday, to 7; got '0'
          {"daysOfWeek":["MON"]}        | daysOfWeek of timeExpression must be numbers from 1, Monday, to 7; got 'MON'
          """)
  void refusesInvalidDailyInterval(String given, String reason) throws JsonProcessingException {
    ObjectNode body = saved("timeExpressionType", "DAILY_TIME_INTERVAL", officeHours(given));

    assertThatThrownBy(() -> ClientJobReader.read(body))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void keepsZoneAndJitterOfChangedDailyInterval() throws JsonProcessingException {
    ObjectNode stored = (ObjectNode) tree(OF_FILE);
    stored.set(
        "trigger",
        tree(
            """
            {"every": "PT10M", "within": {"from": "22:00", "to": "06:00"}, "zone": "Europe/Berlin",
             "jitter": "PT5S"}
            """));
    ClientJob read = JobTranslator.read(stored);
    ObjectNode request = ClientJobWriter.request(read, 1, read.jobName());

    assertThat(JobTranslator.change(stored, ClientJobReader.read(request), ZONE)).isEqualTo(stored);
    request.put("timeExpression", OFFICE_HOURS);
    assertThat(JobTranslator.change(stored, ClientJobReader.read(request), ZONE).get("trigger"))
        .isEqualTo(
            tree(
                """
                {"jitter": "PT5S", "every": "PT10M", "zone": "Europe/Berlin",
                 "within": {"from": "09:00", "to": "18:30", "days": ["MON", "TUE", "SUN"]}}
                """));
  }

  private static String officeHours(String changes) throws JsonProcessingException {
    ObjectNode expression = (ObjectNode) tree(OFFICE_HOURS);
    expression.setAll((ObjectNode) tree(changes));
    expression.properties().removeIf(field -> field.getValue().isNull());
    return expression.toString();
  }

  /** Every value of every enum, as the name that clients send and as the number of answers. */
  static Stream<List<Object>> values() {
    List<List<Object>> values = new ArrayList<>();
    for (CodeTable table :
        List.of(
            CodeTable.TIME_EXPRESSION_TYPE,
            CodeTable.EXECUTE_TYPE,
            CodeTable.PROCESSOR_TYPE,
            CodeTable.DISPATCH_STRATEGY)) {
      table.codes().forEach((name, number) -> values.add(List.of(table.field(), name, number)));
    }
    return values.stream();
  }

  private static final Map<String, String> REFUSED =
      Map.of(CodeTable.EXTERNAL, "containers stay with PowerJob");

  @ParameterizedTest
  @MethodSource("values")
  void treatsNameAndNumberOfEnumValueAlike(List<Object> value) {
    String field = (String) value.get(0);
    String name = (String) value.get(1);
    int number = (Integer) value.get(2);
    ObjectNode byName =
        saved(field, name, name.equals(CodeTable.DAILY_TIME_INTERVAL) ? OFFICE_HOURS : "5000");
    ObjectNode byNumber = byName.deepCopy().put(field, number);

    if (REFUSED.containsKey(name)) {
      for (ObjectNode body : List.of(byName, byNumber)) {
        assertThatThrownBy(() -> ClientJobReader.read(body))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll(field, REFUSED.get(name));
      }
      return;
    }
    ClientJob job = ClientJobReader.read(byName);
    ClientJob stored = JobTranslator.read(JobTranslator.create(job, ZONE));
    assertThat(ClientJobReader.read(byNumber)).isEqualTo(job);
    assertThat(stored).isEqualTo(job);
    assertThat(info(stored).get(field).intValue()).isEqualTo(number);
    assertThat(ClientJobWriter.request(stored, 1, "x").get(field).textValue()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "jobName, '', jobName can't be empty",
    "processorInfo, null, processorInfo can't be empty",
    "processorType, null, processorType can't be empty",
    "executeType, '\"SOMETIMES\"', 'executeType must be one of BROADCAST, MAP, MAP_REDUCE'",
    "executeType, 7, executeType must be one of",
    "timeExpressionType, null, timeExpressionType can't be empty",
    "designatedWorkers, 7, designatedWorkers must be a text",
    "dispatchStrategyConfig, 7, dispatchStrategyConfig must be a text",
    "minCpuCores, 0.5, minCpuCores is not supported yet",
    "minMemorySpace, 1, minMemorySpace is not supported yet",
    "minDiskSpace, 1.0, minDiskSpace is not supported yet",
    "maxInstanceNum, '\"many\"', maxInstanceNum must be a whole number",
    "instanceRetryNum, 3000000000, instanceRetryNum must be at most",
    "alarmConfig, '\"loud\"', alarmConfig must be a JSON object",
    "notifyUserIds, '[\"me\"]', notifyUserIds must be a list of the numbers of users",
    "jobParams, 5, jobParams must be a text"
  })
  void refusesUnsupportedAndInvalidFieldValues(String field, String value, String reason)
      throws JsonProcessingException {
    ObjectNode body = RecordedCall.of("5.1.1", "saveJob.create").request();
    body.set(field, tree(value.isEmpty() ? "\"\"" : value));

    assertThatThrownBy(() -> ClientJobReader.read(body))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "FIXED_RATE, 999, at least 1000",
    "FIXED_DELAY, 0, at least 1000",
    "FIXED_RATE, soon, a number of milliseconds",
    "DAILY_TIME_INTERVAL, 09:00, a JSON object with interval",
    "DAILY_TIME_INTERVAL, [], a JSON object with interval",
    "DAILY_TIME_INTERVAL, '', can't be empty",
    "CRON, '', can't be empty"
  })
  void refusesInvalidTimeExpression(String type, String expression, String reason) {
    assertThatThrownBy(() -> ClientJobReader.read(saved("timeExpressionType", type, expression)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("timeExpression", reason);
  }

  @Test
  void ignoresUnknownFields() {
    ObjectNode body = RecordedCall.of("5.1.1", "saveJob.create").request();
    ClientJob job = ClientJobReader.read(body);

    assertThat(ClientJobReader.read(body.put("ofPowerJob6", "x"))).isEqualTo(job);
  }

  @Test
  void preservesFieldsThatOnlyPowerJobUses() throws JsonProcessingException {
    ObjectNode body = RecordedCall.of("5.1.1", "saveJob.create").request();
    body.setAll(
        (ObjectNode)
            tree(
                """
                {"jobDescription": "of the night", "extra": "e", "tag": "t", "concurrency": 9,
                 "taskRetryNum": 2, "maxWorkerCount": 3, "dispatchStrategy": "RANDOM",
                 "notifyUserIds": [1, 2], "alarmConfig": {"alertThreshold": 3},
                 "logConfig": {"type": 1}, "advancedRuntimeConfig": {"taskTrackerBehavior": 1}}
                """));
    ClientJob stored = JobTranslator.read(JobTranslator.create(ClientJobReader.read(body), ZONE));
    ObjectNode info = info(stored);
    ObjectNode request = ClientJobWriter.request(stored, 1, "x");

    assertThat(info.get("notifyUserIds").asText()).isEqualTo("1,2");
    assertThat(info.get("dispatchStrategy").intValue()).isEqualTo(2);
    for (String field :
        List.of(
            "jobDescription",
            "extra",
            "tag",
            "concurrency",
            "taskRetryNum",
            "maxWorkerCount",
            "alarmConfig",
            "logConfig",
            "advancedRuntimeConfig")) {
      assertThat(info.get(field)).as(field).isEqualTo(body.get(field));
      assertThat(request.get(field)).as(field).isEqualTo(body.get(field));
    }
    assertThat(request.get("notifyUserIds")).hasToString("[1,2]");
  }

  @ParameterizedTest
  @CsvSource({
    "0, allow, ",
    "1, skip, 1",
    "4, allow, 4",
    "-1, allow, ",
  })
  void translatesInstanceLimitToOverlapAndConcurrency(
      int limit, String overlap, Integer concurrency) {
    ObjectNode document = created("maxInstanceNum", limit);

    assertThat(document.get("overlap").asText()).isEqualTo(overlap);
    assertThat(document.has("concurrency")).isEqualTo(concurrency != null);
    assertThat(JobTranslator.read(document).maxInstanceNum()).isEqualTo(Math.max(0, limit));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 0", "1, 2, 3", "3, 4, 3", "8, 9, 8"})
  void translatesRetryCountToAttemptsAndWorkerLosses(int retries, int attempts, int workerLosses) {
    JsonNode retry = created("instanceRetryNum", retries).get("retry");

    assertThat(retry.get("maxAttempts").intValue()).isEqualTo(attempts);
    assertThat(retry.get("maxWorkerLosses").intValue()).isEqualTo(workerLosses);
  }

  @ParameterizedTest
  @CsvSource({"0, ", "1, PT1S", "1500, PT1.5S", "3600000, PT1H"})
  void translatesTimeLimitToTimeout(int millis, String timeout) {
    assertThat(created("instanceTimeLimit", millis).path("timeout").asText(null))
        .isEqualTo(timeout);
  }

  @Test
  void translatesLifeCycleToTriggerBounds() throws JsonProcessingException {
    ObjectNode body = saved("timeExpressionType", "CRON", "0 0 2 * * ?");
    body.set("lifeCycle", tree("{\"start\": 1798761600000, \"end\": null}"));
    ObjectNode document = JobTranslator.create(ClientJobReader.read(body), ZONE);

    assertThat(document.at("/trigger/from").asText()).isEqualTo("2027-01-01T00:00:00Z");
    assertThat(document.get("trigger").has("until")).isFalse();
    assertThat(info(JobTranslator.read(document)).get("lifecycle").asText())
        .isEqualTo("{\"start\":1798761600000}");
  }

  @Test
  void leavesDocumentUnchangedWhenClientSavesItUnedited() throws JsonProcessingException {
    ObjectNode stored = (ObjectNode) tree(OF_FILE);
    ClientJob read = JobTranslator.read(stored);
    ObjectNode request = ClientJobWriter.request(read, 1, read.jobName());

    assertThat(JobTranslator.change(stored, ClientJobReader.read(request), ZONE)).isEqualTo(stored);
  }

  @ParameterizedTest
  @CsvSource({
    "jobName, '\"By night\"', /processor/jobName, '\"By night\"'",
    "jobDescription, '\"d\"', /processor/options/jobDescription, '\"d\"'",
    "jobParams, '\"some\"', /parameters/jobParams, '\"some\"'",
    "jobParams, null, /parameters/jobParams, ",
    "processorInfo, '\"com.example.Other\"', /processor/processorInfo, '\"com.example.Other\"'",
    "maxInstanceNum, 5, /concurrency, 5",
    "maxInstanceNum, 0, /concurrency, ",
    "instanceTimeLimit, 60000, /timeout, '\"PT1M\"'",
    "instanceTimeLimit, 0, /timeout, ",
    "instanceRetryNum, 9, /retry/maxAttempts, 10",
    "enable, false, /enabled, false"
  })
  void updatesOnlyFieldsThatClientChanged(String field, String value, String path, String changed)
      throws JsonProcessingException {
    ObjectNode stored = (ObjectNode) tree(OF_FILE);
    ClientJob read = JobTranslator.read(stored);
    ObjectNode request = ClientJobWriter.request(read, 1, read.jobName());
    request.set(field, tree(value));
    ObjectNode expected = stored.deepCopy();
    String parent = path.substring(0, path.lastIndexOf('/'));
    String last = path.substring(path.lastIndexOf('/') + 1);
    ObjectNode owner = (ObjectNode) expected.at(parent);
    if (changed == null) {
      owner.remove(last);
    } else {
      owner.set(last, tree(changed));
    }

    assertThat(JobTranslator.change(stored, ClientJobReader.read(request), ZONE))
        .isEqualTo(expected);
  }

  @Test
  void keepsZoneAndJitterOfChangedCron() throws JsonProcessingException {
    ObjectNode stored = (ObjectNode) tree(OF_FILE);
    ClientJob read = JobTranslator.read(stored);
    ObjectNode request = ClientJobWriter.request(read, 1, read.jobName());
    request.put("timeExpression", "0 30 3 * * ?");

    assertThat(JobTranslator.change(stored, ClientJobReader.read(request), ZONE).get("trigger"))
        .isEqualTo(
            tree(
                """
                {"cron": "0 30 3 * * ?", "zone": "Europe/Berlin", "dialect": "quartz",
                 "jitter": "PT5S", "from": "2027-01-01T00:00:00Z"}
                """));
  }

  @Test
  void keepsOmittedOptionsAndRemovesEmptyOnes() throws JsonProcessingException {
    ObjectNode stored = (ObjectNode) tree(OF_FILE);
    ClientJob read = JobTranslator.read(stored);
    ObjectNode request = ClientJobWriter.request(read, 1, read.jobName());
    request.remove("alarmConfig");
    ObjectNode kept = JobTranslator.change(stored, ClientJobReader.read(request), ZONE);
    ((ObjectNode) stored.at("/processor/options")).put("notifyUserIds", "1");
    request.putArray("notifyUserIds");

    assertThat(kept.at("/processor/options/alarmConfig").asText())
        .isEqualTo("{\"alertThreshold\":3}");
    assertThat(
            JobTranslator.change(stored, ClientJobReader.read(request), ZONE)
                .at("/processor/options")
                .has("notifyUserIds"))
        .isFalse();
  }

  /** A client fetches a number as null, so it must be able to save what it fetched. */
  @Test
  void readsOneTimeTriggerAsApiType() throws JsonProcessingException {
    ObjectNode stored = (ObjectNode) tree(OF_FILE);
    stored.set("trigger", tree("{\"at\": \"2027-01-01T00:00:00Z\"}"));
    ClientJob read = JobTranslator.read(stored);
    ObjectNode request = ClientJobWriter.request(read, 1, read.jobName());

    assertThat(read.timeExpressionType()).isEqualTo("API");
    assertThat(JobTranslator.change(stored, ClientJobReader.read(request), ZONE)).isEqualTo(stored);
  }

  private static ObjectNode created(String field, int value) {
    ObjectNode body = RecordedCall.of("5.1.1", "saveJob.create").request();
    return JobTranslator.create(ClientJobReader.read(body.put(field, value)), ZONE);
  }

  private static ObjectNode saved(String field, String value, String expression) {
    ObjectNode body = RecordedCall.of("5.1.1", "saveJob.create").request();
    return body.put("timeExpression", expression).put(field, value);
  }

  private static ObjectNode info(ClientJob job) {
    return ClientJobWriter.info(job, new Stored(7, 1, null, Instant.EPOCH, Instant.EPOCH));
  }

  private static Instant time(JsonNode node, String field) {
    return OffsetDateTime.parse(node.get(field).asText()).toInstant();
  }

  private static JsonNode tree(String json) throws JsonProcessingException {
    return JSON.readTree(json);
  }
}
