package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.client.FakeApi.Received;
import dev.orrery.client.OpenApi.Extent;
import dev.orrery.client.OpenApi.Operation;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares each method of the client with docs/openapi.yaml. */
class OpenApiContractTest {
  /** Headers that HTTP and the document's security scheme define. */
  private static final Set<String> GENERAL_HEADERS =
      Set.of(
          "accept",
          "authorization",
          "connection",
          "content-length",
          "content-type",
          "host",
          "http2-settings",
          "upgrade",
          "user-agent");

  private static final JobDocument DOCUMENT =
      JobDocument.ofJson(
          "{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"PT1M\"},"
              + "\"parameters\":{\"region\":\"eu\"},\"requiredTags\":[\"eu\"],\"priority\":7}");
  private static final Instant AT = Instant.parse("2027-01-01T00:00:00Z");
  private static final InstanceFilter INSTANCES =
      InstanceFilter.all()
          .job("nightly")
          .state(InstanceState.FAILED)
          .state(InstanceState.TIMED_OUT)
          .waitingFor(WaitingFor.NO_WORKER)
          .createdFrom(AT)
          .createdUntil(AT.plusSeconds(1))
          .worker("agent 1")
          .errorText("connection refused")
          .parameter("order", "47:11")
          .parameter("region", "eu")
          .label("team", "bill:ing")
          .label("tier", "gold")
          .origin(InstanceOrigin.SCHEDULED)
          .limit(50);
  private static final JobFilter JOBS =
      JobFilter.all()
          .search("mail")
          .label("team", "billing")
          .filter("FAILING")
          .sort("-failingSince")
          .limit(50);
  private static final Run RUN = Run.of("nightly").parameter("region", "eu").at(AT);

  private static OpenApi document;

  @BeforeAll
  static void readDocument() throws IOException {
    document = new OpenApi();
  }

  /** Each public method by its name and parameters, as a call. */
  static Map<String, Function<OrreryClient, Object>> calls() {
    Map<String, Function<OrreryClient, Object>> calls = new LinkedHashMap<>();
    calls.put("applyJobs JobsFile", client -> client.applyJobs(file()));
    calls.put("planJobs JobsFile", client -> client.planJobs(file()));
    calls.put("putJob String JobDocument", client -> client.putJob("nightly", DOCUMENT));
    calls.put(
        "putJob String JobDocument String",
        client -> client.putJob("nightly", DOCUMENT, "\"17-3\""));
    calls.put("getJob String", client -> client.getJob("nightly"));
    calls.put("listJobs JobFilter", client -> client.listJobs(JOBS.after("cursor")));
    calls.put("jobs JobFilter", client -> client.jobs(JOBS).toList());
    calls.put(
        "missingJobs Collection Duration",
        client -> "missing: " + client.missingJobs(List.of("weekly"), Duration.ofSeconds(10)));
    calls.put(
        "deleteJob String",
        client -> {
          client.deleteJob("nightly");
          return "";
        });
    calls.put("pauseJob String", client -> client.pauseJob("nightly"));
    calls.put("pauseJob String String", client -> client.pauseJob("nightly", "disk is full"));
    calls.put("resumeJob String", client -> client.resumeJob("nightly"));
    calls.put("runJob String", client -> client.runJob("nightly"));
    calls.put("runJob Run", client -> client.runJob(RUN));
    calls.put("runJob Run String", client -> client.runJob(RUN, "key 1"));
    calls.put("runJobs List", client -> client.runJobs(List.of(RUN.count(10))));
    calls.put("runJobs List String", client -> client.runJobs(List.of(RUN), "key 1"));
    calls.put("getInstance String", client -> client.getInstance("17"));
    calls.put(
        "listInstances InstanceFilter", client -> client.listInstances(INSTANCES.after("cursor")));
    calls.put("instances InstanceFilter", client -> client.instances(INSTANCES).toList());
    calls.put(
        "listParts String PartFilter",
        client -> client.listParts("17", PartFilter.active().limit(50).after("cursor")));
    calls.put(
        "parts String PartFilter",
        client -> client.parts("17", PartFilter.failed().limit(50)).toList());
    calls.put("listNodes String", client -> client.listNodes("17"));
    calls.put("awaitEnd String Duration", client -> client.awaitEnd("17", Duration.ofSeconds(10)));
    calls.put(
        "cancelInstance String",
        client -> {
          client.cancelInstance("17");
          return "";
        });
    calls.put("retryInstance String", client -> client.retryInstance("17"));
    calls.put("retryInstance String String", client -> client.retryInstance("17", "pay-1"));
    calls.put("retryFromFailed String String", client -> client.retryFromFailed("17", "pay-1"));
    calls.put("retryFromFailed String", client -> client.retryFromFailed("17"));
    calls.put(
        "getInstanceLog String Optional",
        client -> client.getInstanceLog("17", Optional.of("cursor")));
    calls.put(
        "call String String Optional",
        client -> client.call("PUT", "/apps/billing/jobs/nightly", Optional.of(DOCUMENT.toJson())));
    calls.put("readLog String", client -> client.readLog("17").toList());
    calls.put(
        "followLog String",
        client -> {
          try (Stream<LogLine> log = client.followLog("17")) {
            return log.toList();
          }
        });
    return calls;
  }

  private static JobsFile file() {
    return JobsFile.of(DOCUMENT).owner("billing-repo").prune();
  }

  static Set<String> names() {
    return calls().keySet();
  }

  @Test
  void coversEveryClientMethod() {
    Set<String> methods =
        Arrays.stream(OrreryClient.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(OpenApiContractTest::signature)
            .filter(name -> !Set.of("app", "close").contains(name))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(names()).containsExactlyInAnyOrderElementsOf(methods);
  }

  private static String signature(Method method) {
    return Stream.concat(
            Stream.of(method.getName()),
            Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @MethodSource("names")
  void sendsRequestsThatConformToOpenApi(String name) throws IOException {
    try (FakeApi api = new FakeApi();
        OrreryClient client = api.settings().open()) {
      api.answering((request, out) -> respond(request, out, Extent.EVERYTHING));

      assertThat(calls().get(name).apply(client)).isNotNull();

      assertThat(api.received()).isNotEmpty();
      for (Received request : api.received()) {
        Operation operation = operation(request);
        assertThat(queryNames(request)).isSubsetOf(operation.parameters("query"));
        assertThat(operation.parameters("header"))
            .containsAll(
                request.headers().keySet().stream()
                    .filter(header -> !GENERAL_HEADERS.contains(header))
                    .toList());
        if (request.body().isEmpty()) {
          assertThat(operation.json().at("/requestBody/required").asBoolean()).isFalse();
        } else {
          assertThat(document.mistakes(operation.body(), request.body())).isEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsEveryFieldOfResponses(String name) throws Exception {
    try (FakeApi api = new FakeApi();
        OrreryClient client = api.settings().open()) {
      api.answering((request, out) -> respond(request, out, Extent.EVERYTHING));

      Object result = calls().get(name).apply(client);

      requireFilled(result, name);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsResponseWithOnlyRequiredFields(String name) {
    try (FakeApi api = new FakeApi();
        OrreryClient client = api.settings().open()) {
      api.answering((request, out) -> respond(request, out, Extent.REQUIRED));
      if (name.startsWith("awaitEnd")) {
        return; // Such an instance has not ended.
      }

      assertThat(calls().get(name).apply(client)).isNotNull();
    }
  }

  @Test
  void knowsEveryEnumValueOfOpenApi() {
    assertThat(constants(InstanceState.class)).isEqualTo(document.values("InstanceState"));
    assertThat(constants(WaitingFor.class)).isEqualTo(document.values("WaitingFor"));
    assertThat(constants(EndReason.class)).containsAll(document.values("EndReason"));
    assertThat(constants(InstanceOrigin.class)).isEqualTo(document.values("InstanceOrigin"));
    assertThat(
            constants(ChangeKind.class).stream()
                .map(text -> text.toLowerCase(java.util.Locale.ROOT)))
        .containsExactlyInAnyOrderElementsOf(document.values("ChangeKind"));
    assertThat(document.values("ErrorCode")).contains("UNAVAILABLE", "OVERLOADED");
  }

  private static <E extends Enum<E>> Set<String> constants(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Enum::name)
        .filter(name -> !name.equals("UNKNOWN"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Operation operation(Received request) {
    return document
        .operation(request.method(), request.uri().getRawPath())
        .orElseThrow(
            () ->
                new AssertionError("No such operation: " + request.method() + " " + request.uri()));
  }

  private static List<String> queryNames(Received request) {
    String query = request.uri().getRawQuery();
    return query == null
        ? List.of()
        : Arrays.stream(query.split("&")).map(one -> one.substring(0, one.indexOf('='))).toList();
  }

  private void respond(Received request, FakeApi.Out out, Extent extent) throws IOException {
    Operation operation = operation(request);
    JsonNode content = operation.response();
    if ("text/event-stream".equals(request.headers().get("accept"))) {
      OutputStream body = out.header("Content-Type", "text/event-stream").stream();
      JsonNode page = document.sample(content.at("/application~1json/schema"), extent);
      body.write(
          ("id:1-1\ndata:" + page.path("items").get(0) + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.end(body);
      return;
    }
    JsonNode schema = content.at("/application~1json/schema");
    if (operation.json().at("/responses/" + operation.status() + "/headers").has("ETag")) {
      out.header("ETag", "\"17-3\"");
    }
    int status = Integer.parseInt(operation.status());
    if (schema.isMissingNode()) {
      out.json(status, "");
      return;
    }
    JsonNode body = document.sample(schema, extent);
    addAlwaysPresent(body);
    if (body.has("next") && queryNames(request).contains("after")) {
      endList(operation, (ObjectNode) body);
    }
    out.json(status, body.toString());
  }

  /** The document's schema of jobs serves requests, too, which have neither name nor status. */
  private void addAlwaysPresent(JsonNode body) {
    List<JsonNode> jobs =
        body.path("processor").isObject()
            ? List.of(body)
            : Stream.iterate(0, i -> i < body.path("items").size(), i -> i + 1)
                .map(i -> body.path("items").get(i))
                .filter(item -> item.path("processor").isObject())
                .toList();
    for (JsonNode job : jobs) {
      ((ObjectNode) job).put("name", "nightly");
      if (!job.has("status")) {
        ((ObjectNode) job).putObject("status").put("version", 1).put("paused", true);
      }
    }
  }

  /** The last page; the log has a cursor in any case, and then no lines. */
  private static void endList(Operation operation, ObjectNode body) {
    if (!operation.id().equals("getInstanceLog")) {
      body.putNull("next");
    } else if (operation.parameters("query").contains("follow")) {
      body.putArray("items");
    }
  }

  /** Requires that what the document describes is there, at every depth. */
  private static void requireFilled(Object value, String place) throws Exception {
    if (value instanceof Optional<?> optional) {
      assertThat(optional).as(place).isPresent();
      requireFilled(optional.get(), place);
    } else if (value instanceof Record filled) {
      for (RecordComponent component : filled.getClass().getRecordComponents()) {
        if (isMeantToBeEmpty(filled, component.getName())) {
          continue;
        }
        requireFilled(component.getAccessor().invoke(filled), place + "." + component.getName());
      }
    } else if (value instanceof Collection<?> items) {
      assertThat(items).as(place).isNotEmpty();
      for (Object item : items) {
        requireFilled(item, place);
      }
    } else if (value instanceof Map<?, ?> map) {
      assertThat(map).as(place).isNotEmpty();
    } else if (value instanceof Enum<?> one) {
      assertThat(one.name()).as(place).isNotEqualTo("UNKNOWN");
    } else if (value instanceof Boolean flag) {
      assertThat(flag).as(place).isTrue();
    } else if (value instanceof Number number) {
      assertThat(number.longValue()).as(place).isPositive();
    } else {
      assertThat(value).as(place).isNotNull();
    }
  }

  /** The last page has no next one and, of a log, no lines; lists have no ETags. */
  private static boolean isMeantToBeEmpty(Record filled, String component) {
    if (filled instanceof Page<?> page) {
      return component.equals("next") || page.items().isEmpty();
    }
    return filled instanceof Job && component.equals("etag");
  }
}
